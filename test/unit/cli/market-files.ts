// CSV files of a small market in which test cases are possible for two minutes.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDatabase } from '../../../src/core/database.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { importCandles } from '../../../src/market/importing/candles/import-candles.ts'
import { openMarketStore } from '../../../src/market/store/market-store.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../../../src/market/timeframe.ts'

/** The files' last instant: T may be up to two minutes earlier. */
export const END = Date.parse('2026-01-15T10:30:00Z')

const COUNT: Record<Timeframe, number> = { '1s': 220, '1m': 130, '1h': 130, '1d': 130 }

/** Imports all four timeframes into a workspace. */
export async function importMarket(folder: string, workspace: string): Promise<void> {
  const database = openDatabase(workspaceAt(workspace).database, marketMigrations)
  const store = openMarketStore(database.sqlite)
  const market = { venue: 'imported', symbol: 'ETH/USDT' }
  for (const timeframe of TIMEFRAMES) {
    await importCandles({
      path: await writeCandles(folder, timeframe),
      market,
      timeframe,
      sparse: false,
      store,
    })
  }
  await database.close()
}

export async function writeCandles(folder: string, timeframe: Timeframe): Promise<string> {
  const step = durationOf(timeframe)
  const end = Math.floor(END / step) * step
  const rows = Array.from({ length: COUNT[timeframe] }, (_, i) => {
    const price = 2400 + Math.sin(i / 5)
    return [end - (COUNT[timeframe] - i) * step, price, price + 1, price - 1, price + 0.5, 1 + (i % 7)].join(
      ',',
    )
  })
  const path = join(folder, `${timeframe}.csv`)
  await writeFile(path, `open_time_ms,open,high,low,close,volume\n${rows.join('\n')}\n`)
  return path
}
