// Scores calls against the true breakouts, whoever made them: the model, the plain rule, chance.
import { MINUTE, epochMs, type EpochMs } from '../../src/core/time.ts'
import type { Breakout } from '../../src/market/demo/ground-truth.ts'
import type { SecondBars } from '../../src/market-state/bars.ts'

export interface PlainCall {
  readonly action: 'BUY' | 'SELL'
  readonly opensAt: EpochMs
}

export interface Score {
  readonly calls: number
  readonly hits: number
  readonly falseCalls: number
  readonly missed: number
  /** Share of true breakouts hit. */
  readonly recall: number
  readonly precision: number
  readonly f1: number
  readonly falseCallsPerHour: number
  /** Of the way from the range's boundary to the target, what was left at the call: mean over hits; NaN without any. */
  readonly moveLeft: number
  /** Percent after fees, mean over all calls: entered at the last close, left after `holding`; NaN without any. */
  readonly netPct: number
}

export interface Terms {
  readonly bars: SecondBars
  readonly hours: number
  /** How long each call's position is kept, in ms; shorter where the data end. */
  readonly holding: number
}

/** A call is a hit when it opens within so long of the breakout's start. */
const HIT_WITHIN = MINUTE
const FEES_PCT = 0.2

/** A hit is a call in the right direction within 60 s of a true breakout's start, once per breakout; every other call is false. */
export function scoreCalls(calls: readonly PlainCall[], breakouts: readonly Breakout[], terms: Terms): Score {
  const open = new Set(breakouts.filter(({ genuine }) => genuine))
  const genuine = open.size
  const left: number[] = []
  for (const call of calls) {
    const hit = [...open].find((breakout) => isHit(call, breakout))
    if (hit === undefined) continue
    open.delete(hit)
    left.push(moveLeft(hit, terms.bars.closeAt(call.opensAt)))
  }
  const hits = left.length
  const falseCalls = calls.length - hits
  return {
    calls: calls.length,
    hits,
    falseCalls,
    missed: genuine - hits,
    recall: hits / genuine,
    precision: hits / calls.length,
    f1: (2 * hits) / (calls.length + genuine),
    falseCallsPerHour: falseCalls / terms.hours,
    moveLeft: mean(left),
    netPct: mean(calls.map((call) => netPct(call, terms))),
  }
}

function isHit({ action, opensAt }: PlainCall, { direction, start }: Breakout): boolean {
  return (action === 'BUY') === (direction === 'UP') && opensAt >= start && opensAt <= start + HIT_WITHIN
}

function moveLeft({ direction, rangeHigh, rangeLow, target }: Breakout, price: number): number {
  const boundary = direction === 'UP' ? rangeHigh : rangeLow
  return (target - price) / (target - boundary)
}

function netPct({ action, opensAt }: PlainCall, { bars, holding }: Terms): number {
  const entry = bars.closeAt(opensAt)
  const exit = bars.closeAt(epochMs(Math.min(opensAt + holding, bars.endOf(bars.length - 1))))
  const gross = 100 * (exit / entry - 1)
  return (action === 'BUY' ? gross : -gross) - FEES_PCT
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Sample standard deviation. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1))
}
