// What was downloaded of an exchange, in the ledger beside imported files.
import type { EpochMs } from '../../core/time.ts'
import type { MarketStore } from '../store/market-store.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { Market } from '../types.ts'

export interface DownloadNote {
  readonly rows: number
  readonly added: number
  readonly sha256: string | null
  readonly begun: EpochMs
  readonly ended: EpochMs
}

/** `timeframe` null: trades. Nothing is noted where nothing came. */
export async function noteDownload(
  store: MarketStore,
  market: Market,
  timeframe: Timeframe | null,
  { rows, added, sha256, begun, ended }: DownloadNote,
): Promise<void> {
  if (rows === 0) return
  const insert = store.sqlite.prepare(
    `INSERT INTO import (market, kind, timeframe, file, sha256, rows, added, started_at, finished_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const kind = timeframe === null ? 'trades' : 'candles'
  const seconds = timeframe === null ? null : durationOf(timeframe) / 1000
  const from = `exchange ${market.venue}`
  await store.write(() =>
    insert.run([store.open(market), kind, seconds, from, sha256, rows, added, begun, ended]),
  )
}
