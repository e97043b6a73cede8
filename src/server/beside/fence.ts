// What a server writes of a market stands only while its lease of that is the newest: looked at within the transaction that writes.
import { sql } from 'kysely'
import { AppError } from '../../core/errors.ts'
import type { Fence } from '../../inference/grouped-writes.ts'
import type { Market } from '../../market/types.ts'

/** A lease as a server has it: by its name, and its fencing token; null: it has none. */
export interface Held {
  readonly lease: string
  readonly token: number | null
}

/** Throws 409 `taken_over` where another server has one of the markets by now. @param heldOf the lease by which this server writes of a market */
export function fenceBy(heldOf: (market: Market) => Held): Fence {
  return async (transaction, markets) => {
    const held = new Map(markets.map(heldOf).map(({ lease, token }) => [lease, token]))
    // Held still until the transaction ends: whoever takes over waits for that, so that it goes on from what was written.
    const { rows } = await sql<{ name: string; token: number }>`
      SELECT name, token FROM lease_fence WHERE name IN (${sql.join([...held.keys()])}) ORDER BY name FOR SHARE`.execute(
      transaction,
    )
    const isOurs = ({ name, token }: { name: string; token: number }): boolean => held.get(name) === token
    if (rows.length === held.size && rows.every(isOurs)) return
    const message =
      'Another server follows this market and answers live there now: nothing of this was stored here, that one goes on with it.'
    throw new AppError('taken_over', message, { status: 409 })
  }
}
