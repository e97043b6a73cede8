// Whether a chain of entries is as it was written: each hash over the one before, places without a hole.
import { hashOf, NOTHING_BEFORE, parseEntry, type ForwardEntry } from './entry.ts'

/** As stored. */
export interface EntryRow {
  readonly model: string
  readonly record: number
  readonly place: number
  readonly entry: string
  readonly hash: string
}

/** The first entry that is not as it was written. */
export interface Break {
  readonly record: number
  readonly place: number
  readonly fault: string
}

/**
 * Walks the entries of one model. The first of each record stands on the first of the record before, so that no record can be taken away
 * whole; the others stand on the one before in their record. Take rows in order of record and place.
 */
export class ChainCheck {
  #firstHash = NOTHING_BEFORE
  #record = 0
  #place = -1
  #hash = NOTHING_BEFORE
  #broken: Break | null = null

  get broken(): Break | null {
    return this.#broken
  }

  /** The entry; null from the first broken one on. */
  take(row: EntryRow): ForwardEntry | null {
    if (this.#broken !== null) return null
    const entry = parseEntry(row.entry)
    const fault = this.#faultOf(row, entry)
    if (fault !== null || entry === null) {
      this.#broken = { record: row.record, place: row.place, fault: fault ?? 'it is no entry' }
      return null
    }
    this.#record = row.record
    this.#place = row.place
    this.#hash = row.hash
    if (row.place === 0) this.#firstHash = row.hash
    return entry
  }

  #faultOf(row: EntryRow, entry: ForwardEntry | null): string | null {
    const isFirst = row.record !== this.#record
    const expected = isFirst ? 0 : this.#place + 1
    if (row.place !== expected) return `entry ${expected} is missing before it`
    if (hashOf(isFirst ? this.#firstHash : this.#hash, row.entry) !== row.hash)
      return 'its hash does not follow from the entry before and its own text'
    if (entry === null) return 'it can not be read'
    if (entry.model !== row.model || entry.record !== row.record || entry.place !== row.place)
      return 'it stands where it was not written'
    return (entry.kind === 'promotion') === isFirst ? null : 'it is of a kind that does not stand here'
  }
}
