// Rows in few pieces of memory: what is kept stays, what is dropped makes room.
import { expect, it } from 'vitest'
import { RowStore } from '../../../src/moments/row-store.ts'

const row = (i: number) => Float32Array.of(i, i + 0.5, -i)

function read(store: RowStore, place: number): number[] {
  const out = new Float32Array(5)
  store.copy(place, out, 1)
  return [...out]
}

it('gives every row back as it was, over more than one piece', () => {
  const store = new RowStore(3)
  const places = Array.from({ length: 9000 }, (_, i) => store.keep(row(i)))
  expect(new Set(places).size).toBe(9000)
  expect(store.size).toBe(9000)
  for (const i of [0, 4095, 4096, 8191, 8192, 8999]) {
    expect(read(store, places[i]!)).toEqual([0, ...row(i), 0])
  }
})

it('takes the places of dropped rows again, and no other', () => {
  const store = new RowStore(3)
  const [first, second, third] = [store.keep(row(1)), store.keep(row(2)), store.keep(row(3))]
  store.drop(second)
  expect(store.size).toBe(2)
  expect(store.keep(row(4))).toBe(second)
  expect(store.keep(row(5))).toBe(third + 1)
  expect([first, second, third].map((place) => read(store, place)[1])).toEqual([1, 4, 3])
})
