import { describe, expect, it, onTestFinished } from 'vitest'
import { orderBookFeatures, orderBookInput } from '../../../src/models/order-book-features.ts'
import { emit } from '../../../src/nn/emit.ts'
import { float64, Session } from '../../../src/nn/runtime.ts'
import { BATCH } from '../../../src/nn/value.ts'
import { randomBook } from './books.ts'

async function featuresOf(...books: Float64Array[]) {
  const raw = orderBookInput(BATCH)
  const { levels, mid, unit } = orderBookFeatures(raw)
  const session = await Session.open(emit({ name: 'f', inputs: [raw], outputs: { levels, mid, unit } }), {
    threads: 1,
  })
  onTestFinished(() => session.close())
  const all = new Float64Array(books.length * 4000)
  for (const [i, book] of books.entries()) all.set(book, i * 4000)
  const result = await session.run({ order_book: float64(all, [books.length, 100, 40]) })
  return result as Record<'levels' | 'mid' | 'unit', Float32Array>
}

/** The same book every second: spread 0.02, levels 0.01 apart, amounts 1, 2, 3, …; `change` may alter it. */
function stillBook(
  change: (second: number, level: number) => [number, number, number, number] | null = () => null,
) {
  const book = new Float64Array(4000)
  for (let second = 0; second < 100; second++) {
    for (let level = 0; level < 10; level++) {
      const usual = [100.01 + level / 100, level + 1, 99.99 - level / 100, level + 1]
      book.set(change(second, level) ?? usual, second * 40 + level * 4)
    }
  }
  return book
}

describe('features of an order book', () => {
  it('are log distances to the mid in units of spread and movement, and logs of amounts over their mean', async () => {
    const { levels, mid, unit } = await featuresOf(stillBook())
    // The mid stands still, so the unit is the spread, 0.02: the best prices are half a unit away, the tenth 5 units.
    const near = Math.log(1.5)
    const far = Math.log(1 + 0.1 / 0.02)
    const amount = (n: number): number => Math.log(1 + n / 5.5)
    const row = [...levels.subarray(99 * 40, 100 * 40)]
    for (const [i, value] of [near, amount(1), -near, amount(1)].entries())
      expect(row[i]).toBeCloseTo(value, 5)
    for (const [i, value] of [far, amount(10), -far, amount(10)].entries())
      expect(row[36 + i]).toBeCloseTo(value, 5)
    expect([...mid].every((value) => Math.abs(value) < 1e-6)).toBe(true)
    expect(unit[0]).toBeCloseTo(Math.log((1e4 * 0.02) / 100), 5)
  })

  it('tell the way of the mid to now, and each step', async () => {
    // One step of 0.02 up at second 60: the mean step is 0.02/100.
    const book = stillBook((second, level) =>
      second < 60
        ? [99.99 + level / 100, level + 1, 99.97 - level / 100, level + 1]
        : [100.01 + level / 100, level + 1, 99.99 - level / 100, level + 1],
    )
    const { mid } = await featuresOf(book)
    const unit = 0.02 + 0.02 / 100
    expect(mid[0]).toBeCloseTo((-0.02 / unit) * 0.1, 5)
    expect(mid[2 * 60]).toBeCloseTo(0, 5)
    expect(mid[2 * 60 + 1]).toBeCloseTo(0.02 / unit, 5)
    expect(mid[2 * 61 + 1]).toBeCloseTo(0, 5)
  })

  it('are the same in other units of price and amount', async () => {
    const book = randomBook(3)
    const scaled = book.map((value, i) => value * (i % 2 === 0 ? 614.37 : 1e-5))
    const { levels, mid, unit } = await featuresOf(book, scaled)
    const half = levels.length / 2
    for (let i = 0; i < half; i++) expect(levels[half + i]).toBeCloseTo(levels[i]!, 4)
    for (let i = 0; i < 200; i++) expect(mid[200 + i]).toBeCloseTo(mid[i]!, 4)
    expect(unit[1]).toBeCloseTo(unit[0]!, 4)
  })

  it('keep the tick of a market at 61,234: nothing is lost to float32', async () => {
    const book = stillBook().map((value, i) => (i % 2 === 0 ? value - 100 + 61_234 : value))
    const { levels } = await featuresOf(book, stillBook())
    for (let i = 0; i < 4000; i++) expect(levels[4000 + i]).toBeCloseTo(levels[i]!, 4)
  })

  it('are finite and still where the book is: silent, empty on a side, locked, crossed', async () => {
    const silent = stillBook((_, level) => [100.01 + level / 100, 0, 99.99 - level / 100, 0])
    const oneSided = stillBook((_, level) => [100.01 + level / 100, 1, 100.01, 0])
    const locked = stillBook(() => [100, 1, 100, 1])
    const crossed = stillBook((_, level) => [99.9 + level / 100, 1, 100.1 - level / 100, 1])
    const all = await featuresOf(silent, oneSided, locked, crossed)
    for (const values of Object.values(all)) expect(values.every(Number.isFinite)).toBe(true)
    // Amounts of a silent book are 0, prices of a locked one too.
    expect([all.levels[1], all.levels[3]]).toEqual([0, 0])
    expect([...all.levels.subarray(8000, 8001), ...all.levels.subarray(8002, 8003)].map(Math.abs)).toEqual([
      0, 0,
    ])
    // Crossed: asks below the mid.
    expect(all.levels[12_000]).toBeLessThan(0)
    expect(all.levels[12_002]).toBeGreaterThan(0)
  })

  it('look at nothing outside the window: rows of a batch do not meet', async () => {
    const [a, b, c] = [randomBook(1), randomBook(2), stillBook()]
    const alone = await featuresOf(b)
    const between = await featuresOf(a, b, c)
    expect(between.levels.subarray(4000, 8000)).toEqual(alone.levels)
    expect(between.mid.subarray(200, 400)).toEqual(alone.mid)
  })
})
