// The logistic-regression floor: trained per fold on exactly the model's examples, scored on the same seconds.
import type { Floor } from '../../contract/validation.ts'
import { at } from '../../core/at.ts'
import { SECOND, ceilTo, epochMs, type EpochMs } from '../../core/time.ts'
import { StateSweep } from '../../market-state/sweep.ts'
import { allocateInputs } from '../../market-state/tensors.ts'
import { ACTIONS } from '../../models/model.ts'
import { chooseRule } from './choose-rule.ts'
import { secondsIn, type SecondsRange, type TrainingData } from '../data/training-data.ts'
import { callsOf, type ScoredSeconds } from './score-calls.ts'
import { allStretches, type Example } from '../examples/example.ts'
import { Logistic } from './logistic.ts'
import { scorecardOf, type Exam } from './scorecard.ts'
import { SIGNED, SUMMARIES, unitsOfStates, writeSummaries, type Units } from './summary-features.ts'

/** A prior of standard deviation 1 on every standardised coefficient. */
const RIDGE = 1
/** So many seconds of an example are shown, evenly spread; together they weigh what the example weighs. */
const VIEWS = 4
const [BUY, SELL] = [ACTIONS.indexOf('BUY'), ACTIONS.indexOf('SELL')]

/** One fold of the model: what it was trained on and, for each range it was scored on, its scores. */
export interface FoldSeconds {
  readonly examples: readonly Example[]
  readonly ranges: readonly SecondsRange[]
  readonly scores: readonly Float32Array[]
}

export function logisticFloor(data: TrainingData, exam: Exam, folds: readonly FoldSeconds[]): Floor {
  const seconds = logisticSeconds(data, folds)
  const { rule, report } = chooseRule(seconds, exam.marks, exam.markets, exam)
  return {
    id: 'logistic_regression',
    name: 'Logistic regression',
    about: `A ridge regression on ${SUMMARIES} summaries of the same candles, trained fold by fold on the same examples and their mirror images; its threshold is chosen as the model's is.`,
    scores: scorecardOf(exam, callsOf(seconds, rule), report, seconds),
  }
}

/** Out-of-fold probabilities of the regression, on the seconds that the model spoke on. */
export function logisticSeconds(data: TrainingData, folds: readonly FoldSeconds[]): ScoredSeconds[] {
  const stretches = allStretches(data.markets)
  const states = new Summaries(stretches.map(({ slice }) => new StateSweep(slice)))
  const known: ExampleRows = new WeakMap()
  let near: Logistic | undefined
  return folds.flatMap(({ examples, ranges, scores }) => {
    // Folds differ by an episode: from one solution to the next it is a step or two.
    const model = fitOn(examples, states, known, near)
    near = model
    return ranges.map((range, i) => ({
      market: at(stretches, range.stretch).market,
      from: ceilTo(range.from, SECOND),
      scores: scoreLike(at(scores, i), range, model, states),
    }))
  })
}

/** Whoever has the summaries of a second. */
export type SummaryRows = Pick<Summaries, 'write'>

/** Summaries of states by instant. */
export class Summaries {
  readonly #sweeps: readonly StateSweep[]
  readonly #inputs = allocateInputs(1)
  readonly #units: readonly Units[]

  constructor(sweeps: readonly StateSweep[]) {
    this.#sweeps = sweeps
    this.#units = sweeps.map(() => unitsOfStates())
  }

  /** False where there is no state. */
  write(stretch: number, asOf: EpochMs, out: Float32Array, from: number): boolean {
    if (!at(this.#sweeps, stretch).writeAt(asOf, this.#inputs, 0)) return false
    writeSummaries(this.#inputs, 0, out, from, at(this.#units, stretch))
    return true
  }
}

/** By example: most of them are in most folds. */
type ExampleRows = WeakMap<Example, readonly Float32Array[]>

/** The summaries of some seconds of an example, evenly spread, as far as there are states. */
function rowsOf({ stretch, instant, seconds }: Example, states: SummaryRows): Float32Array[] {
  const views = viewsOf(seconds)
  return Array.from({ length: views }, (_, view) => view).flatMap((view) => {
    const row = new Float32Array(SUMMARIES)
    const asOf = epochMs(instant + Math.floor((view * seconds) / views) * SECOND)
    return states.write(stretch, asOf, row, 0) ? [row] : []
  })
}

/** A regression on some seconds of each example, and on their mirror images. */
export function fitOn(
  examples: readonly Example[],
  states: SummaryRows,
  known: ExampleRows = new WeakMap(),
  near?: Logistic,
): Logistic {
  const rows: Float32Array[] = []
  const labels: number[] = []
  const weights: number[] = []
  for (const example of examples) {
    const { label, weight, seconds } = example
    const each = weight / viewsOf(seconds) / 2
    const own = known.get(example) ?? rowsOf(example, states)
    known.set(example, own)
    for (const row of own) {
      rows.push(row, mirrored(row))
      labels.push(label, mirrorLabel(label))
      weights.push(each, each)
    }
  }
  const data = { x: joined(rows), width: SUMMARIES, labels, weights }
  return Logistic.fit(data, { classes: ACTIONS.length, ridge: RIDGE }, near)
}

function viewsOf(seconds: number): number {
  return Math.min(VIEWS, seconds)
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.length * SUMMARIES)
  for (const [i, row] of rows.entries()) all.set(row, i * SUMMARIES)
  return all
}

function mirrored(row: Float32Array): Float32Array {
  return row.map((value, i) => (i < SIGNED ? -value : value))
}

function mirrorLabel(label: number): number {
  return label === BUY ? SELL : label === SELL ? BUY : label
}

/** Its probabilities of every second of a range that the model spoke on. */
export function scoreLike(
  model: Float32Array,
  range: SecondsRange,
  by: Logistic,
  states: SummaryRows,
): Float32Array {
  const out = new Float32Array(model.length).fill(Number.NaN)
  const row = new Float32Array(SUMMARIES)
  const first = ceilTo(range.from, SECOND)
  for (let i = 0; i < secondsIn(range); i++) {
    if (Number.isNaN(model[i * ACTIONS.length])) continue
    const isKnown = states.write(range.stretch, epochMs(first + i * SECOND), row, 0)
    if (isKnown) by.predict(row, 0, out, i * ACTIONS.length)
  }
  return out
}
