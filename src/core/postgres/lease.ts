// Who of several processes does something that only one may do: held for a few seconds, renewed while it lives, free again when it ends or is killed.
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { at } from '../at.ts'
import type { Migration } from '../database.ts'
import type { Workspace } from '../workspace.ts'
import type { CopyingPostgres } from './copying.ts'
import { NOW } from './now.ts'

/** Instants are of PostgreSQL's clock, UTC ms: the holders' own may differ. `token` grows with each that takes it. */
export const leaseMigrations: readonly Migration[] = [
  {
    id: 'lease-001',
    sql: `
CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, token INTEGER NOT NULL, ends_at INTEGER NOT NULL);`,
  },
  {
    // The token of a lease by itself: to be held still by a transaction, which the renewals of the lease do not disturb.
    id: 'lease-002',
    sql: `
CREATE TABLE lease_fence (name TEXT PRIMARY KEY, token INTEGER NOT NULL);
INSERT INTO lease_fence SELECT name, token FROM lease;`,
  },
]

/** Of whoever follows the markets, trains and answers live: the owner. */
export const OWNER_LEASE = 'server'
/** Of whoever moves rows and lets no server be there. */
export const MOVER_LEASE = 'mover'
/** Each server that is there has one of its own, under this and its place. */
const THERE = 'there '

/** After so much silence it may be taken by another. */
export const LEASE_MS = 2_500
/** Its holder renews it so often. */
export const RENEW_MS = 500
/** Whoever was killed is no longer in the way by then. */
export const TAKING_MS = LEASE_MS + 1_000
const ASK_AGAIN_MS = 250

/** `machine:folder`, by which a workspace is named to other machines. */
export function placeOf({ root }: Workspace): string {
  return `${hostname()}:${root}`
}

/** Whoever is in the way, as people are told. */
export interface Holder {
  readonly heldBy: string
}

interface Look extends Holder {
  readonly isOver: boolean
  readonly now: number
}

/** Over a PostgreSQL with `leaseMigrations`. */
export class Lease {
  readonly #db: CopyingPostgres
  readonly #name: string
  /** The fence: of those who had it the last has the greatest. */
  readonly token: number

  private constructor(db: CopyingPostgres, name: string, token: number) {
    this.#db = db
    this.#name = name
    this.token = token
  }

  /**
   * Free, run out, or held by `holder` before: it is his from now on. Else who has it.
   * @param holder named to people; no two that live at once have one name
   * @param before by PostgreSQL's time, UTC ms: later it is not taken from another
   * @throws AppError as `CopyingPostgres`
   */
  static async take(
    db: CopyingPostgres,
    name: string,
    holder: string,
    before = Number.MAX_SAFE_INTEGER,
  ): Promise<Lease | Holder> {
    const taken = await db.ask<{ token: number }>(
      `WITH taken AS (
         INSERT INTO lease (name, holder, token, ends_at) VALUES ($1, $2, 1, ${NOW} + ${LEASE_MS})
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = lease.token + 1, ends_at = excluded.ends_at
         WHERE (lease.ends_at < ${NOW} OR lease.holder = excluded.holder) AND ${NOW} < $3
         RETURNING name, token),
       fenced AS (
         INSERT INTO lease_fence SELECT name, token FROM taken ON CONFLICT (name) DO UPDATE SET token = excluded.token)
       SELECT token FROM taken`,
      [name, holder, before],
    )
    const [row] = taken
    if (row !== undefined) return new Lease(db, name, row.token)
    const known = await db.ask<{ holder: string }>('SELECT holder FROM lease WHERE name = $1', [name])
    return { heldBy: at(known, 0).holder }
  }

  /** Who has it, whether it has run out, and PostgreSQL's time, UTC ms; null: nobody ever had it. @throws AppError as `CopyingPostgres` */
  static async look(db: CopyingPostgres, name: string): Promise<Look | null> {
    const rows = await db.ask<Look>(
      `SELECT holder AS "heldBy", ends_at < ${NOW} AS "isOver", ${NOW} AS now FROM lease WHERE name = $1`,
      [name],
    )
    return rows[0] ?? null
  }

  /** That a server is there, for as long as it is renewed. @throws AppError as `CopyingPostgres` */
  static async ofPresence(db: CopyingPostgres, workspace: Workspace): Promise<Lease> {
    const place = placeOf(workspace)
    const taken = await Lease.take(db, THERE + place, place)
    if (taken instanceof Lease) return taken
    throw new Error(`the lease of ${place} is held by ${taken.heldBy}`)
  }

  /** Places of servers that are there, but `place` itself. @throws AppError as `CopyingPostgres` */
  static async others(db: CopyingPostgres, place: string): Promise<string[]> {
    const rows = await db.ask<{ holder: string }>(
      `SELECT holder FROM lease WHERE starts_with(name, $1) AND holder <> $2 AND ends_at >= ${NOW} ORDER BY holder`,
      [THERE, place],
    )
    return rows.map(({ holder }) => holder)
  }

  /** The server's, for a workspace; waits for a holder that was killed. @param refusal of who has it @throws what `refusal` makes; as `take` */
  static async ofServer(
    db: CopyingPostgres,
    workspace: Workspace,
    refusal: (heldBy: string) => Error,
  ): Promise<Lease> {
    return outwait(() => Lease.take(db, OWNER_LEASE, placeOf(workspace)), refusal)
  }

  /** False where another has taken it since: it never comes back then. @throws AppError as `CopyingPostgres` */
  async renew(): Promise<boolean> {
    const rows = await this.#db.ask(
      `UPDATE lease SET ends_at = ${NOW} + ${LEASE_MS} WHERE name = $1 AND token = $2 RETURNING token`,
      [this.#name, this.token],
    )
    return rows.length > 0
  }

  /** Whoever waits for it need not wait until it runs out. @throws AppError as `CopyingPostgres` */
  async release(): Promise<void> {
    await this.#db.ask('UPDATE lease SET ends_at = 0 WHERE name = $1 AND token = $2', [
      this.#name,
      this.token,
    ])
  }
}

/**
 * Asks again until nobody is in the way: one that was killed is not by then.
 * @param refusal of who still is
 * @throws what `refusal` makes; as `ask`
 */
export async function outwait<T extends object | null>(
  ask: () => Promise<T | Holder>,
  refusal: (heldBy: string) => Error,
): Promise<T> {
  const until = performance.now() + TAKING_MS
  for (;;) {
    const found = await ask()
    if (found === null || !('heldBy' in found)) return found
    if (performance.now() > until) throw refusal(found.heldBy)
    await sleep(ASK_AGAIN_MS)
  }
}
