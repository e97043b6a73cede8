// Which rows of a file are of the market that is asked for, by its own columns of symbols and venues.
import { basename } from 'node:path'
import type { Market } from '../../types.ts'
import type { Tally } from '../report.ts'
import { contradicts } from './claims.ts'
import { sameSymbol } from './symbols.ts'
import { sameVenue } from './venues.ts'

const NAMED = 5

/** Asked row by row; the same text as the row before costs one comparison. */
export class Belonging {
  readonly #market: Market
  readonly #symbols: Told
  readonly #venues: Told
  /** Rows of this market, and of others. */
  own = 0
  elsewhere = 0

  constructor(market: Market) {
    this.#market = market
    this.#symbols = new Told((text) => sameSymbol(text, market.symbol))
    this.#venues = new Told((text) => sameVenue(text, market.venue))
  }

  /** False: the row belongs to another market. A row that names none is of this one. */
  isOurs(symbol: string | undefined, venue: string | undefined): boolean {
    const ours = this.#symbols.isOurs(symbol) && this.#venues.isOurs(venue)
    if (ours) this.own += 1
    else this.elsewhere += 1
    return ours
  }

  /**
   * Whether the file can be of this market.
   * @throws AppError `contradicts_file` where no row is, and where several venues would meet in one market
   */
  check(path: string): void {
    const { symbol, venue } = this.#market
    if (this.own === 0 && this.elsewhere > 0) {
      const byVenue = this.#symbols.others.size === 0
      const asked = byVenue ? `--venue is ${venue}` : `--symbol is ${symbol}`
      throw contradicts(
        `${basename(path)} holds ${this.#others()}, as its column says, and ${asked}.`,
        byVenue ? 'venue' : 'symbol',
      )
    }
    const { ours } = this.#venues
    if (ours.size > 1 && new Set([...ours].map((name) => name.toLowerCase())).size > 1)
      throw contradicts(
        `${basename(path)} holds rows of ${[...ours].join(' and ')}: say which with --venue.`,
        'venue',
      )
  }

  /** Says in the report what was passed over, and what the file says of its venue. */
  note(tally: Tally): void {
    if (this.elsewhere > 0) tally.note(`${this.elsewhere} rows belong to other markets: ${this.#others()}.`)
    const [venue] = this.#venues.ours
    if (venue !== undefined && this.#market.venue === 'imported')
      tally.note(
        `The file says its venue is ${venue}; it is stored under imported, as none was named by --venue.`,
      )
  }

  #others(): string {
    const names = [...this.#symbols.others, ...this.#venues.others]
    return names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ', …' : '')
  }
}

class Told {
  readonly #same: (text: string) => boolean
  readonly ours = new Set<string>()
  readonly others = new Set<string>()
  #last = ''
  #lastIsOurs = true

  constructor(same: (text: string) => boolean) {
    this.#same = same
  }

  isOurs(text: string | undefined): boolean {
    if (text === undefined || text === this.#last) return this.#lastIsOurs || text === undefined
    this.#last = text
    const name = text.trim()
    this.#lastIsOurs = name === '' || this.#same(name)
    if (name !== '') (this.#lastIsOurs ? this.ours : this.others).add(name)
    return this.#lastIsOurs
  }
}
