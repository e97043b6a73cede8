// What must be true of whatever a file left behind in a store, however it was damaged.
import { candlesOf } from '../../../src/market/columns.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import type { MarketReader } from '../../../src/market/provider.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../../../src/market/timeframe.ts'
import type { Candle, Market, TimeRange, Trade } from '../../../src/market/types.ts'
import type { ImportReport } from '../../../src/market/importing/report.ts'

const EVER = rangeOf(-1e14, 1e14)

/** @throws Error that says which law was broken */
export async function checkMarket(store: MarketStore, reader: MarketReader, market: Market): Promise<void> {
  const id = store.open(market)
  for (const timeframe of TIMEFRAMES) {
    for (const { from, to } of inOrder(await reader.coverage(market, timeframe))) {
      law(from < to, `coverage of ${timeframe} from ${from} to ${to}`)
    }
    checkCandles(candlesOf(store.candles.read(id, timeframe, EVER)), timeframe)
  }
  checkTrades(await reader.trades(market, EVER))
}

export function checkReport(report: ImportReport): void {
  const { rows, added, already_present: present, repeats, conflicts, refused_count: refused } = report
  law(
    rows === added + present + repeats + conflicts + refused,
    `rows do not add up: ${JSON.stringify(report)}`,
  )
  law(
    report.refused.every(({ line, reason }) => line > 0 && reason.length > 5),
    'a refusal without a line or a reason',
  )
}

/** Nothing is left of a market whose file was refused. */
export function checkNothing(store: MarketStore, market: Market): void {
  const known = store.markets().some(({ venue }) => venue === market.venue)
  law(!known, 'the file was refused, and something of it is stored')
}

function checkCandles(candles: readonly Candle[], timeframe: Timeframe): void {
  const step = durationOf(timeframe)
  let before = Number.NEGATIVE_INFINITY
  for (const candle of candles) {
    const { openTime, open, high, low, close, volume } = candle
    const numbers = [openTime, open, high, low, close, volume]
    law(numbers.every(Number.isFinite), `not finite: ${JSON.stringify(candle)}`)
    law(openTime % step === 0 && openTime > before, `out of order: ${JSON.stringify(candle)}`)
    law(
      low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close),
      `no candle: ${JSON.stringify(candle)}`,
    )
    law(volume >= 0, `volume: ${JSON.stringify(candle)}`)
    before = openTime
  }
}

function checkTrades(trades: readonly Trade[]): void {
  let before = Number.NEGATIVE_INFINITY
  for (const trade of trades) {
    const { time, price, amount } = trade
    law([time, price, amount].every(Number.isFinite), `not finite: ${JSON.stringify(trade)}`)
    law(time >= before && price > 0 && amount > 0, `no trade: ${JSON.stringify(trade)}`)
    before = time
  }
}

function inOrder(ranges: readonly TimeRange[]): readonly TimeRange[] {
  for (const [index, { from }] of ranges.entries()) {
    law(index === 0 || from > (ranges[index - 1]?.to ?? from), 'coverage is not in order')
  }
  return ranges
}

export function law(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}
