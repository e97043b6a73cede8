// What signals come to: trades, figures, what has to be beaten, other terms tried.
import type { BacktestCall, BacktestResult, BacktestTrade } from '../contract/backtests.ts'
import { HOUR, SECOND, epochMs, toIso } from '../core/time.ts'
import { clip, unionOf } from '../market/ranges.ts'
import type { MarketReader } from '../market/provider.ts'
import type { TimeRange } from '../market/types.ts'
import { SecondBars } from '../market-state/bars.ts'
import { withLookback } from '../market-state/plain-rule.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import { judgeCalls } from '../training/evaluation/live-accuracy.ts'
import { equityOf, shareOf, tradeFigures } from './figures.ts'
import { floorsOf } from './floors.ts'
import { groupsOf } from './groups.ts'
import type { Heard } from './heard.ts'
import type { BacktestOrder } from './order.ts'
import { sweepOf } from './sweep.ts'
import { tradesOf } from './trades.ts'

export interface ResultParts {
  readonly order: BacktestOrder
  readonly checkpoint: LoadedCheckpoint
  readonly reader: MarketReader
}

/** What a backtest has come to when every second was gone through. */
export interface Gone {
  readonly heard: Heard
  /** Null where the model is no agent. */
  readonly agentTrades: BacktestTrade[] | null
  /** What failed on the way, in words. */
  readonly faults: ReadonlySet<string>
}

export async function resultOf(
  { order, checkpoint, reader }: ResultParts,
  { heard, agentTrades, faults }: Gone,
): Promise<BacktestResult> {
  const { market, sweep } = order
  const { rule } = checkpoint.metadata
  const range = wholeOf(order)
  const slice = await reader.slice(market, range)
  const bars = new SecondBars(slice, range)
  const seconds = slice.series['1s']
  const spoken = heard.spoken()
  const trades = agentTrades ?? tradesOf(heard.calls, seconds, order)
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
    floors: floorsOf({ order, terms: order, rule, slice, bars, entries: heard.calls, spoken }),
    groups: groupsOf(trades, bars, spoken),
    sweep:
      sweep === null
        ? []
        : sweepOf({ market, rule, terms: order, stretches: heard.stretches, seconds, bars }, sweep),
    calls: heard.calls.map(({ id, opensAt, action, score, price }): BacktestCall => {
      const matched_annotation = judged.matched.get(id) ?? null
      return { id, timestamp: toIso(opensAt), action, score, price, matched_annotation }
    }),
    trades,
    equity: equityOf(trades),
    warnings: [...faults].slice(0, 3).map((fault) => `Seconds could not be answered: ${fault}`),
  }
}

/** From half an hour before the span to where its last trade may end. */
function wholeOf({ stretches, barriers, sweep }: BacktestOrder): TimeRange {
  const longest = Math.max(barriers?.seconds ?? 0, ...(sweep?.hold_seconds ?? []))
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
