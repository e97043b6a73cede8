// Raw order books for tests of models: random walks with ten levels a side, and the same upside down.
import { WINDOW } from '../../../src/contract/timeframes.ts'
import { BOOK_COLUMNS, BOOK_LEVELS, LEVEL_FIELDS } from '../../../src/models/order-book-features.ts'

/** A small generator, so that tests need no seedless randomness. */
export function draws(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** [100, 40]: ticks of 0.01 around 100, uneven levels, amounts of 0 to 5. */
export function randomBook(seed: number): Float64Array {
  const random = draws(seed)
  const book = new Float64Array(WINDOW * BOOK_COLUMNS)
  let bid = 10_000
  for (let second = 0; second < WINDOW; second++) {
    bid += Math.floor(random() * 5) - 2
    let [ask, low] = [bid + 1 + Math.floor(random() * 3), bid]
    for (let level = 0; level < BOOK_LEVELS; level++) {
      const row = [ask / 100, random() * 5, low / 100, random() * 5]
      book.set(row, second * BOOK_COLUMNS + level * LEVEL_FIELDS)
      ask += 1 + Math.floor(random() * 3)
      low -= 1 + Math.floor(random() * 3)
    }
  }
  return book
}

/** Up becomes down: the sides change places, prices are turned around the last mid. */
export function upsideDown(book: Float64Array): Float64Array {
  const around = book.at(-BOOK_COLUMNS)! + book.at(-BOOK_COLUMNS + 2)!
  const turned = new Float64Array(book.length)
  for (let at = 0; at < book.length; at += LEVEL_FIELDS) {
    const [ask, askAmount, bid, bidAmount] = book.subarray(at, at + LEVEL_FIELDS) as unknown as number[]
    turned.set([around - bid!, bidAmount!, around - ask!, askAmount!], at)
  }
  return turned
}
