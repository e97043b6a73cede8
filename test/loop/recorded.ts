// The recorded Binance ETH/USDT data around 2024-08-09T00:00Z, in the store by import and as raw rows for a second computation.
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { importCandles } from '../../src/market/importing/candles/import-candles.ts'
import { importTrades } from '../../src/market/importing/trades/import-trades.ts'
import type { MarketStore } from '../../src/market/store/market-store.ts'
import type { Market } from '../../src/market/types.ts'
import type { RawMarket, Row } from '../property/market-state/naive-state.ts'

const FOLDER = new URL('../../../shared/data/', import.meta.url).pathname
const FILES = {
  trades: `${FOLDER}trades/binance-ETHUSDT-2024-08-08.csv.gz`,
  '1m': `${FOLDER}candles/binance-ETHUSDT-1m-2024.csv.gz`,
  '1h': `${FOLDER}candles/binance-ETHUSDT-1h.csv.gz`,
  '1d': `${FOLDER}candles/binance-ETHUSDT-1d.csv.gz`,
} as const

export const BINANCE: Market = { venue: 'binance', symbol: 'ETH/USDT' }

/** Whether the folder is there; tests that need it are skipped, and say so, where it is not. */
export const hasRecordedData = existsSync(FILES.trades)
export const skipReason = hasRecordedData ? '' : ' (skipped: ../shared/data is absent)'

export async function importRecorded(store: MarketStore): Promise<void> {
  await importTrades({ path: FILES.trades, market: BINANCE, store })
  for (const timeframe of ['1m', '1h', '1d'] as const) {
    await importCandles({ path: FILES[timeframe], market: BINANCE, store, timeframe, sparse: false })
  }
}

/** The files' own rows, read without the product's help; coverage by the rule: first whole second after the first row to the last. */
export function rawRecorded(): RawMarket {
  const trades = rowsOf(FILES.trades).map(([time, price, amount]) => ({
    time: Number(time),
    price: Number(price),
    amount: amount!,
  }))
  const native = (timeframe: '1m' | '1h' | '1d'): Row[] =>
    rowsOf(FILES[timeframe]).map(([open, o, h, l, c, v]) => [
      Number(open),
      Number(o),
      Number(h),
      Number(l),
      Number(c),
      v!,
    ])
  return {
    trades,
    covered: [
      {
        from: Math.ceil(trades[0]!.time / 1000) * 1000,
        to: Math.floor(trades.at(-1)!.time / 1000) * 1000,
      },
    ],
    native: { '1m': native('1m'), '1h': native('1h'), '1d': native('1d') },
    sparse: { '1m': [], '1h': [], '1d': [] },
  }
}

function rowsOf(path: string): string[][] {
  const [, ...lines] = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
  return lines.map((line) => line.trim().split(','))
}
