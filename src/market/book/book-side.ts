// One side of an order book: prices in one sorted array with the best at its end, where nearly all changes happen.
import { float64At, numberIn } from '../../core/number-at.ts'
import type { BookLevel } from '../types.ts'
import type { FlatLevels } from './message.ts'

const START = 2048

/** Below this many places to move, a loop beats `copyWithin`. */
const SHORT_MOVE = 24

/** Prices are distinct and positive, amounts above 0. */
export class BookSide {
  /** 1 for bids, −1 for asks: keys are price × sign, ascending, so that the best is last on both sides. */
  readonly #sign: 1 | -1
  #keys = new Float64Array(START)
  #amounts = new Float64Array(START)
  #length = 0
  #horizon = Number.NEGATIVE_INFINITY

  constructor(side: 'bids' | 'asks') {
    this.#sign = side === 'bids' ? 1 : -1
  }

  get length(): number {
    return this.#length
  }

  /** Best price; NaN where the side is empty. */
  get best(): number {
    return this.#length === 0 ? Number.NaN : float64At(this.#keys, this.#length - 1) * this.#sign
  }

  /** Price of the `index`-th best level, from 0. */
  priceAt(index: number): number {
    return float64At(this.#keys, this.#length - 1 - index) * this.#sign
  }

  amountAt(index: number): number {
    return float64At(this.#amounts, this.#length - 1 - index)
  }

  /** Amount offered at a price; 0 where there is none. */
  amountOf(price: number): number {
    const key = price * this.#sign
    const at = this.#find(key)
    return at < this.#length && this.#keys[at] === key ? float64At(this.#amounts, at) : 0
  }

  /** Levels, best first, that are certainly all there is down to the last of them: those within the snapshot's reach. */
  get known(): number {
    return this.#length - this.#find(this.#horizon)
  }

  /** True where the snapshot did not reach the end of the venue's side. */
  get cut(): boolean {
    return this.#horizon !== Number.NEGATIVE_INFINITY
  }

  /** Takes a snapshot's levels instead of all there was. `cut`: the venue has more beyond the worst of them. */
  load(levels: FlatLevels, cut: boolean): void {
    this.#length = 0
    this.#horizon = Number.NEGATIVE_INFINITY
    for (let at = levels.length - 2; at >= 0; at -= 2)
      this.set(numberIn(levels, at), numberIn(levels, at + 1))
    if (cut && this.#length > 0) this.#horizon = float64At(this.#keys, 0)
  }

  /** Sets the amount at a price; 0 removes the level, and removing one that is not there is normal. */
  set(price: number, amount: number): void {
    const key = price * this.#sign
    const length = this.#length
    const at = length === 0 || key > float64At(this.#keys, length - 1) ? length : this.#find(key)
    const present = at < length && this.#keys[at] === key
    if (amount === 0) {
      if (present) this.#remove(at)
    } else if (present) this.#amounts[at] = amount
    else this.#insert(at, key, amount)
  }

  apply(levels: FlatLevels): void {
    for (let at = 0; at < levels.length; at += 2) this.set(numberIn(levels, at), numberIn(levels, at + 1))
  }

  /** The best `count` levels, best first. */
  top(count: number): BookLevel[] {
    const levels = Math.min(count, this.#length)
    return Array.from({ length: levels }, (_, index) => [this.priceAt(index), this.amountAt(index)] as const)
  }

  /** The best `count` levels, best first, as price, amount, price, amount, … */
  topFlat(count: number): number[] {
    const flat: number[] = []
    const last = Math.max(0, this.#length - count)
    for (let at = this.#length - 1; at >= last; at -= 1) {
      flat.push(float64At(this.#keys, at) * this.#sign, float64At(this.#amounts, at))
    }
    return flat
  }

  /** Index of the first key that is not below `key`. */
  #find(key: number): number {
    const keys = this.#keys
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (float64At(keys, middle) < key) low = middle + 1
      else high = middle
    }
    return low
  }

  #remove(at: number): void {
    const keys = this.#keys
    const amounts = this.#amounts
    const last = this.#length - 1
    if (last - at > SHORT_MOVE) {
      keys.copyWithin(at, at + 1, this.#length)
      amounts.copyWithin(at, at + 1, this.#length)
    } else {
      for (let index = at; index < last; index += 1) {
        keys[index] = float64At(keys, index + 1)
        amounts[index] = float64At(amounts, index + 1)
      }
    }
    this.#length = last
  }

  #insert(at: number, key: number, amount: number): void {
    if (this.#length === this.#keys.length) this.#grow()
    const keys = this.#keys
    const amounts = this.#amounts
    if (this.#length - at > SHORT_MOVE) {
      keys.copyWithin(at + 1, at, this.#length)
      amounts.copyWithin(at + 1, at, this.#length)
    } else {
      for (let index = this.#length; index > at; index -= 1) {
        keys[index] = float64At(keys, index - 1)
        amounts[index] = float64At(amounts, index - 1)
      }
    }
    keys[at] = key
    amounts[at] = amount
    this.#length += 1
  }

  #grow(): void {
    const grown = (old: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const larger = new Float64Array(old.length * 2)
      larger.set(old)
      return larger
    }
    this.#keys = grown(this.#keys)
    this.#amounts = grown(this.#amounts)
  }
}
