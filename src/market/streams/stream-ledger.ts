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

  /**
   * Counts trades that were new, and brings the row up to date where that is due: within the transaction that stores them. What it returns is to
   * be called once that is durable.
   */
  stage(rows: number, now: EpochMs, isDue = now - this.#notedAt >= MINUTE): () => void {
    const total = this.#rows + rows
    const id = isDue ? this.#note(total, now) : this.#id
    return () => {
      this.#rows = total
      this.#id = id
      if (id !== null && isDue) this.#notedAt = now
    }
  }

  /** The row's number; null where there is nothing to say. Simulated trades come from nowhere. */
  #note(rows: number, now: EpochMs): number | null {
    if (rows === 0 || isSimulated(this.#market)) return this.#id
    const id = this.#id ?? this.#begin(now)
    this.#store.sqlite
      .prepare('UPDATE import SET rows = ?1, added = ?1, finished_at = ?2 WHERE id = ?3')
      .run([rows, now, id])
    return id
  }

  #begin(now: EpochMs): number {
    const { lastInsertRowid } = this.#store.sqlite
      .prepare("INSERT INTO import (market, kind, file, started_at) VALUES (?, 'trades', ?, ?)")
      .run([this.#store.open(this.#market), `stream ${this.#market.venue}`, now])
    return Number(lastInsertRowid)
  }
}
