// Trades by the hour they were entered in, and by how much the market had moved before.
import type { BacktestDetail, BacktestGroup, BacktestTrade } from '../contract/backtests.ts'
import { MINUTE, SECOND, epochMs, type EpochMs } from '../core/time.ts'
import { numberAt } from '../core/at.ts'
import { numberIn } from '../core/number-at.ts'
import { zoneOf, type Zone } from '../core/zone.ts'
import type { SecondBars } from '../market-state/bars.ts'
import { RULE_LOOKBACK } from '../market-state/plain-rule.ts'
import { tradeFigures } from './figures.ts'
import type { HeardCall } from './heard.ts'
import type { OrderPart } from './order.ts'

/** By the range of the half hour before, among those of the seconds scored: the lowest third, the middle one, the highest. */
const REGIMES = ['quiet', 'usual', 'lively'] as const

/** @param bars reach half an hour before the first of `spoken`, the seconds that were answered */
export function groupsOf(
  trades: readonly BacktestTrade[],
  bars: SecondBars,
  spoken: readonly EpochMs[],
): BacktestGroup[] {
  const regimeAt = regimes(bars, spoken)
  const byRegime = grouped(trades, regimeAt)
  return [
    ...hourGroups(trades, zoneOf('UTC')),
    ...REGIMES.filter((name) => byRegime.has(name)).map((name) => group('regime', name, byRegime.get(name))),
  ]
}

/** By the hour that the zone's clock showed when they were entered: hours without a trade are left out. */
export function hourGroups(trades: readonly BacktestTrade[], zone: Zone): BacktestGroup[] {
  const hours = grouped(trades, (at) => new Date(zone.wallOf(at)).toISOString().slice(11, 13))
  return [...hours.keys()].toSorted().map((name) => group('hour', name, hours.get(name)))
}

/** With the hours of the zone; of its own they are there. */
export function inZone(backtest: BacktestDetail, zone: Zone): BacktestDetail {
  if (zone.name === backtest.timezone) return backtest
  const others = (by: BacktestGroup['by']) => backtest.groups.filter((one) => one.by === by)
  const groups = [...others('pattern'), ...hourGroups(backtest.trades, zone), ...others('regime')]
  return { ...backtest, groups, timezone: zone.name }
}

/** By whose call it was, by pattern: those that told none, too. */
export function groupsByPattern(
  trades: readonly BacktestTrade[],
  calls: readonly HeardCall[],
  parts: readonly OrderPart[],
): BacktestGroup[] {
  const patternOf = new Map(calls.map(({ id, by }) => [id, by.pattern]))
  return parts.map(({ pattern }) => {
    const own = trades.filter(({ call_id: id }) => id !== null && patternOf.get(id) === pattern)
    return group('pattern', pattern ?? '', own)
  })
}

function group(by: BacktestGroup['by'], name: string, trades: readonly BacktestTrade[] = []): BacktestGroup {
  return { by, name, ...tradeFigures(trades) }
}

function grouped(
  trades: readonly BacktestTrade[],
  nameAt: (at: EpochMs) => string | null,
): Map<string, BacktestTrade[]> {
  const groups = new Map<string, BacktestTrade[]>()
  for (const trade of trades) {
    const name = nameAt(epochMs(Date.parse(trade.entered_at)))
    if (name !== null) groups.set(name, [...(groups.get(name) ?? []), trade])
  }
  return groups
}

function regimes(bars: SecondBars, spoken: readonly EpochMs[]): (at: EpochMs) => string | null {
  const minutes = new Set(spoken.map((at) => Math.floor(at / MINUTE) * MINUTE))
  const ranges = [...minutes].map((at) => rangeBefore(bars, at)).filter(Number.isFinite)
  if (ranges.length === 0) return () => null
  const sorted = ranges.toSorted((a, b) => a - b)
  const third = (share: number): number => numberIn(sorted, Math.floor(share * sorted.length))
  const [low, high] = [third(1 / 3), third(2 / 3)]
  return (at) => {
    const range = rangeBefore(bars, at)
    if (!Number.isFinite(range)) return null
    return range < low ? REGIMES[0] : range < high ? REGIMES[1] : REGIMES[2]
  }
}

/** (highest − lowest) / close of the half hour before an instant; NaN where it is not known whole. */
function rangeBefore(bars: SecondBars, at: number): number {
  const end = bars.indexOf(at)
  let [high, low] = [-Infinity, Infinity]
  for (let i = end - RULE_LOOKBACK / SECOND; i < end; i++) {
    high = Math.max(high, numberAt(bars.high, i))
    low = Math.min(low, numberAt(bars.low, i))
  }
  return (high - low) / numberAt(bars.close, end - 1)
}
