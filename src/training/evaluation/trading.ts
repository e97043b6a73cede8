// What calls would have earned: entered at the last close, left after the median holding time, less fees. No sizing, no stop.
import { DEFAULT_FEE_PCT_PER_SIDE as FEE_PCT_PER_SIDE } from '../../annotation/annotations.ts'
import type { TradingFigures } from '../../contract/validation.ts'
import { SECOND, epochMs } from '../../core/time.ts'
import { closeIn, dataOf, type MarketData } from '../data/training-data.ts'
import type { MarketCall } from './score-calls.ts'
import { figure, mean, quantiles, shareFigure } from './enough.ts'

/** Median holding time of the trained annotations, in ms. */
export function medianHolding(markets: readonly MarketData[]): number {
  const holdings = markets.flatMap(({ marks }) =>
    marks.filter(({ trained }) => trained).map(({ entry, exit }) => exit - entry),
  )
  return holdings.length === 0 ? 0 : Math.round(quantiles(holdings)(0.5) / SECOND) * SECOND
}

/** @param holding in ms. A call whose exit no stored second knows is left out. */
export function tradingFigures(
  calls: readonly MarketCall[],
  markets: readonly MarketData[],
  holding: number,
): TradingFigures {
  const nets = calls
    .toSorted((a, b) => a.opensAt - b.opensAt)
    .map((call) => netPct(call, markets, holding))
    .filter((net) => Number.isFinite(net))
  return figuresOfNets(nets, holding)
}

/** Of the net P&L of calls in the order of time, in percent. */
export function figuresOfNets(nets: readonly number[], holding: number): TradingFigures {
  const n = nets.length
  return {
    calls: n,
    holding_seconds: holding / SECOND,
    fee_pct_per_side: FEE_PCT_PER_SIDE,
    hit_rate: shareFigure('trades', nets.filter((net) => net > 0).length, n),
    expectancy_pct: figure('trades', n, () => mean(nets)),
    profit_factor: figure('trades', n, () => profitFactor(nets)),
    max_drawdown_pct: figure('trades', n, () => maxDrawdown(nets)),
  }
}

/** Percent of the entry price after fees; NaN where a price is not known. */
export function netPct(
  { action, market, opensAt }: MarketCall,
  markets: readonly MarketData[],
  holding: number,
): number {
  const { stretches } = dataOf(markets, market)
  const entry = closeIn(stretches, opensAt)
  const exit = closeIn(stretches, epochMs(opensAt + holding))
  const gross = 100 * (exit / entry - 1)
  return (action === 'BUY' ? gross : -gross) - 2 * FEE_PCT_PER_SIDE
}

function profitFactor(nets: readonly number[]): number | string {
  const gains = nets.reduce((sum, net) => sum + Math.max(net, 0), 0)
  const losses = nets.reduce((sum, net) => sum + Math.max(-net, 0), 0)
  return losses === 0 ? 'no call lost anything, so there is nothing to divide by' : gains / losses
}

/** Of the running sum, which starts at 0. */
function maxDrawdown(nets: readonly number[]): number {
  let [sum, peak, fall] = [0, 0, 0]
  for (const net of nets) {
    sum += net
    peak = Math.max(peak, sum)
    fall = Math.max(fall, peak - sum)
  }
  return fall
}
