// What every canary does: a model trained on the first marks of a made market, by the house's own jobs, and asked about what comes later.
import { SECOND, ceilTo, epochMs, type EpochMs } from '../../src/core/time.ts'
import { StateSweep } from '../../src/market-state/sweep.ts'
import { allocateInputs } from '../../src/market-state/tensors.ts'
import type { MarketSlice } from '../../src/market/slice.ts'
import type { TimeRange } from '../../src/market/types.ts'
import { parameterDefaults } from '../../src/models/defaults.ts'
import { ACTIONS, type ModelDefinition } from '../../src/models/model.ts'
import {
  marketData,
  stretchOf,
  type MarketData,
  type TrainingData,
} from '../../src/training/data/training-data.ts'
import type { ScoredSeconds } from '../../src/training/evaluation/score-calls.ts'
import { localJobs } from '../../src/training/jobs/local-jobs.ts'
import { jobOptionsOf } from '../../src/training/runs/parameters.ts'
import { planOptionsOf, planRun } from '../../src/training/runs/plan.ts'
import { closeIn } from '../../src/training/data/training-data.ts'
import type { Mark } from '../../src/training/data/targets.ts'
import { MARKET, type MadeMarket } from './market.ts'

/** Small on purpose: what a canary looks for shows in a few epochs. */
const EPOCHS = 4
const VIEWS = 8

/** A mark of `seconds` from `entry` on, on the side that paid unless one is given. */
export function markAt(
  slice: MarketSlice,
  entry: EpochMs,
  seconds: number,
  direction?: Mark['direction'],
): Mark {
  const exit = epochMs(entry + seconds * SECOND)
  const stretch = stretchOf(slice, { from: entry, to: exit })
  const [entryPrice, exitPrice] = [entry, exit].map((at) => closeIn([stretch], at)) as [number, number]
  return {
    id: `mark${entry}`,
    direction: direction ?? (exitPrice > entryPrice ? 'LONG' : 'SHORT'),
    entry,
    exit,
    entryPrice,
    exitPrice,
    trained: true,
  }
}

/** All of `range` reviewed. */
export function reviewedMarket(
  { slice, books }: MadeMarket,
  range: TimeRange,
  marks: readonly Mark[],
): MarketData {
  return marketData({
    market: MARKET,
    marks,
    holdSpans: [range],
    holdSource: 'reviewed',
    stretches: [stretchOf(slice, range, books)],
  })
}

export function trainingData({ marks, stretches, ...rest }: MarketData): TrainingData {
  const [stretch] = stretches
  const states = allocateInputs(marks.length, stretch!.books !== undefined)
  const sweep = new StateSweep(stretch!.slice, stretch!.books)
  for (const [row, { entry }] of marks.entries()) sweep.writeAt(entry, states, row)
  const cases = marks.map(({ id }) => ({ markId: id, testCaseId: id, sha256: '' }))
  return { markets: [{ marks, stretches, ...rest }], cases, states, leftOut: [], warnings: [] }
}

/** Trains the model on a market, and returns what it says of each of `ranges` of another. */
export async function trainAndAsk(
  model: ModelDefinition,
  market: MarketData,
  { slice, books }: MadeMarket,
  ranges: readonly TimeRange[],
): Promise<ScoredSeconds[]> {
  const data = trainingData(market)
  const parameters = {
    ...parameterDefaults(model.defaults),
    seed: 5,
    epochs: EPOCHS,
    ...(model.defaults.views === undefined ? {} : { views: Math.min(VIEWS, model.defaults.views) }),
    threads: 1,
  }
  const [job] = planRun(data, jobOptionsOf(parameters), planOptionsOf(model)).jobs
  const evaluate = ranges.map((range) => ({ ...range, stretch: 1 }))
  const [own] = market.stretches
  const source = {
    slices: [own!.slice, slice],
    frozen: data.states,
    ...(own!.books === undefined || books === undefined ? {} : { books: [own!.books, books] }),
  }
  const jobs = [{ ...job!, evaluate }]
  const [result] = await localJobs(model)(source, jobs, { onEpoch: () => {}, onDone: () => {} })
  return ranges.map((range, i) => ({
    market: MARKET,
    from: ceilTo(range.from, SECOND),
    scores: result!.scores[i]!,
  }))
}

/** P(BUY), P(SELL), P(HOLD) as of a second. */
export function scoresAsOf(
  seconds: readonly ScoredSeconds[],
  instant: EpochMs,
): readonly [number, number, number] {
  for (const { from, scores } of seconds) {
    const at = ((instant - from) / SECOND) * ACTIONS.length
    if (at >= 0 && at < scores.length) return [scores[at]!, scores[at + 1]!, scores[at + 2]!]
  }
  throw new RangeError(`nothing was said of ${instant}`)
}

/**
 * The chance that one of `high` is over one of `low` (Mann & Whitney 1947, the area under the ROC curve), and its standard error
 * where both are draws from one distribution.
 */
export function rankShare(high: readonly number[], low: readonly number[]): { share: number; error: number } {
  let above = 0
  for (const a of high) for (const b of low) above += a > b ? 1 : a === b ? 0.5 : 0
  const pairs = high.length * low.length
  return { share: above / pairs, error: Math.sqrt((high.length + low.length + 1) / (12 * pairs)) }
}
