// What signals come to: trades, figures, what has to be beaten, other terms tried.
import type { BacktestCall, BacktestResult, BacktestTrade } from '../contract/backtests.ts'
import { at } from '../core/at.ts'
import { HOUR, SECOND, epochMs, toIso } from '../core/time.ts'
import { clip, unionOf } from '../market/ranges.ts'
import type { MarketReader } from '../market/provider.ts'
import type { TimeRange } from '../market/types.ts'
import { SecondBars } from '../market-state/bars.ts'
import { withLookback } from '../market-state/plain-rule.ts'
import type { CallRule } from '../signals/signal.ts'
import { judgeCalls } from '../training/evaluation/live-accuracy.ts'
import { equityOf, shareOf, tradeFigures } from './figures.ts'
import { floorsOf } from './floors.ts'
import { groupsByPattern, groupsOf } from './groups.ts'
import type { Heard, HeardCall } from './heard.ts'
import type { OpenPart } from './open-backtest.ts'
import type { BacktestOrder } from './order.ts'
import { sweepOf } from './sweep.ts'
import { tradesOf, type Entry } from './trades.ts'

export interface ResultParts {
  readonly order: BacktestOrder
  readonly parts: readonly OpenPart[]
  readonly reader: MarketReader
}

/** What a backtest has come to when every second was gone through. */
export interface Gone {
  readonly heard: Heard
  /** Null where calls are followed: the model is no agent, or several answer. */
  readonly agentTrades: BacktestTrade[] | null
  /** What failed on the way, in words. */
  readonly faults: ReadonlySet<string>
}

export async function resultOf(
  { order, parts, reader }: ResultParts,
  { heard, agentTrades, faults }: Gone,
): Promise<BacktestResult> {
  const { market, sweep } = order
  const range = wholeOf(order)
  const slice = await reader.slice(market, range)
  const bars = new SecondBars(slice, range)
  const seconds = slice.series['1s']
  const spoken = heard.spoken()
  const entries = heard.calls.map((call): Entry => ({ ...call, barriers: call.by.barriers }))
  const trades = agentTrades ?? tradesOf(entries, seconds, order)
  const judged = judgeCalls(market, heard.calls, order.annotations, order.reviewed)
  return {
    figures: {
      ...tradeFigures(trades),
      calls: heard.calls.length,
      open_trades: trades.filter(({ outcome }) => outcome === 'open').length,
      seconds_scored: spoken.length,
      abstained: heard.abstained,
      matched_calls: judged.matched.size,
      ...falseCallsOf(order, heard, judged.wrong),
    },
    floors: floorsOf({ order, terms: order, pauseSeconds: pauseOf(parts), slice, bars, entries, spoken }),
    groups: [
      ...(order.parts === undefined ? [] : groupsByPattern(trades, heard.calls, order.parts)),
      ...groupsOf(trades, bars, spoken),
    ],
    sweep:
      sweep === null
        ? []
        : sweepOf(
            { market, rule: ruleOf(parts), terms: order, stretches: heard.stretches, seconds, bars },
            sweep,
          ),
    calls: heard.calls.map((call): BacktestCall => callOut(call, judged.matched.get(call.id) ?? null)),
    trades,
    equity: equityOf(trades),
    warnings: [...faults].slice(0, 3).map((fault) => `Seconds could not be answered: ${fault}`),
  }
}

function callOut({ id, opensAt, action, score, price, by }: HeardCall, matched: string | null): BacktestCall {
  const { pattern, checkpoint } = by
  const whose = pattern === null ? {} : { pattern, checkpoint }
  return { id, timestamp: toIso(opensAt), action, score, price, matched_annotation: matched, ...whose }
}

/** A sweep is of one checkpoint. */
function ruleOf(parts: readonly OpenPart[]): CallRule {
  return at(parts, 0).loaded.metadata.rule
}

/** The shortest: the plain rule may call as often as whichever of them does. */
function pauseOf(parts: readonly OpenPart[]): number {
  return Math.min(...parts.map(({ loaded }) => loaded.metadata.rule.pauseSeconds))
}

/** From half an hour before the span to where its last trade may end. */
function wholeOf({ stretches, barriers, parts, sweep }: BacktestOrder): TimeRange {
  const held = [{ barriers }, ...(parts ?? [])].map((one) => one.barriers?.seconds ?? 0)
  const longest = Math.max(...held, ...(sweep?.hold_seconds ?? []))
  const from = epochMs(Math.min(...stretches.map((one) => one.from)))
  const to = epochMs(Math.max(...stretches.map((one) => one.to)) + longest * SECOND)
  return withLookback({ from, to })
}

function falseCallsOf({ reviewed, stretches }: BacktestOrder, { calls }: Heard, wrong: ReadonlySet<string>) {
  const spans = unionOf(reviewed)
  const looked = stretches.flatMap((stretch) => clip(spans, stretch))
  const hours = looked.reduce((sum, { from, to }) => sum + (to - from), 0) / HOUR
  const inside = calls.filter(
    ({ id, opensAt }) => wrong.has(id) && looked.some(({ from, to }) => opensAt >= from && opensAt < to),
  )
  const rate =
    hours === 0
      ? shareOf(0, 0, 'reviewed seconds in the span')
      : { value: inside.length / hours, n: hours, interval: null, reason: null }
  return { reviewed_hours: hours, false_calls: wrong.size, false_calls_per_hour: rate }
}
