// In what order a file's trades happened: by ids, by what is finer than a millisecond, else as the file runs, up or down.
import type { Print } from './trade-row.ts'

const NUMBER = /^\d+$/
/** Places within a nanosecond. */
const PLACES = 4096

/** Watches the rows as they come; knows then which way the file runs, and whether its ids follow time. */
export class TradeOrder {
  #up = 0
  #down = 0
  #idsUp = 0
  #idsDown = 0
  #last: Print | null = null

  see(print: Print): void {
    const last = this.#last
    this.#last = print
    if (last === null || last.time === print.time) return
    const isUp = print.time > last.time
    if (isUp) this.#up += 1
    else this.#down += 1
    if (!NUMBER.test(print.given) || !NUMBER.test(last.given)) return
    if (isLater(print.given, last.given) === isUp) this.#idsUp += 1
    else this.#idsDown += 1
  }

  get newestFirst(): boolean {
    return this.#down > this.#up
  }

  /** Ids that are numbers and mostly grow with time order the trades of a millisecond. */
  get byIds(): boolean {
    return this.#idsUp >= this.#idsDown
  }

  /** Rows as they happened, as far as the file says. */
  sorted(prints: readonly Print[]): readonly Print[] {
    const forward = this.newestFirst ? prints.toReversed() : prints
    const inOrder = forward.every((print, index) => {
      const before = forward[index - 1]
      return before === undefined || compare(before, print) <= 0
    })
    return inOrder ? forward : forward.toSorted(compare)
  }

  /**
   * Orders the trades of a millisecond: the id where it is a number that a double holds, as streams have it; else what is finer, then
   * `place`, the row's among those of its millisecond. Longer ids are compared where this is equal.
   */
  sequenceOf({ given, below }: Print, place: number): number {
    const isNumber = this.byIds && NUMBER.test(given)
    const id = isNumber ? Number(given) : Number.NaN
    if (Number.isSafeInteger(id)) return id
    return below === 0 && !isNumber ? place : below * PLACES + (isNumber ? 0 : Math.min(place, PLACES - 1))
  }
}

function compare(a: Print, b: Print): number {
  return a.time - b.time || a.below - b.below
}

/** Whole numbers as text, of any length. */
function isLater(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length
}
