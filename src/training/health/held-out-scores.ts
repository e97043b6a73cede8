// What the instant model scores where marks enter, and at ordinary moments between them: each by a model that did not see their episode.
import { at } from '../../core/at.ts'
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import { parameterDefaults } from '../../models/defaults.ts'
import { instant as model } from '../../models/instant.ts'
import { ACTIONS } from '../../models/model.ts'
import { ROW_SIZE, TURNING } from '../../models/moment-row.ts'
import type { KnownRows } from '../../moments/known-rows.ts'
import { float32, Session } from '../../nn/runtime.ts'
import { marketOf, type SecondsRange, type TrainingData } from '../data/training-data.ts'
import { allStretches } from '../examples/example.ts'
import { foldLines } from '../learning/fold-lines.ts'
import { allSeconds } from '../learning/labelled-rows.ts'
import { lineWeights, RowSummer, type Line } from '../learning/ridge.ts'
import { StretchRows } from '../learning/stretch-rows.ts'
import { sourceOf } from '../learning/views.ts'
import { jobOptionsOf } from '../runs/parameters.ts'
import { planOptionsOf, planRun, type Plan } from '../runs/plan.ts'
import type { SideScores } from './doubtful.ts'
import { spreadOver, stepOf } from './spread.ts'

/** HOLDs are drawn by it; the same marks give the same scores. */
const SEED = 0
/** Models that share the episodes: exactly one each while there are no more of them. */
const MOST_FOLDS = 50
/** Moments without a mark that are scored, of one market. */
const ORDINARY = 400
/** Fewer say nothing of each other. */
const FEWEST_EPISODES = 5
const [BUY, SELL] = [ACTIONS.indexOf('BUY'), ACTIONS.indexOf('SELL')]

export interface HeldOutScores {
  /** By the mark's id. */
  readonly marks: ReadonlyMap<string, SideScores>
  readonly ordinary: readonly SideScores[]
  /** Why none is scored; null where they are. */
  readonly reason: string | null
}

export class HeldOutScorer {
  readonly #summer: RowSummer
  readonly #known: KnownRows

  private constructor(summer: RowSummer, known: KnownRows) {
    this.#summer = summer
    this.#known = known
  }

  /** @param threads of sums of rows */
  static async open(known: KnownRows, threads: number): Promise<HeldOutScorer> {
    return new HeldOutScorer(await RowSummer.open(TURNING, threads), known)
  }

  /** @param data of one market. @throws AppError `no_hold_examples` */
  async score(data: TrainingData): Promise<HeldOutScores> {
    const parameters = { ...parameterDefaults(model.defaults), seed: SEED }
    const options = { ...planOptionsOf(model), everyEpisode: true, mostFolds: MOST_FOLDS }
    const plan = planRun(data, jobOptionsOf(parameters), options)
    if (plan.episodes.length < FEWEST_EPISODES) return unscored(tooFew(plan.episodes.length))
    const rows = new StretchRows(sourceOf(data), this.#known)
    const lines = await this.#lines(plan, rows)
    const marks = new Map<string, SideScores>()
    const ordinary: (SideScores | null)[] = []
    for (const [i, { moments, entries }] of heldOutOf(data, plan).entries()) {
      const head = await Session.open(model.closedForm.exportHead(lineWeights(at(lines, i))), { threads: 1 })
      try {
        const look = new Look(head, rows, plan.pauseSeconds)
        for (const { id, ...place } of entries) {
          const scores = await look.highest(place)
          if (scores !== null) marks.set(id, scores)
        }
        for (const place of moments) ordinary.push(await look.highest(place))
      } finally {
        await head.close()
      }
    }
    return { marks, ordinary: ordinary.filter((scores) => scores !== null), reason: null }
  }

  async #lines({ jobs }: Plan, stretches: StretchRows): Promise<Line[]> {
    const shown = allSeconds(at(jobs, 0).examples)
    const rows = await stretches.ofExamples(shown)
    return foldLines({ shown, rows }, jobs.slice(1), this.#summer, model.closedForm.ridge)
  }
}

/** A second of a stretch, named by its place among the stretches of all markets. */
interface Place {
  readonly stretch: number
  readonly from: EpochMs
}

/** What one fold's model is asked about. */
interface HeldOut {
  readonly entries: readonly (Place & { readonly id: string })[]
  readonly moments: readonly Place[]
}

function heldOutOf(data: TrainingData, { jobs, pauseSeconds }: Plan): HeldOut[] {
  const length = pauseSeconds * SECOND
  const folds = jobs.slice(1).map(({ evaluate }) => ({
    entries: evaluate.flatMap((range) => entriesIn(data, range)),
    holds: evaluate.flatMap((range) => holdsIn(data, range, length)),
  }))
  const step = stepOf(
    folds.flatMap(({ holds }) => holds),
    ORDINARY,
  )
  return folds.map(({ entries, holds }) => ({
    entries,
    moments: spreadOver(holds, step).map(({ of, at: from }) => ({ stretch: of.stretch, from })),
  }))
}

function entriesIn({ markets }: TrainingData, range: SecondsRange): HeldOut['entries'] {
  const { targets } = marketOf(markets, at(allStretches(markets), range.stretch))
  return targets.zones
    .filter(({ label, mark }) => label !== null && mark.entry >= range.from && mark.entry < range.to)
    .map(({ mark }) => ({ id: mark.id, stretch: range.stretch, from: mark.entry }))
}

/** Where `length` ms of HOLD may begin. */
function holdsIn({ markets }: TrainingData, range: SecondsRange, length: number): SecondsRange[] {
  const { targets } = marketOf(markets, at(allStretches(markets), range.stretch))
  return targets
    .stretches('HOLD', range)
    .filter(({ from, to }) => to - from > length)
    .map(({ from, to }) => ({ from, to: epochMs(to - length), stretch: range.stretch }))
}

/** One fold's model, and the seconds it is asked about. */
class Look {
  readonly #head: Session
  readonly #rows: StretchRows
  readonly #seconds: number

  /** @param seconds of each look */
  constructor(head: Session, rows: StretchRows, seconds: number) {
    this.#head = head
    this.#rows = rows
    this.#seconds = seconds
  }

  /** The highest of either side from a second on; null where no second has a row. */
  async highest({ stretch, from }: Place): Promise<SideScores | null> {
    const instants = Array.from({ length: this.#seconds }, (_, i) => epochMs(from + i * SECOND))
    const { values, known } = await this.#rows.ofSeconds(stretch, instants)
    const { probabilities } = await this.#head.run({ row: float32(values, [instants.length, ROW_SIZE]) })
    const of = (action: number): number =>
      Math.max(
        ...known.map((isKnown, row) =>
          isKnown ? at(probabilities as Float32Array, row * ACTIONS.length + action) : -Infinity,
        ),
      )
    return known.includes(true) ? { BUY: of(BUY), SELL: of(SELL) } : null
  }
}

function unscored(reason: string): HeldOutScores {
  return { marks: new Map(), ordinary: [], reason }
}

function tooFew(episodes: number): string {
  return `marks at ${episodes} separate times; from ${FEWEST_EPISODES} on each is scored by a model that did not see it`
}
