// One cell of the table: a caller trained on so many annotations with one seed, and its calls on seconds it never saw.
import { PARAMETERS } from '../../src/contract/parameters.ts'
import { at } from '../../src/core/at.ts'
import { SECOND, ceilTo } from '../../src/core/time.ts'
import { hullOf } from '../../src/market/ranges.ts'
import { parameterDefaults } from '../../src/models/defaults.ts'
import { isClosedForm, type ModelDefinition } from '../../src/models/model.ts'
import type { TrainingData } from '../../src/training/data/training-data.ts'
import { unchosenRule } from '../../src/training/evaluation/choose-rule.ts'
import { callsOf, type ScoredSeconds } from '../../src/training/evaluation/score-calls.ts'
import { medianHolding } from '../../src/training/evaluation/trading.ts'
import { sourceStretches } from '../../src/training/examples/example.ts'
import { localJobs } from '../../src/training/jobs/local-jobs.ts'
import type { Job } from '../../src/training/learning/job.ts'
import { solvedFolds } from '../../src/training/learning/solved-folds.ts'
import { stateSource } from '../../src/training/learning/views.ts'
import { jobOptionsOf } from '../../src/training/runs/parameters.ts'
import { planOptionsOf, planRun } from '../../src/training/runs/plan.ts'
import { chosenRule } from '../../src/training/runs/judgement.ts'
import type { KeptStates } from './kept-states.ts'
import type { CellScore, TestPlace, TrainingPlace } from './place.ts'
import { rankingOf, sidedOf } from './ranking.ts'

export const VARIANTS = [
  'default',
  'no augmentation',
  'no hard HOLDs',
  'no mirroring',
  'with pre-training',
] as const
export type Variant = (typeof VARIANTS)[number]

/** `on` is chosen by so many models, each of which leaves several episodes out: leaving out each alone would take many times as long. */
const FOLDS = { ofFew: 5, ofMany: 3 }
const MANY = 20
/** By which `on` is chosen. */
export const TERMS = {
  falseCallsPerHour: 1,
  falseCallPrice: PARAMETERS.false_call_price.usual.is,
}

export interface CellResult extends CellScore {
  /** Of what has scores, where the test is marked: `rankingOf`. */
  readonly ranking?: number | null
  /** `sidedOf`. */
  readonly sided?: number | null
  /** Of the model's own training; null for floors. */
  readonly loss: number | null
  readonly on: number | null
  readonly seconds: number
}

export interface CellTask {
  readonly training: TrainingPlace
  readonly test: TestPlace
  readonly seed: number
  /** Where many cells ask about the same seconds. */
  readonly kept?: KeptStates | undefined
}

export async function modelCell(
  model: ModelDefinition,
  variant: Variant,
  { training: { data }, test, seed, kept }: CellTask,
): Promise<CellResult> {
  const began = performance.now()
  const parameters = {
    ...parameterDefaults(model.defaults),
    seed,
    threads: 1,
    augmentation: variant !== 'no augmentation',
    pretraining: isPretrained(variant),
  }
  const plan = planRun(data, jobOptionsOf(parameters), {
    mostFolds: mostFolds(data),
    hardHolds: variant !== 'no hard HOLDs',
    ...planOptionsOf(model),
  })
  const own = stateSource(sourceStretches(data), data.states)
  const source = {
    ...own,
    slices: [...own.slices, test.slice],
    ...(own.books === undefined || test.books === undefined ? {} : { books: [...own.books, test.books] }),
  }
  const ranges = test.ranges.map((range) => ({ ...range, stretch: own.slices.length }))
  const jobs: Job[] = plan.jobs.map((job) => (job.number === 0 ? { ...job, evaluate: ranges } : job))
  const results =
    kept !== undefined && isClosedForm(model)
      ? await solvedFolds(model, withTest(data, test), [jobs], { known: kept.rows })
      : await localJobs(model)(source, jobs, { onEpoch: () => {}, onDone: () => {} })
  const [first, ...folds] = results
  if (first === undefined) throw new TypeError('a plan has a training of its own')
  const rule = chosenRule(plan, folds, TERMS)?.rule ?? unchosenRule(plan.pauseSeconds)
  const tested = scored(test, first.scores)
  return {
    ...test.score(callsOf(tested, rule), medianHolding(data.markets)),
    ...ranked(tested, test),
    loss: first.epochs.at(-1)?.loss ?? null,
    on: rule.on,
    seconds: (performance.now() - began) / SECOND,
  }
}

/** Its market is stored beyond the annotated stretch. */
export function isPretrained(variant: Variant): boolean {
  return variant === 'with pre-training'
}

/** Models that share the folds. */
export function mostFolds({ cases }: TrainingData): number {
  return cases.length < MANY ? FOLDS.ofFew : FOLDS.ofMany
}

function scored({ slice, ranges }: TestPlace, scores: readonly Float32Array[]): ScoredSeconds[] {
  return ranges.map(({ from }, i) => ({
    market: slice.market,
    from: ceilTo(from, SECOND),
    scores: at(scores, i),
  }))
}

export type Ranked = Pick<CellResult, 'ranking' | 'sided'>

export function ranked(seconds: readonly ScoredSeconds[], { marks }: TestPlace): Ranked {
  return marks === undefined ? {} : { ranking: rankingOf(seconds, marks), sided: sidedOf(seconds, marks) }
}

/** The test's seconds behind those that are trained on. */
function withTest(data: TrainingData, { slice, ranges, bars }: TestPlace): TrainingData {
  const range = hullOf(ranges) ?? slice.asOf
  return { ...data, unlabelled: [{ market: slice.market, range, slice, bars }] }
}
