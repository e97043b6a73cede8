// Who of several processes does something that only one may do: held for a few seconds, renewed while it lives, free again when it ends or is killed.
import { at } from '../at.ts'
import type { Migration } from '../database.ts'
import type { CopyingPostgres } from './copying.ts'

/** Instants are of PostgreSQL's clock, UTC ms: the holders' own may differ. `token` grows with each that takes it. */
export const leaseMigrations: readonly Migration[] = [
  {
    id: 'lease-001',
    sql: `
CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, token INTEGER NOT NULL, ends_at INTEGER NOT NULL);`,
  },
]

/** Of whoever works there alone. */
export const SERVER_LEASE = 'server'

/** After so much silence it may be taken by another. */
export const LEASE_MS = 5_000

/** Of PostgreSQL 15 and later; within a transaction, too, it is the time of the statement. */
const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

/** Over a PostgreSQL with `leaseMigrations`. */
export class Lease {
  readonly #db: CopyingPostgres
  readonly #name: string
  readonly #token: number

  private constructor(db: CopyingPostgres, name: string, token: number) {
    this.#db = db
    this.#name = name
    this.#token = token
  }

  /**
   * Free, run out, or held by `holder` before: it is his from now on. Else who has it.
   * @param holder named to people; no two that live at once have one name
   * @throws AppError as `CopyingPostgres`
   */
  static async take(
    db: CopyingPostgres,
    name: string,
    holder: string,
  ): Promise<Lease | { readonly heldBy: string }> {
    const taken = await db.ask<{ token: number }>(
      `INSERT INTO lease (name, holder, token, ends_at) VALUES ($1, $2, 1, ${NOW} + ${LEASE_MS})
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = lease.token + 1, ends_at = excluded.ends_at
       WHERE lease.ends_at < ${NOW} OR lease.holder = excluded.holder RETURNING token`,
      [name, holder],
    )
    const [row] = taken
    if (row !== undefined) return new Lease(db, name, row.token)
    const known = await db.ask<{ holder: string }>('SELECT holder FROM lease WHERE name = $1', [name])
    return { heldBy: at(known, 0).holder }
  }

  /** False where another has taken it since: it never comes back then. @throws AppError as `CopyingPostgres` */
  async renew(): Promise<boolean> {
    const rows = await this.#db.ask(
      `UPDATE lease SET ends_at = ${NOW} + ${LEASE_MS} WHERE name = $1 AND token = $2 RETURNING token`,
      [this.#name, this.#token],
    )
    return rows.length > 0
  }

  /** Whoever waits for it need not wait until it runs out. @throws AppError as `CopyingPostgres` */
  async release(): Promise<void> {
    await this.#db.ask('UPDATE lease SET ends_at = 0 WHERE name = $1 AND token = $2', [
      this.#name,
      this.#token,
    ])
  }
}
