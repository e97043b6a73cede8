// Market slices that are kept from preview to preview: the same reviewed hours are not read of the store after every mark.
import { marketKey } from '../../contract/market-name.ts'
import type { MarketReader } from '../../market/provider.ts'
import type { MarketSlice } from '../../market/slice.ts'
import type { Market, TimeRange } from '../../market/types.ts'

/** A day of seconds is some 6 MB. */
const MOST = 16

interface Kept {
  readonly market: string
  readonly asOf: TimeRange
  readonly slice: MarketSlice
}

export class KeptSlices {
  /** Reads as the reader does; slices of what is known now are kept. */
  readonly reader: MarketReader
  /** The one that was asked for longest ago comes first. */
  #kept: readonly Kept[] = []

  constructor(reader: MarketReader) {
    this.reader = {
      ...reader,
      slice: async (market, asOf, options) =>
        options?.knownAt === undefined
          ? this.#slice(market, asOf, reader)
          : reader.slice(market, asOf, options),
    }
  }

  /** Data of a market changed, none of it earlier than `from`. */
  forget(market: Market, from: number): void {
    const key = marketKey(market)
    this.#kept = this.#kept.filter((kept) => kept.market !== key || kept.asOf.to <= from)
  }

  forgetAll(): void {
    this.#kept = []
  }

  async #slice(market: Market, asOf: TimeRange, reader: MarketReader): Promise<MarketSlice> {
    const key = marketKey(market)
    const found = this.#kept.find(
      (kept) => kept.market === key && kept.asOf.from === asOf.from && kept.asOf.to === asOf.to,
    )
    const kept = found ?? { market: key, asOf, slice: await reader.slice(market, asOf) }
    this.#kept = [...this.#kept.filter((one) => one !== kept), kept].slice(-MOST)
    return kept.slice
  }
}
