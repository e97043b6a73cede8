// A market's candles into SQLite, noted there for its log, appended to PostgreSQL by COPY, and applied to another machine's file. BENCH_DATABASE_URL names an
// empty database.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/core/clock.ts'
import { openDatabase } from '../src/core/database.ts'
import { CopyingPostgres } from '../src/core/postgres/copying.ts'
import { openPostgres } from '../src/core/postgres/open.ts'
import { epochMs } from '../src/core/time.ts'
import { bookMigrations } from '../src/market/book/schema.ts'
import { switchOnCapture } from '../src/market/log/capture.ts'
import { LoggedFile } from '../src/market/log/logged-file.ts'
import { ownMarket } from '../src/market/log/market-owner.ts'
import { marketLogMigrations } from '../src/market/log/schema.ts'
import { SharedLog } from '../src/market/log/shared-log.ts'
import { openMarketStore, type MarketStore } from '../src/market/store/market-store.ts'
import { marketMigrations } from '../src/market/store/schema.ts'
import type { Candle, Market } from '../src/market/types.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'The log of a market'
export const onRequest = true

const CANDLES: Readonly<Record<Effort, number>> = { full: 200_000, short: 2_000 }
const A_TRANSACTION = 2_000
const START = Date.parse('2024-01-15T00:00:00Z')

export async function run(effort: Effort, url = process.env['BENCH_DATABASE_URL']): Promise<Row[]> {
  const count = CANDLES[effort]
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-log-'))
  try {
    const plain = openStore(join(folder, 'plain.db'), false)
    const market = { venue: 'bench', symbol: `C${process.pid}/USDT` }
    const rows = [
      ...(await measured('1s candles into SQLite', count, async () => fill(plain, market, count))),
      perMillion('a million 1s candles in SQLite', fileBytes(plain), count),
    ]
    const ours = openStore(join(folder, 'ours.db'), true)
    rows.push(
      ...(await measured('the same, noted for the log', count, async () => fill(ours, market, count))),
    )
    if (url === undefined) return rows
    return [
      ...rows,
      ...(await through(url, { ours, theirs: openStore(join(folder, 'b.db'), true) }, market, count)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function through(
  url: string,
  { ours, theirs }: { ours: MarketStore; theirs: MarketStore },
  market: Market,
  count: number,
): Promise<Row[]> {
  await (await openPostgres(url, marketLogMigrations)).close()
  const db = new CopyingPostgres(url)
  const log = new SharedLog(db, systemClock)
  const owner = await ownMarket(new LoggedFile(ours, log), market)
  const appended = await measured('appended by COPY', count, () => owner.flush())
  const applied = await measured('applied by another', count, () =>
    new LoggedFile(theirs, log).catchUp(market),
  )
  const [size] = await db.ask<{ bytes: number }>('SELECT sum(length(data)) AS bytes FROM market_log')
  const [stored] = await db.ask<{ bytes: number }>(
    `SELECT sum(pg_total_relation_size(inhrelid))::float8 AS bytes FROM pg_inherits WHERE inhparent = 'market_log'::regclass`,
  )
  await db.close()
  return [
    ...appended,
    ...applied,
    { name: 'bytes of the log', value: Number(size?.bytes) / count, unit: 'B/candle' },
    perMillion('a million 1s candles in PostgreSQL', stored?.bytes ?? Number.NaN, count),
  ]
}

function perMillion(name: string, bytes: number, candles: number): Row {
  return { name, value: bytes / candles, unit: 'MB', note: 'the whole file, or table, with its indexes' }
}

function fileBytes({ sqlite }: MarketStore): number {
  const one = (pragma: string): number => (sqlite.prepare(`PRAGMA ${pragma}`).raw().get() as [number])[0]
  return one('page_count') * one('page_size')
}

function openStore(path: string, isLogged: boolean): MarketStore {
  const { sqlite } = openDatabase(path, [...marketMigrations, ...bookMigrations])
  if (isLogged) switchOnCapture(sqlite)
  return openMarketStore(sqlite)
}

function fill(store: MarketStore, market: Market, count: number): void {
  const when = { first: null, corrected: epochMs(START) }
  for (let from = 0; from < count; from += A_TRANSACTION) {
    const candles = Array.from({ length: Math.min(A_TRANSACTION, count - from) }, (_, n) => candle(from + n))
    store.transaction(() => store.addCandles(market, '1s', candles, when))
  }
}

function candle(second: number): Candle {
  const middle = 2_500 + Math.sin(second / 1_000) * 40
  const tick = (value: number): number => Math.round(value * 100) / 100
  const [open, close] = [tick(middle), tick(middle + Math.sin(second))]
  const [high, low] = [Math.max(open, close) + 0.01, Math.min(open, close) - 0.01]
  return { openTime: epochMs(START + second * 1_000), open, high, low, close, volume: (second % 977) / 1_000 }
}

async function measured(name: string, count: number, work: () => Promise<unknown>): Promise<Row[]> {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  await work()
  const wall = (performance.now() - began) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  const note = `${((user + system) / count).toFixed(1)} µs of this process's CPU each`
  return [{ name, value: count / wall, unit: 'candles/s', note }]
}
