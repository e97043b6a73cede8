// How far a file holds each market's log.
import type { Sqlite } from '../../core/database.ts'
import { epochMs } from '../../core/time.ts'
import type { Position } from './shared-log.ts'

export interface Place extends Position {
  /** The last token that the file was written with; null: with none. */
  readonly token: number | null
}

/** The number of a market that is being emptied to be made anew. */
export const EMPTYING = -1
const NOWHERE: Place = { number: 0, at: epochMs(0), token: null }

/** Over a file whose capture is switched on. Whatever writes is part of a transaction. */
export class Places {
  readonly #read
  readonly #move
  readonly #hold
  readonly #empty

  constructor(sqlite: Sqlite) {
    this.#read = sqlite.prepare('SELECT number, at, token FROM market_log_place WHERE market = ?')
    this.#move = sqlite.prepare(
      `INSERT INTO market_log_place (market, number, at) VALUES (?, ?, ?)
       ON CONFLICT (market) DO UPDATE SET number = excluded.number, at = excluded.at`,
    )
    this.#empty = sqlite.prepare(
      'INSERT OR REPLACE INTO market_log_place (market, number, at, token) VALUES (?, ?, 0, NULL)',
    )
    this.#hold = sqlite.prepare(
      `INSERT INTO market_log_place (market, number, at, token) VALUES (?, 0, 0, ?)
       ON CONFLICT (market) DO UPDATE SET token = excluded.token`,
    )
  }

  of(market: number): Place {
    return (this.#read.get([market]) as Place | undefined) ?? NOWHERE
  }

  move(market: number, { number, at }: Position): void {
    this.#move.run([market, number, at])
  }

  /** From now on nothing in the log is the file's own. */
  empty(market: number): void {
    this.#empty.run([market, EMPTYING])
  }

  /** Before anything is appended with `token`. */
  hold(market: number, token: number): void {
    this.#hold.run([market, token])
  }
}
