// What the trader said of moments that were looked at blind a second time; the marks themselves stay as they are.
import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import { epochMs, type EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import type { AnnotationTables, SecondLookRow } from './schema.ts'

export interface SecondLook {
  readonly market: Market
  /** The as-of second that was shown. */
  readonly at: EpochMs
  /** What stood there when it was looked at again. */
  readonly label: SecondLookRow['label']
  /** The mark that it stood in; null of a HOLD. */
  readonly annotationId: string | null
  readonly answer: SecondLookRow['answer']
  readonly secondsSpent: number | null
}

export class SecondLooks {
  readonly #db: Kysely<AnnotationTables>
  readonly #clock: Clock

  constructor({ database, clock }: { database: Database; clock: Clock }) {
    this.#db = database.tables<AnnotationTables>()
    this.#clock = clock
  }

  /** Durable when it resolves. Returns its id. */
  async add({ market, at, label, annotationId, answer, secondsSpent }: SecondLook): Promise<string> {
    const id = randomUUID()
    const { venue, symbol } = market
    await this.#db
      .insertInto('second_look')
      .values({
        id,
        venue,
        symbol,
        at,
        label,
        annotation_id: annotationId,
        answer,
        seconds_spent: secondsSpent,
        created_at: this.#clock.now(),
      })
      .execute()
    return id
  }

  /** Of all markets, each moment by its newest look, ascending by when it was looked at. */
  async newest(): Promise<SecondLook[]> {
    const rows = await this.#db.selectFrom('second_look').selectAll().orderBy('created_at').execute()
    const byMoment = new Map<string, SecondLookRow>()
    for (const row of rows) {
      const key = `${row.venue} ${row.symbol} ${row.at}`
      byMoment.delete(key)
      byMoment.set(key, row)
    }
    return [...byMoment.values()].map(lookOf)
  }

  /** When each second of a market was looked at last, the newest `limit` of them. */
  async looked({ venue, symbol }: Market, limit: number): Promise<Map<EpochMs, EpochMs>> {
    const rows = await this.#db
      .selectFrom('second_look')
      .select(['at', 'created_at'])
      .where('venue', '=', venue)
      .where('symbol', '=', symbol)
      .orderBy('created_at', 'desc')
      .limit(limit)
      .execute()
    return new Map(rows.toReversed().map((row) => [epochMs(row.at), epochMs(row.created_at)]))
  }
}

function lookOf(row: SecondLookRow): SecondLook {
  const { venue, symbol, at, label, annotation_id, answer, seconds_spent } = row
  return {
    market: { venue, symbol },
    at: epochMs(at),
    label,
    annotationId: annotation_id,
    answer,
    secondsSpent: seconds_spent,
  }
}
