// Seconds of which the trader said "it is HOLD" when a model proposed a trade: HOLD examples of the next training.
import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Clock } from '../core/clock.ts'
import type { RoomsDatabase } from '../core/database.ts'
import { unknownThing, type AppError } from '../core/errors.ts'
import { epochMs, type EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import type { AnnotationTables } from './schema.ts'

/** What was rejected: a call of a live session, or what was suggested, also as being like another; `reference` names it among its kind. */
export interface RejectedProposal {
  readonly origin: 'call' | 'suggestion'
  readonly reference: string
}

export interface RejectedHold extends RejectedProposal {
  readonly market: Market
  /** The as-of second that is HOLD. */
  readonly at: EpochMs
}

export class RejectedHolds {
  readonly #db: Kysely<AnnotationTables>
  readonly #clock: Clock

  constructor({ database, clock }: { database: RoomsDatabase; clock: Clock }) {
    this.#db = database.tables<AnnotationTables>()
    this.#clock = clock
  }

  /** Durable when it resolves. Rejecting the same proposal again changes nothing. Returns its id. */
  async add({ market, at, origin, reference }: RejectedHold): Promise<string> {
    const { venue, symbol } = market
    await this.#db
      .insertInto('rejected_hold')
      .values({ id: randomUUID(), venue, symbol, at, origin, reference, created_at: this.#clock.now() })
      .onConflict((conflict) => conflict.columns(['origin', 'reference']).doNothing())
      .execute()
    const stored = this.#db.selectFrom('rejected_hold').select('id')
    const row = stored.where('origin', '=', origin).where('reference', '=', reference)
    return (await row.executeTakeFirstOrThrow()).id
  }

  /** Takes one back by its id. @throws AppError 404 `unknown_rejected_hold` */
  async take(id: string): Promise<{ readonly market: Market; readonly at: EpochMs }> {
    const row = await this.#db
      .deleteFrom('rejected_hold')
      .where('id', '=', id)
      .returning(['venue', 'symbol', 'at'])
      .executeTakeFirst()
    if (row === undefined) throw unknownHold(id)
    const { venue, symbol, at } = row
    return { market: { venue, symbol }, at: epochMs(at) }
  }

  /** Takes a rejection back; one that was never made is none. */
  async remove({ origin, reference }: RejectedProposal): Promise<void> {
    await this.#db
      .deleteFrom('rejected_hold')
      .where('origin', '=', origin)
      .where('reference', '=', reference)
      .execute()
  }

  /** The seconds of one market, ascending, each once. */
  async list({ venue, symbol }: Market): Promise<EpochMs[]> {
    const rows = await this.#db
      .selectFrom('rejected_hold')
      .select('at')
      .distinct()
      .where('venue', '=', venue)
      .where('symbol', '=', symbol)
      .orderBy('at')
      .execute()
    return rows.map(({ at }) => epochMs(at))
  }
}

function unknownHold(id: string): AppError {
  return unknownThing('rejected_hold', id, 'It may have been taken back before.')
}
