// A small imported market with candles of all four timeframes, for a fraction of what the demo market's past costs.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { CandlesOut } from '../../../src/contract/market.ts'
import { at } from '../../../src/core/at.ts'
import { openDatabase } from '../../../src/core/database.ts'
import type { Workspace } from '../../../src/core/workspace.ts'
import { importCandles } from '../../../src/market/importing/candles/import-candles.ts'
import { openMarketStore } from '../../../src/market/store/market-store.ts'
import { durationOf, type Timeframe } from '../../../src/market/timeframe.ts'
import type { Market } from '../../../src/market/types.ts'
import { SCHEMAS } from '../../../src/server/schemas.ts'
import { NOW, type Harness } from './harness.ts'

export const ETH: Market = { venue: 'imported', symbol: 'ETH/USDT' }
const COUNTS: Record<Timeframe, number> = { '1s': 2_400, '1m': 150, '1h': 110, '1d': 110 }

/** As `annotate import` does, beside a server or without one: by a connection of its own. */
export async function importInto(
  { root, database }: Workspace,
  market: Market,
  timeframes: Timeframe[],
): Promise<void> {
  const { sqlite, close } = openDatabase(database, SCHEMAS.market)
  const store = openMarketStore(sqlite)
  for (const timeframe of timeframes) {
    const path = join(root, `${timeframe}.csv`)
    await writeFile(path, `open_time_ms,open,high,low,close,volume\n${rowsUpToNow(timeframe).join('\n')}\n`)
    await importCandles({ path, market, timeframe, sparse: false, store })
  }
  await close()
}

function rowsUpToNow(timeframe: Timeframe): string[] {
  const step = durationOf(timeframe)
  const end = Math.floor(NOW / step) * step
  return Array.from({ length: COUNTS[timeframe] }, (_, n) => {
    const open = end - (COUNTS[timeframe] - n) * step
    const price = (time: number): number => 2400 + Math.round(100 * 20 * Math.sin(time / 240_000)) / 100
    const [first, last] = [price(open), price(open + step)]
    return [open, first, Math.max(first, last) + 0.5, Math.min(first, last) - 0.5, last, 1 + (n % 7)].join(
      ',',
    )
  })
}

/** Enough of all four timeframes for marks in the last half hour before `NOW`. */
export const fill = (workspace: Workspace): Promise<void> =>
  importInto(workspace, ETH, ['1d', '1h', '1m', '1s'])

/** A trade held for a minute, entered so many minutes before `NOW`. */
export async function mark(server: Pick<Harness, 'call'>, minutes: number): Promise<AnnotationOut> {
  const entry = NOW - minutes * 60_000
  const query = `symbol=ETH/USDT&timeframe=1s&from=${entry - 1000}&to=${entry + 60_000}`
  const { candles } = (await server.call<CandlesOut>('GET', `/api/candles?${query}`)).body
  const [first, last] = [at(at(candles, 0), 4), at(at(candles, -1), 4)]
  const body = {
    symbol: 'ETH/USDT',
    direction: last >= first ? 'LONG' : 'SHORT',
    entry: { timestamp: entry, price: first },
    exit: { timestamp: entry + 60_000, price: last },
  }
  const made = await server.call<AnnotationOut>('POST', '/api/annotations', { body })
  if (made.status !== 201) throw new Error(made.text)
  return made.body
}
