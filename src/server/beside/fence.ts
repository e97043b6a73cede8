// What a server writes as the owner of a PostgreSQL stands only while it is that: looked at within the transaction that writes.
import { sql } from 'kysely'
import { AppError } from '../../core/errors.ts'
import { OWNER_LEASE } from '../../core/postgres/lease.ts'
import type { Fence } from '../../inference/grouped-writes.ts'

/** Throws 409 `taken_over` where another server is the owner by now. @param token of the owner's lease as this server has it; null beside it */
export function fenceBy(token: () => number | null): Fence {
  return async (transaction) => {
    // Held still until the transaction ends: whoever takes over waits for that, so that it goes on from what was written.
    const { rows } = await sql<{
      token: number
    }>`SELECT token FROM lease_fence WHERE name = ${OWNER_LEASE} FOR SHARE`.execute(transaction)
    if (rows[0] !== undefined && rows[0].token === token()) return
    const message =
      'Another server follows the markets and answers live now: nothing of this was stored. Start this one again, and it stands beside the other.'
    throw new AppError('taken_over', message, { status: 409 })
  }
}
