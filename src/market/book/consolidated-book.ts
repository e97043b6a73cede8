// The consolidated order book (COB): the books of several venues for one symbol, merged by price, each level knowing its venues.
import { AppError } from '../../core/errors.ts'
import type { EpochMs } from '../../core/time.ts'
import { numberIn } from '../../core/number-at.ts'
import { sumDecimals } from '../decimal-sum.ts'
import type { LiveBook } from './live-book.ts'
import type { FlatLevels } from './message.ts'
import { LEVELS, topSnapshotOf, type TopSnapshot } from './top-snapshot.ts'

export interface VenueAmount {
  readonly venue: string
  readonly amount: number
}

export interface ConsolidatedLevel {
  readonly price: number
  /** The exact decimal sum of the venues' amounts, rounded once. */
  readonly amount: number
  /** Who offers it, by name. */
  readonly venues: readonly VenueAmount[]
}

/** `stale`: no event for longer than `staleAfter`. `out_of_step`: its book is not to be trusted, or not recorded for that second. */
export type VenueState = 'live' | 'stale' | 'out_of_step'

export interface VenueStatus {
  readonly venue: string
  readonly state: VenueState
  /** Exchange time of its last event; null where none is known. */
  readonly eventTime: EpochMs | null
}

/**
 * Crossed or locked is normal here: venues do not trade with each other, and prices, fees and clocks differ. Within one venue it never is:
 * such a book is out of step and takes no part.
 */
export interface ConsolidatedSnapshot {
  readonly time: EpochMs
  /** Best first. */
  readonly bids: readonly ConsolidatedLevel[]
  readonly asks: readonly ConsolidatedLevel[]
  /** Every venue asked, by name, those that dropped out included. */
  readonly venues: readonly VenueStatus[]
  /** Best bid above best ask. */
  readonly crossed: boolean
  /** Best bid equal to best ask. */
  readonly locked: boolean
}

export interface ConsolidationOptions {
  /** Levels a side; default 10. */
  readonly levels?: number
  /** A venue whose last event is older than this, in ms, drops out; default 5 seconds. */
  readonly staleAfter?: number
}

/** ms. */
export const STALE_AFTER = 5_000

/** What one venue offers; null where its book is out of step. */
export interface VenueTop {
  readonly venue: string
  readonly top: TopSnapshot | null
}

/**
 * Merges what venues offer as of `time`. The best n merged levels need no more than the best n of each venue (a venue has fewer than n
 * better prices than any of them), so recorded top levels give the same result as whole books. Prices are equal where their doubles are.
 */
export function consolidate(
  tops: readonly VenueTop[],
  time: EpochMs,
  options: ConsolidationOptions = {},
): ConsolidatedSnapshot {
  const { levels = LEVELS, staleAfter = STALE_AFTER } = options
  const ordered = tops.toSorted((a, b) => (a.venue < b.venue ? -1 : 1))
  const venues = ordered.map((venue) => statusOf(venue, time, staleAfter))
  const live = ordered.filter((_, index) => venues[index]?.state === 'live')
  const bids = merged(live, (top) => top.bids, -1, levels)
  const asks = merged(live, (top) => top.asks, 1, levels)
  const [bid, ask] = [bids[0]?.price ?? Number.NaN, asks[0]?.price ?? Number.NaN]
  return { time, bids, asks, venues, crossed: bid > ask, locked: bid === ask }
}

/** The live books of several venues for one symbol. */
export class ConsolidatedBook {
  readonly #books: readonly LiveBook[]
  readonly #options: ConsolidationOptions

  /** @throws AppError `mixed_symbols` where the books are not all of one symbol. */
  constructor(books: readonly LiveBook[], options: ConsolidationOptions = {}) {
    const symbols = [...new Set(books.map(({ market }) => market.symbol))]
    if (symbols.length > 1) {
      throw new AppError(
        'mixed_symbols',
        `A consolidated book is of one symbol; these are of ${symbols.join(', ')}. Make one for each.`,
      )
    }
    this.#books = books
    this.#options = options
  }

  /** The merged book now; `instant` by the exchanges' clock decides who is stale. */
  at(instant: EpochMs): ConsolidatedSnapshot {
    const levels = this.#options.levels ?? LEVELS
    const tops = this.#books.map(({ market, book, inStep }) => ({
      venue: market.venue,
      top: inStep ? topSnapshotOf(book, instant, levels) : null,
    }))
    return consolidate(tops, instant, this.#options)
  }
}

/**
 * The consolidated book second by second, from what each venue's recording has: nothing more needs to be stored. A venue without a
 * snapshot of a second is out of step in it. Ascending; seconds that no venue has are left out.
 */
export function consolidateRecorded(
  recordings: ReadonlyMap<string, readonly TopSnapshot[]>,
  options: ConsolidationOptions = {},
): ConsolidatedSnapshot[] {
  const byVenue = [...recordings].map(([venue, snapshots]) => ({
    venue,
    bySecond: new Map(snapshots.map((snapshot) => [snapshot.time, snapshot])),
  }))
  const seconds = new Set(byVenue.flatMap(({ bySecond }) => [...bySecond.keys()]))
  return [...seconds]
    .sort((a, b) => a - b)
    .map((time) => {
      const tops = byVenue.map(({ venue, bySecond }) => ({ venue, top: bySecond.get(time) ?? null }))
      return consolidate(tops, time, options)
    })
}

function statusOf({ venue, top }: VenueTop, time: EpochMs, staleAfter: number): VenueStatus {
  if (top === null || isCrossed(top))
    return { venue, state: 'out_of_step', eventTime: top?.eventTime ?? null }
  const state = time - top.eventTime > staleAfter ? 'stale' : 'live'
  return { venue, state, eventTime: top.eventTime }
}

function isCrossed({ bids, asks }: TopSnapshot): boolean {
  return (bids[0] ?? Number.NaN) >= (asks[0] ?? Number.NaN)
}

function merged(
  live: readonly VenueTop[],
  side: (top: TopSnapshot) => FlatLevels,
  direction: 1 | -1,
  levels: number,
): ConsolidatedLevel[] {
  const byPrice = new Map<number, VenueAmount[]>()
  for (const { venue, top } of live) {
    if (top === null) continue
    const flat = side(top)
    for (let at = 0; at < Math.min(flat.length, 2 * levels); at += 2) {
      const price = numberIn(flat, at)
      const offers = byPrice.get(price) ?? []
      byPrice.set(price, offers)
      offers.push({ venue, amount: numberIn(flat, at + 1) })
    }
  }
  return [...byPrice]
    .sort(([a], [b]) => direction * (a - b))
    .slice(0, levels)
    .map(([price, venues]) => ({ price, amount: sumDecimals(venues.map(({ amount }) => amount)), venues }))
}
