// The summary that a checkpoint keeps of what it learnt on: deciles of plain inputs over its labelled time, and of its out-of-fold scores.
import type { LearntOn } from '../../contract/drift.ts'
import { MINUTE, ceilTo, epochMs, type EpochMs } from '../../core/time.ts'
import { shortfallAt } from '../../market-state/availability.ts'
import { plainInputs, type PlainInputs } from '../../market-state/plain-inputs.ts'
import { notPositiveIn } from '../../market-state/price-sign.ts'
import { pricesAsOf } from '../../market-state/state.ts'
import { allocateInputs, writeState } from '../../market-state/tensors.ts'
import { distributionOf } from '../../signals/stability.ts'
import type { MarketData, Stretch, TrainingData } from '../data/training-data.ts'
import type { JobResult } from '../learning/job.ts'

/** Instants that are looked at, evenly spread: enough for deciles, and made in a moment. */
const MOST = 500

/** What a summary says of the labelled time, whatever came of the folds. */
export type LabelledTime = Omit<LearntOn, 'score'>

/** Null where no state can be made. */
export function labelledTime(data: TrainingData): LabelledTime | null {
  const inputs = thinned(data.markets.flatMap(minutesOf)).flatMap(inputsAt)
  const of = (name: keyof PlainInputs) => distributionOf(inputs.map((one) => one[name]))
  const [volatility, volume, range] = [of('volatility'), of('volume'), of('range')]
  return volatility === null || volume === null || range === null ? null : { volatility, volume, range }
}

/** @param folds those that say how the scores lie; none before they are done */
export function learntOn(labelled: LabelledTime, folds: readonly JobResult[]): LearntOn {
  return { ...labelled, score: distributionOf(folds.flatMap(scoresOf)) }
}

interface Place {
  readonly stretch: Stretch
  readonly at: EpochMs
}

/** Every whole minute where an unmarked second is HOLD. */
function minutesOf({ stretches, holdSpans }: MarketData): Place[] {
  return stretches.flatMap((stretch) =>
    holdSpans.flatMap((span) => {
      const from = ceilTo(Math.max(span.from, stretch.range.from), MINUTE)
      const to = Math.min(span.to, stretch.range.to)
      const count = Math.max(0, Math.ceil((to - from) / MINUTE))
      return Array.from({ length: count }, (_, i) => ({ stretch, at: epochMs(from + i * MINUTE) }))
    }),
  )
}

function thinned<T>(all: readonly T[]): T[] {
  const step = Math.max(1, Math.ceil(all.length / MOST))
  return all.filter((_, i) => i % step === 0)
}

function inputsAt({ stretch, at }: Place): PlainInputs[] {
  if (shortfallAt(stretch.slice, at) !== null) return []
  const state = pricesAsOf(stretch.slice, at)
  if (notPositiveIn(state.candles) !== null) return []
  const inputs = allocateInputs(1)
  writeState(state, inputs, 0)
  return [plainInputs(inputs.tensors.ohlcv_1m)]
}

/** The higher one of P(BUY) and P(SELL) once a minute; not where it abstained. */
function scoresOf({ scores }: JobResult): number[] {
  return scores.flatMap((range) => {
    const found: number[] = []
    for (let second = 0; 3 * second < range.length; second += SECONDS) {
      const score = Math.max(range[3 * second] ?? Number.NaN, range[3 * second + 1] ?? Number.NaN)
      if (!Number.isNaN(score)) found.push(score)
    }
    return found
  })
}
const SECONDS = 60
