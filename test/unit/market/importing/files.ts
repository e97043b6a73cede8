// Files written for a test and imported into a store of its own.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { candlesOf } from '../../../../src/market/columns.ts'
import {
  importCandles,
  type CandleImportOptions,
} from '../../../../src/market/importing/candles/import-candles.ts'
import type { ImportOptions } from '../../../../src/market/importing/import-file.ts'
import type { ImportReport } from '../../../../src/market/importing/report.ts'
import { importTrades } from '../../../../src/market/importing/trades/import-trades.ts'
import type { MarketStore } from '../../../../src/market/store/market-store.ts'
import type { Timeframe } from '../../../../src/market/timeframe.ts'
import type { Candle, TimeRange } from '../../../../src/market/types.ts'
import { at, candle, MARKET, openStore, span, temporaryFolder } from '../fixture.ts'

export const T0 = at('2024-08-08T22:00:00Z')
export const MINUTE = 60_000

export function write(content: string | readonly string[] | Uint8Array, name = 'data.csv'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(
    path,
    typeof content === 'string' || content instanceof Uint8Array ? content : content.join('\n'),
  )
  return path
}

type Trading = Partial<ImportOptions>
type Charting = Partial<CandleImportOptions>

export const trades = (path: string, store = openStore(), options: Trading = {}): Promise<ImportReport> =>
  importTrades({ path, market: MARKET, store, ...options })

export const candles = (path: string, store = openStore(), options: Charting = {}): Promise<ImportReport> =>
  importCandles({ path, market: MARKET, store, timeframe: '1m', sparse: false, ...options })

export function stored(store: MarketStore, timeframe: Timeframe = '1m', market = MARKET): Candle[] {
  return candlesOf(store.candles.read(store.open(market), timeframe, span(-1e14, 1e14)))
}

export function known(store: MarketStore, timeframe: Timeframe): readonly TimeRange[] {
  return store.coverage.known(store.open(MARKET), timeframe)
}

/** Ten minutes as the field's files have them: prices with decimals, volumes in quarters. */
export function tenMinutes(): Candle[] {
  return Array.from({ length: 10 }, (_, i) => {
    const open = (10_000 + i * 7) / 100
    return candle(
      T0 + i * MINUTE,
      [open, (10_020 + i * 7) / 100, (9980 + i * 7) / 100, (10_010 + i * 7) / 100],
      5 + i / 4,
    )
  })
}

/** Of each candle, what `line` makes of it. */
export function lines(line: (each: Candle, index: number) => string): string[] {
  return tenMinutes().map(line)
}

export const values = ({ open, high, low, close }: Candle): string => [open, high, low, close].join(',')
