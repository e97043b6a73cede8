// From data to jobs: which HOLDs, which folds, what each training sees and what it is scored on.
import { at } from '../../core/at.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { HOUR, MINUTE, SECOND, epochMs } from '../../core/time.ts'
import { clip, joined } from '../../market/ranges.ts'
import type { TimeRange } from '../../market/types.ts'
import { isAgent, isClosedForm, type ModelDefinition } from '../../models/model.ts'
import { agentPlan } from '../agent/plan.ts'
import { HOLD_SECONDS, marketOf, type SecondsRange, type TrainingData } from '../data/training-data.ts'
import { episodesOf, type Episode } from '../examples/episodes.ts'
import { allStretches, annotationExamples, type Example } from '../examples/example.ts'
import {
  clearParts,
  eachLeftOut,
  inGroups,
  isClearOf,
  splitOf,
  type Fold,
  type Split,
} from '../examples/folds.ts'
import { HOLDS_PER_ANNOTATION, RANDOM_SHARE, RULE_SHARE, drawHolds, holdRanges } from '../examples/holds.ts'
import type { Job, JobOptions } from '../learning/job.ts'
import { spreadHolds } from '../examples/spread-holds.ts'
import { placedAtRandom } from '../examples/placements.ts'
import { pretextPlan } from '../learning/pretext.ts'
import { PURPOSE, Random } from '../data/random.ts'
import { labelSpan, zoneLength } from '../data/targets.ts'

/** The model's own false calls are looked for when so much of the epochs is done. */
const MINE_AFTER = 0.4
/** Either side of an entry, what a provisional checkpoint is asked about. */
const AROUND = 2 * MINUTE

export interface Plan {
  readonly episodes: readonly Episode[]
  /** Null where there are fewer than two episodes. */
  readonly split: Split | null
  /** HOLD examples of the checkpoint's own training, before it adds its own false calls. */
  readonly holds: readonly Example[]
  readonly pauseSeconds: number
  /** The checkpoint's own training first, then all folds: those of `seeds`, then those of `placements`. Each at its number. */
  readonly jobs: readonly Job[]
  /** The same folds with each seed, the run's own first; empty where there is no split. */
  readonly seeds: readonly FoldSet[]
  /** The same with the entries placed at random, for the permutation test. */
  readonly placements: readonly FoldSet[]
}

/** A model's out-of-fold trainings, one a fold. */
export interface FoldSet {
  readonly data: TrainingData
  readonly jobs: readonly Job[]
}

export interface PlanOptions {
  /** How many seeds are validated, from the run's own upward; 1 where absent. */
  readonly seeds?: number
  /** Random placements of the entries; 0 where absent. */
  readonly placements?: number
  /** At most so many models share the folds; as many as there are where absent. */
  readonly mostFolds?: number
  /** Whether each episode is held out once, however many there are; from fifty on only later ones are where absent. */
  readonly everyEpisode?: boolean
  /** One in so many seconds of what was reviewed is a HOLD, too, all together as heavy as the others; none where absent. */
  readonly spreadEvery?: number
  /** Whether the checkpoint's own training is asked about the seconds around its annotations; it is not where absent. */
  readonly scoresOwn?: boolean
  /** Whether HOLDs are also taken where the plain rule or the model would have called; they are where absent. */
  readonly hardHolds?: boolean
}

/** What is solved at once is shown more HOLDs: they cost it next to nothing. What an agent does where it learnt says little. */
export function planOptionsOf(model: ModelDefinition): Pick<PlanOptions, 'spreadEvery' | 'scoresOwn'> {
  return {
    scoresOwn: !isAgent(model),
    ...(isClosedForm(model) ? { spreadEvery: model.closedForm.holdEvery } : {}),
  }
}

/** @throws AppError `no_hold_examples` */
export function planRun(data: TrainingData, options: JobOptions, more: PlanOptions = {}): Plan {
  const pauseSeconds = medianZone(data)
  const episodes = episodesOf(data.markets)
  const split = splitFor(data, more)
  const own = examplesOf(data, options, pauseSeconds, more)
  const jobs = [jobOf(data, own.examples, null, 0, options, more)]
  const foldSet = (of: TrainingData, examples: readonly Example[], seed: number): FoldSet => {
    const folds = splitFor(of, more)?.folds ?? []
    const set = folds.map((fold, i) => jobOf(of, examples, fold, jobs.length + i, { ...options, seed }, more))
    jobs.push(...set)
    return { data: of, jobs: set }
  }
  const later = split === null ? [] : times((more.seeds ?? 1) - 1, (i) => options.seed + 1 + i)
  const seeds = split === null ? [] : [foldSet(data, own.examples, options.seed)]
  for (const seed of later) {
    seeds.push(foldSet(data, examplesOf(data, { ...options, seed }, pauseSeconds, more).examples, seed))
  }
  const placements = times(split === null ? 0 : (more.placements ?? 0), (i) => {
    const placed = placedAtRandom(data, new Random(options.seed, PURPOSE.placements, i))
    const { examples } = examplesOf(placed, options, pauseSeconds, more)
    // The frozen states are those of the annotations where they truly stand.
    const unfrozen = examples.map((example) => ({ ...example, row: null }))
    return foldSet(placed, unfrozen, options.seed)
  })
  return { episodes, split, holds: own.holds, pauseSeconds, jobs, seeds, placements }
}

