// Many rows of one width in few pieces of memory; a dropped row's place is taken again.
import { at } from '../core/at.ts'

/** Rows of one piece. */
const PIECE = 4096

export class RowStore {
  readonly #width: number
  readonly #pieces: Float32Array[] = []
  /** Places of dropped rows. */
  readonly #free: number[] = []
  #used = 0

  /** @param width numbers of a row */
  constructor(width: number) {
    this.#width = width
  }

  /** Rows that are kept. */
  get size(): number {
    return this.#used - this.#free.length
  }

  /** Keeps a copy; returns its place. */
  keep(row: Float32Array): number {
    const place = this.#free.pop() ?? this.#used++
    if (place >= this.#pieces.length * PIECE) this.#pieces.push(new Float32Array(PIECE * this.#width))
    this.#piece(place).set(row, this.#start(place))
    return place
  }

  /** Copies the row at `place` into `to`, from index `start` on. */
  copy(place: number, to: Float32Array, start: number): void {
    const from = this.#start(place)
    to.set(this.#piece(place).subarray(from, from + this.#width), start)
  }

  /** @param place of a row that is kept */
  drop(place: number): void {
    this.#free.push(place)
  }

  #piece(place: number): Float32Array {
    return at(this.#pieces, Math.floor(place / PIECE))
  }

  #start(place: number): number {
    return (place % PIECE) * this.#width
  }
}
