// What the trader answered to suggestions: none is asked twice, whatever the answer was.
import type { Kysely } from 'kysely'
import type { Clock } from '../core/clock.ts'
import type { RoomsDatabase } from '../core/database.ts'
import { epochMs, type EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import type { AnnotationTables } from './schema.ts'

export interface AnsweredSuggestion {
  readonly id: string
  readonly market: Market
  /** The as-of second that was suggested. */
  readonly at: EpochMs
  readonly answer: 'accept' | 'hold' | 'other_side' | 'skip'
}

export class SuggestionAnswers {
  readonly #db: Kysely<AnnotationTables>
  readonly #clock: Clock

  constructor({ database, clock }: { database: RoomsDatabase; clock: Clock }) {
    this.#db = database.tables<AnnotationTables>()
    this.#clock = clock
  }

  /** Durable when it resolves. */
  async add({ id, market, at, answer }: AnsweredSuggestion): Promise<void> {
    const { venue, symbol } = market
    await this.#db
      .insertInto('suggestion_answer')
      .values({ id, venue, symbol, at, answer, created_at: this.#clock.now() })
      .execute()
  }

  /** What was answered; null where nothing was. */
  async find(id: string): Promise<AnsweredSuggestion['answer'] | null> {
    const found = this.#db.selectFrom('suggestion_answer').select('answer').where('id', '=', id)
    return (await found.executeTakeFirst())?.answer ?? null
  }

  /** The seconds of one market that were answered, ascending, whatever became of the marks that they left. */
  async seconds({ venue, symbol }: Market): Promise<EpochMs[]> {
    const rows = await this.#db
      .selectFrom('suggestion_answer')
      .select('at')
      .where('venue', '=', venue)
      .where('symbol', '=', symbol)
      .orderBy('at')
      .execute()
    return rows.map(({ at }) => epochMs(at))
  }
}
