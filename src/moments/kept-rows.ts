// Rows of the table as it stood at one moment, for who makes rows of the same market data: none that saw what changed since.
import { marketKey } from '../contract/market-name.ts'
import { SECOND } from '../core/time.ts'
import type { ChangeReader } from '../market/store/changes-since.ts'
import type { Market } from '../market/types.ts'
import { MomentStore, UNMADE, type MinuteHalves } from './moment-store.ts'

export class KeptRows {
  readonly #store: MomentStore
  /** By market: as of these instants and later ones states saw what changed. */
  #changed: ReadonlyMap<string, number> | null = null

  private constructor(store: MomentStore) {
    this.#store = store
  }

  /** To be opened before the market data are read that its rows are to be of; null where there is no table. */
  static open(path: string): KeptRows | null {
    const store = MomentStore.openToRead(path)
    return store && new KeptRows(store)
  }

  /** To be told once the market data are read: what has changed since the table was in line with them. */
  follow(reader: ChangeReader): void {
    const { changes } = reader.since(this.#store.mark())
    this.#changed = changes && new Map(changes.map((each) => [marketKey(each), each.seenFrom]))
  }

  /** What is known of a minute's rows; null where nothing is. */
  minute(market: Market, minute: number): MinuteHalves | null {
    if (this.#changed === null) return null
    const kept = this.#store.readHalves(market, minute)
    const changed = this.#changed.get(marketKey(market)) ?? Infinity
    if (kept === null || changed <= minute) return null
    return { ...kept, made: kept.made.fill(UNMADE, Math.ceil((changed - minute) / SECOND)) }
  }

  close(): void {
    this.#store.close()
  }
}