function times<T>(count: number, of: (i: number) => T): T[] {
  return Array.from({ length: Math.max(0, count) }, (_, i) => of(i))
}

function splitFor({ markets }: TrainingData, { mostFolds = Infinity, ...more }: PlanOptions): Split | null {
  const episodes = episodesOf(markets)
  const split = more.everyEpisode === true ? eachLeftOut(episodes) : splitOf(episodes, markets)
  return split === null ? null : inGroups(split, mostFolds)
}

function examplesOf(
  data: TrainingData,
  options: JobOptions,
  pauseSeconds: number,
  { hardHolds, spreadEvery }: PlanOptions,
) {
  const annotations = annotationExamples(data)
  const perAnnotation = options.holdsPerAnnotation ?? HOLDS_PER_ANNOTATION
  const count = Math.round(perAnnotation * annotations.length)
  const entries = annotations.map(({ instant }) => instant)
  const drawn = drawHolds(data.markets, entries, {
    count,
    pauseSeconds,
    seed: options.seed,
    ...(hardHolds === false ? { randomShare: 1, ruleShare: 0 } : {}),
  })
  const weight = perAnnotation * annotations.reduce((sum, annotation) => sum + annotation.weight, 0)
  const spread =
    spreadEvery === undefined ? [] : spreadHolds(data.markets, annotations, { every: spreadEvery, weight })
  const holds = [...drawn, ...spread]
  return { holds, examples: [...annotations, ...holds] }
}

function jobOf(
  data: TrainingData,
  examples: readonly Example[],
  fold: Fold | null,
  number: number,
  options: JobOptions,
  { hardHolds = true, scoresOwn = false }: PlanOptions,
): Job {
  const stretches = allStretches(data.markets)
  const trained = fold === null ? null : new Set(fold.train.map(({ id }) => id))
  const own = examples.filter((example) => {
    if (example.markId !== null) return trained?.has(example.markId) ?? true
    const last = epochMs(example.instant + example.seconds * SECOND)
    return isClearOf(fold, at(stretches, example.stretch).market, example.instant, last)
  })
  const annotations = own.filter(({ source }) => source === 'annotation').length
  const perAnnotation = options.holdsPerAnnotation ?? HOLDS_PER_ANNOTATION
  const pretraining = options.pretraining === true ? pretextPlan(data, fold) : null
  return {
    number,
    // Folds use the cores by running beside each other; one thread each keeps their bits the same on any machine.
    options: number === 0 ? options : { ...options, threads: 1 },
    examples: own,
    mining: {
      afterEpoch: Math.max(1, Math.round(options.epochs * MINE_AFTER)),
      count: hardHolds ? Math.round(perAnnotation * annotations * (1 - RANDOM_SHARE - RULE_SHARE)) : 0,
      ranges: miningRanges(data, fold),
      seconds: HOLD_SECONDS,
    },
    agent: agentPlan(data, fold),
    ...(pretraining === null ? {} : { pretraining }),
    evaluate: fold !== null ? scoredRanges(data, fold) : scoresOwn ? ownRanges(data) : [],
  }
}

/** HOLD seconds that a fold may be trained on, in pieces of an hour at most, so that a run can be cancelled between them. */
function miningRanges({ markets }: TrainingData, fold: Fold | null): SecondsRange[] {
  const stretches = allStretches(markets)
  return holdRanges(markets).flatMap(({ stretch, ...range }) =>
    clearParts(fold, at(stretches, stretch).market, range)
      .flatMap(pieces)
      .map((piece) => ({ ...piece, stretch })),
  )
}

function pieces({ from, to }: TimeRange): TimeRange[] {
  const count = Math.max(1, Math.ceil((to - from) / HOUR))
  return Array.from({ length: count }, (_, i) => ({
    from: epochMs(from + i * HOUR),
    to: epochMs(Math.min(to, from + (i + 1) * HOUR)),
  }))
}

/** Every second of the fold's regions that was reviewed, or that a mark speaks of. */
function scoredRanges({ markets }: TrainingData, fold: Fold): SecondsRange[] {
  return allStretches(markets).flatMap((stretch, index) => {
    const { market, marks, holdSpans } = marketOf(markets, stretch)
    const spoken = joined([...holdSpans, ...marks.filter((mark) => mark.trained).map(labelSpan)])
    return fold.regions
      .filter((region) => sameMarket(region.market, market))
      .flatMap((region) => clip(clip(spoken, region), stretch.range))
      .map((range) => ({ ...range, stretch: index }))
  })
}

/** The seconds around the annotations, in whose scores a provisional checkpoint finds its thresholds. */
function ownRanges({ markets }: TrainingData): SecondsRange[] {
  return allStretches(markets).flatMap((stretch, index) => {
    const { marks } = marketOf(markets, stretch)
    const around = marks
      .filter((mark) => mark.trained)
      .map(({ entry }) => ({
        from: epochMs(entry - AROUND),
        to: epochMs(entry + AROUND),
      }))
    return clip(joined(around), stretch.range).map((range) => ({ ...range, stretch: index }))
  })
}

/** z of the middle annotation, in whole seconds: how long nothing opens after a call. */
function medianZone({ markets }: TrainingData): number {
  const zones = markets
    .flatMap(({ marks }) => marks.filter((mark) => mark.trained).map(zoneLength))
    .sort((a, b) => a - b)
  return Math.round((zones[Math.floor(zones.length / 2)] ?? 3 * SECOND) / SECOND)
}
