// Stored minutes of order books, decoded: each second reads the last few again as they were, and the newest has grown by one snapshot.
import { MINUTE, SECOND, type EpochMs } from '../../core/time.ts'
import { BlockEncoder, decodeBlock } from './snapshot-codec.ts'
import type { TopSnapshot } from './top-snapshot.ts'

/** A minute that is stored whole at once is of the past: nobody reads it soon. */
const WHOLE = MINUTE / SECOND
/** Minutes of a market, of 45 KB at most: a live second reads four. */
const KEPT = 6

interface Minute {
  /** As they are stored: another process, or a transaction that failed, may have left others. */
  readonly data: Uint8Array
  readonly snapshots: readonly TopSnapshot[]
  /** What wrote `data`; null where it was read. */
  readonly encoder: BlockEncoder | null
}

/** Of each market those that were used longest ago go first. */
export class DecodedMinutes {
  /** By market and start. */
  readonly #minutes = new Map<number, Map<EpochMs, Minute>>()

  /** What `data` holds, shared with others who ask. @throws AppError `broken_order_book` */
  of(market: number, start: EpochMs, data: Uint8Array): readonly TopSnapshot[] {
    const known = this.#of(market, start, data)
    if (known !== null) return known.snapshots
    const snapshots = decodeBlock(data)
    this.#keep(market, start, { data, snapshots, encoder: null })
    return snapshots
  }

  /** The bytes of a minute that held `stored`, null where it is new, and holds `all` from now on, ascending. */
  grown(market: number, start: EpochMs, stored: Uint8Array | null, all: readonly TopSnapshot[]): Uint8Array {
    const known = stored === null ? null : this.#of(market, start, stored)
    const encoder = added(known, all) ?? new BlockEncoder(all)
    const data = encoder.bytes()
    if (stored === null && all.length === WHOLE) this.#minutes.get(market)?.delete(start)
    else this.#keep(market, start, { data, snapshots: all, encoder })
    return data
  }

  #of(market: number, start: EpochMs, data: Uint8Array): Minute | null {
    const known = this.#minutes.get(market)?.get(start)
    if (known === undefined || Buffer.compare(known.data, data) !== 0) return null
    this.#keep(market, start, known)
    return known
  }

  #keep(market: number, start: EpochMs, minute: Minute): void {
    const minutes = this.#minutes.get(market) ?? new Map<EpochMs, Minute>()
    this.#minutes.set(market, minutes)
    minutes.delete(start)
    minutes.set(start, minute)
    const [oldest] = minutes.keys()
    if (oldest !== undefined && minutes.size > KEPT) minutes.delete(oldest)
  }
}

/** The minute's encoder once it has written what came at its end; null where it has none, or what came lies elsewhere, or does not fit. */
function added(known: Minute | null, all: readonly TopSnapshot[]): BlockEncoder | null {
  const encoder = known?.encoder ?? null
  if (known === null || encoder === null) return null
  const { snapshots } = known
  if (!snapshots.every((snapshot, index) => all[index] === snapshot)) return null
  return all.slice(snapshots.length).every((snapshot) => encoder.add(snapshot)) ? encoder : null
}
