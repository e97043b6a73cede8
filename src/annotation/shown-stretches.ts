// What of a market was ever on a trader's screen, by timeframe, and how far that reached when an entry was chosen.
import type { Kysely } from 'kysely'
import type { Clock } from '../core/clock.ts'
import type { RoomsDatabase } from '../core/database.ts'
import { DAY, type EpochMs } from '../core/time.ts'
import { Turns } from '../core/turns.ts'
import type { Timeframe } from '../contract/timeframes.ts'
import { WINDOW } from '../contract/timeframes.ts'
import { rangeOf } from '../market/ranges.ts'
import { durationOf } from '../market/timeframe.ts'
import type { Market, TimeRange } from '../market/types.ts'
import { changeOf, type Stretches } from './merge-stretches.ts'
import type { AnnotationTables } from './schema.ts'

/** What was shown in candles of one timeframe: [from, to), UTC ms. */
export interface Shown {
  readonly timeframe: Timeframe
  readonly range: TimeRange
}

/** By timeframe, the latest instant after an entry that was shown of its stretch, UTC ms; none where nothing after it was. */
export type ShownAfter = Readonly<Partial<Record<Timeframe, number>>>

/** What is known of an entry that was chosen holds so long: who marks later chooses it anew. */
const HOLDS = DAY

export class ShownStretches {
  readonly #db: Kysely<AnnotationTables>
  readonly #clock: Clock
  readonly #turns = new Turns()

  constructor({ database, clock }: { database: RoomsDatabase; clock: Clock }) {
    this.#db = database.tables<AnnotationTables>()
    this.#clock = clock
  }

  /** Durable when it resolves. */
  async add(market: Market, shown: readonly Shown[]): Promise<void> {
    const timeframes = [...new Set(shown.map(({ timeframe }) => timeframe))]
    for (const timeframe of timeframes) {
      const ranges = shown.flatMap((one) => (one.timeframe === timeframe ? [one.range] : []))
      await this.#turns.run(`${market.venue} ${market.symbol} ${timeframe}`, () =>
        this.#merge(market, timeframe, ranges),
      )
    }
  }

  /** An entry is chosen at `entry`: keeps how far was shown by now. Answers that. */
  async enter(market: Market, entry: EpochMs): Promise<ShownAfter> {
    const after = await this.#after(market, entry)
    const now = this.#clock.now()
    const { venue, symbol } = market
    const row = { venue, symbol, entry_time: entry, shown: JSON.stringify(after), created_at: now }
    await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('entry_sight')
        .where('created_at', '<', now - HOLDS)
        .execute()
      await transaction
        .insertInto('entry_sight')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['venue', 'symbol', 'entry_time'])
            .doUpdateSet({ shown: row.shown, created_at: now }),
        )
        .execute()
    })
    return after
  }

  /** How far was shown when the entry was chosen; where nobody told of that, how far was shown by now. */
  async known(market: Market, entry: EpochMs): Promise<ShownAfter> {
    const row = await this.#db
      .selectFrom('entry_sight')
      .select('shown')
      .where('venue', '=', market.venue)
      .where('symbol', '=', market.symbol)
      .where('entry_time', '=', entry)
      .where('created_at', '>=', this.#clock.now() - HOLDS)
      .executeTakeFirst()
    return row === undefined ? this.#after(market, entry) : (JSON.parse(row.shown) as ShownAfter)
  }

  /** What lies within as many candles after the entry as a case holds before it is of its stretch, and all that goes on from there. */
  async #after(market: Market, entry: EpochMs): Promise<ShownAfter> {
    const rows = await this.#db
      .selectFrom('shown_stretch')
      .select(['timeframe', 'from_time', 'to_time'])
      .where('venue', '=', market.venue)
      .where('symbol', '=', market.symbol)
      .where('to_time', '>', entry)
      .execute()
    const after: Partial<Record<Timeframe, number>> = {}
    for (const { timeframe, from_time: from, to_time: to } of rows)
      if (from <= entry + WINDOW * durationOf(timeframe))
        after[timeframe] = Math.max(after[timeframe] ?? 0, to)
    return after
  }

  async #merge({ venue, symbol }: Market, timeframe: Timeframe, ranges: readonly TimeRange[]): Promise<void> {
    const held = await this.#held({ venue, symbol }, timeframe)
    const { gone, made } = changeOf(held, ranges, durationOf(timeframe))
    if (made.length === 0) return
    await this.#db.transaction().execute(async (transaction) => {
      if (gone.length > 0)
        await transaction
          .deleteFrom('shown_stretch')
          .where('venue', '=', venue)
          .where('symbol', '=', symbol)
          .where('timeframe', '=', timeframe)
          .where(
            'from_time',
            'in',
            gone.map(({ from }) => from),
          )
          .execute()
      const rows = made.map(({ from, to }) => ({ venue, symbol, timeframe, from_time: from, to_time: to }))
      await transaction.insertInto('shown_stretch').values(rows).execute()
    })
  }

  async #held({ venue, symbol }: Market, timeframe: Timeframe): Promise<Stretches> {
    const rows = await this.#db
      .selectFrom('shown_stretch')
      .select(['from_time', 'to_time'])
      .where('venue', '=', venue)
      .where('symbol', '=', symbol)
      .where('timeframe', '=', timeframe)
      .orderBy('from_time')
      .execute()
    return rows.map(({ from_time: from, to_time: to }) => rangeOf(from, to))
  }
}
