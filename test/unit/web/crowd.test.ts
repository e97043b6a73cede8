// Which marks of a crowded chart are drawn: the first of each side in every few pixels, found without looking at the others.
import { expect, it } from 'vitest'
import { CROWDED, told, type Across, type Kind } from '../../../src/web/charts/crowd.ts'

interface Mark {
  readonly time: number
  readonly isUp: boolean
}

const KIND: Kind<Mark> = { timeOf: ({ time }) => time, isUp: ({ isUp }) => isUp }

/** Times from 0 to `width` pixels, so many ms each. */
const across = (each: number, from = 0, width = 600): Across => ({
  x: (instant) => (instant - from) / each,
  instantOf: (x) => from + x * each,
  from,
  to: from + width * each,
})

const marksOf = (times: readonly number[]): Mark[] => times.map((time, i) => ({ time, isUp: i % 3 !== 0 }))

/** Looks at all of them. */
function plainly(marks: readonly Mark[], { x, from, to }: Across): Set<Mark> {
  const taken = new Set<string>()
  return new Set(
    marks.filter((mark) => {
      if (mark.time < from || mark.time > to) return false
      const bucket = `${mark.isUp} ${Math.round(x(mark.time) / 7)}`
      return !taken.has(bucket) && taken.add(bucket)
    }),
  )
}

it('draws every mark in view of a chart that is not crowded', () => {
  const marks = marksOf(Array.from({ length: CROWDED + 20 }, (_, i) => i * 10))
  const view = across(1, 100, 10 * (CROWDED - 1))
  expect(told(marks, KIND, view)).toEqual({ isCrowded: false, marks: marks.slice(10, 10 + CROWDED) })
})

it('draws one of each side in a few pixels of a crowded one', () => {
  const times = [-3, 0, 3, 4, 20, 21].map((x) => x * 100)
  const filler = Array.from({ length: CROWDED }, (_, i) => 40_000 + i)
  const ups = [...times, ...filler].map((time) => ({ time, isUp: true }))
  const { isCrowded, marks } = told(ups, KIND, across(100, -300))
  expect(isCrowded).toBe(true)
  expect(marks.slice(0, 3).map(({ time }) => time)).toEqual([-300, 100 * 3, 2000])
})

it.each([
  ['spread evenly', (i: number) => i * 47],
  ['in heaps', (i: number) => Math.floor(i / 700) * 60_000 + (i % 700)],
  ['at the same instants', (i: number) => Math.floor(i / 9) * 300],
  ['ever further apart', (i: number) => i * i],
])('draws the same as by looking at all of them: %s', (_, timeOf) => {
  const marks = marksOf(Array.from({ length: 5000 }, (__, i) => Math.round(timeOf(i))))
  const last = marks.at(-1)!.time
  for (const share of [1, 0.37, 0.11])
    for (const begin of [0, 0.2, 0.61]) {
      const view = across((last * share) / 600, Math.round(last * begin))
      const found = told(marks, KIND, view)
      if (!found.isCrowded) continue
      expect(new Set(found.marks)).toEqual(plainly(marks, view))
    }
})
