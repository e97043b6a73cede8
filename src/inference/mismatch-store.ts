// Seconds that the store no longer tells as a session saw them: kept with both sides, the newest of each session.
import { sql, type Kysely } from 'kysely'
import type { MismatchOut, MismatchSide } from '../contract/live-checks.ts'
import { tableOf, TENSOR_NAMES } from '../contract/timeframes.ts'
import type { RoomsDatabase } from '../core/database.ts'
import { epochMs, toIso } from '../core/time.ts'
import type { StateInputs } from '../market-state/tensors.ts'
import type { Mismatch, StoredSecond } from './live-check.ts'
import type { InferenceTables } from './schema.ts'

/** 50 kB a side. */
const KEPT = 20

export class MismatchStore {
  readonly #db: Kysely<InferenceTables>

  constructor(database: RoomsDatabase) {
    this.#db = database.tables<InferenceTables>()
  }

  /** Counts a second that was looked at; keeps what differs. */
  async add(session: string, found: Mismatch | null): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('inference_session')
        .set((row) => ({
          checked_seconds: row('checked_seconds', '+', 1),
          mismatched_seconds: row('mismatched_seconds', '+', found === null ? 0 : 1),
        }))
        .where('id', '=', session)
        .execute()
      if (found === null) return
      await transaction
        .insertInto('live_mismatch')
        .values({
          session,
          second: found.second,
          place: found.place,
          live: JSON.stringify(sideOf(found.live)),
          stored: JSON.stringify(sideOf(found.stored)),
        })
        .execute()
      const kept = sql<number>`(SELECT id FROM live_mismatch WHERE session = ${session} ORDER BY id DESC LIMIT ${KEPT})`
      const ofSession = transaction.deleteFrom('live_mismatch').where('session', '=', session)
      await ofSession.where('id', 'not in', kept).execute()
    })
  }

  /** Newest first, with both sides. */
  async list(session: string): Promise<MismatchOut[]> {
    const rows = this.#db.selectFrom('live_mismatch').selectAll().where('session', '=', session)
    return (await rows.orderBy('id', 'desc').execute()).map((row) => ({
      timestamp: toIso(epochMs(row.second)),
      place: row.place,
      live: JSON.parse(row.live) as MismatchSide,
      stored: JSON.parse(row.stored) as MismatchSide,
    }))
  }
}

function sideOf({ inputs, scores, own }: StoredSecond): MismatchSide {
  return { ...rowsOf(inputs), scores, ...(own === null ? {} : { scores_in_position: own }) }
}

function rowsOf({ tensors, orderBook }: StateInputs): Omit<MismatchSide, 'scores' | 'scores_in_position'> {
  return {
    ...tableOf(TENSOR_NAMES, (name) => [...tensors[name]]),
    ...(orderBook === undefined ? {} : { order_book: [...orderBook] }),
  }
}
