// The venues that a process's cells ask for, each made once.
import { MODELS } from '../../src/models/registry.ts'
import type { MarketSlice } from '../../src/market/slice.ts'
import type { Cell } from './cells.ts'
import { demoVenue } from './demo.ts'
import { keptStates, type KeptStates } from './kept-states.ts'
import { PATTERNS } from './patterns/registry.ts'
import type { Venue } from './place.ts'
import { REAL_MARKETS, realSlice } from './real/markets.ts'
import { realVenues } from './real/venue.ts'
import { recordedVenue } from './recorded.ts'

export interface VenueOptions {
  /** Folder of recorded data. */
  readonly data: string
  /** Ascending; a real market's venues differ in what of its first half is annotated. */
  readonly seeds: readonly number[]
  /** True breakouts, and false ones, of a demo test. */
  readonly breakouts: number
  readonly cells: readonly Cell[]
}

export interface OpenVenue {
  readonly venue: Venue
  /** Where many cells ask about the same seconds. */
  readonly kept?: KeptStates
}

interface OpenMarket {
  readonly slice: MarketSlice
  readonly kept: KeptStates
}

export class Venues {
  readonly #options: VenueOptions
  readonly #open = new Map<string, Promise<OpenVenue>>()
  readonly #markets = new Map<string, Promise<OpenMarket>>()
  readonly #patterns = new Map<string, ReturnType<typeof realVenues>>()

  constructor(options: VenueOptions) {
    this.#options = options
  }

  of({ market, seed }: Cell): Promise<OpenVenue> {
    return once(this.#open, `${market} ${seed}`, () => {
      if (market === 'recorded') return Promise.resolve({ venue: recordedVenue() })
      return market === 'demo' ? this.#demo(seed) : this.#real(market, seed)
    })
  }

  async close(): Promise<void> {
    for (const { venue } of await Promise.all(this.#open.values())) venue.close()
    for (const market of await Promise.all(this.#markets.values())) await market.kept.close()
  }

  async #demo(seed: number): Promise<OpenVenue> {
    const { breakouts, cells } = this.#options
    const needs = MODELS.filter(({ id }) => cells.some(({ caller }) => caller === id)).flatMap(
      (model) => model.needs,
    )
    return { venue: await demoVenue(seed, breakouts, needs.includes('order_book')) }
  }

  async #real(name: string, seed: number): Promise<OpenVenue> {
    const [id, form] = name.split(' ')
    const market = byId(REAL_MARKETS, id)
    const pattern = byId(PATTERNS, form)
    const { slice, kept: states } = await once(this.#markets, market.id, async () => {
      const read = realSlice(this.#options.data, market)
      return { slice: read, kept: await keptStates(read) }
    })
    const venues = once(this.#patterns, name, () => realVenues({ market, slice, pattern }))
    const { seeds } = this.#options
    return { venue: venues(Math.max(0, seeds.indexOf(seed)) / (seeds.length - 1)), kept: states }
  }
}

function byId<T extends { readonly id: string }>(all: readonly T[], id: string | undefined): T {
  const found = all.find((one) => one.id === id)
  if (found === undefined) throw new RangeError(`no ${id} among ${all.map((one) => one.id).join(', ')}`)
  return found
}

function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const known = made.get(key)
  if (known !== undefined) return known
  const value = make()
  made.set(key, value)
  return value
}
