// A stream's row in the ledger, beside imported files and downloads: what came as it happened, brought up to date once a minute.
import { isSimulated } from '../../contract/market-name.ts'
import { MINUTE, type EpochMs } from '../../core/time.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Market } from '../types.ts'

export class StreamLedger {
  readonly #store: MarketStore
  readonly #market: Market
  #id: number | null = null
  #rows = 0
  #notedAt = Number.NEGATIVE_INFINITY

  constructor(store: MarketStore, market: Market) {
    this.#store = store
    this.#market = market
  }

  /** Trades that were new. Simulated ones come from nowhere. */
  add(rows: number, now: EpochMs): void {
    this.#rows += rows
    if (now - this.#notedAt >= MINUTE) this.note(now)
  }

  note(now: EpochMs): void {
    if (this.#rows === 0 || isSimulated(this.#market)) return
    this.#notedAt = now
    if (this.#id === null) this.#id = this.#begin(now)
    this.#store.sqlite
      .prepare('UPDATE import SET rows = ?1, added = ?1, finished_at = ?2 WHERE id = ?3')
      .run([this.#rows, now, this.#id])
  }

  #begin(now: EpochMs): number {
    const { lastInsertRowid } = this.#store.sqlite
      .prepare("INSERT INTO import (market, kind, file, started_at) VALUES (?, 'trades', ?, ?)")
      .run([this.#store.open(this.#market), `stream ${this.#market.venue}`, now])
    return Number(lastInsertRowid)
  }
}
