// Trades in whatever order a file has them: newest first, ties within a millisecond, by ids, by microseconds, by the file's direction.
import { describe, expect, it } from 'vitest'
import type { Candle } from '../../../../src/market/types.ts'
import { openStore } from '../fixture.ts'
import { stored, T0, trades, write } from './files.ts'

interface Row {
  readonly ms: number
  readonly micros: number
  readonly price: number
  readonly id: string
}

/** Five to a millisecond, prices without any pattern; ids of 19 digits where asked. */
function tape(firstId = 5000n): Row[] {
  return Array.from({ length: 60 }, (_, i) => ({
    ms: T0 + Math.floor(i / 5) * 400,
    micros: (i % 5) * 150,
    price: 2680 + ((i * 37) % 101) / 100,
    id: `${firstId + BigInt(i)}`,
  }))
}

async function secondsOf(header: string, lines: readonly string[], batchRows = 200_000): Promise<Candle[]> {
  const store = openStore()
  await trades(write([header, ...lines]), store, { batchRows })
  return stored(store, '1s')
}

const KINDS: [name: string, header: string, line: (row: Row) => string][] = [
  [
    'microseconds',
    'timestamp,price,amount',
    ({ ms, micros, price }) => `${ms}${`${micros}`.padStart(3, '0')},${price},0.5`,
  ],
  [
    'nanoseconds',
    'timestamp,price,amount',
    ({ ms, micros, price }) => `${ms}${`${micros}`.padStart(3, '0')}000,${price},0.5`,
  ],
  [
    'dates',
    'date,price,amount',
    ({ ms, micros, price }) =>
      `${new Date(ms).toISOString().slice(0, -1)}${`${micros}`.padStart(3, '0')}Z,${price},0.5`,
  ],
  ['ids', 'timestamp,price,amount,id', ({ ms, price, id }) => `${ms},${price},0.5,${id}`],
  ['the direction', 'timestamp,price,amount', ({ ms, price }) => `${ms},${price},0.5`],
]

describe('the same candles', () => {
  it.each(KINDS)('newest first, told by %s', async (_, header, line) => {
    const rows = tape().map(line)
    const up = await secondsOf(header, rows)
    expect(up).toHaveLength(4)
    expect(up[0]).toMatchObject({ open: 2680, close: 2680 + ((14 * 37) % 101) / 100 })
    expect(await secondsOf(header, rows.toReversed())).toEqual(up)
    expect(await secondsOf(header, rows.toReversed(), 7)).toEqual(up)
    expect(await secondsOf(header, rows, 7)).toEqual(up)
  })

  it.each(KINDS.slice(0, 4))('in any order and split anywhere, told by %s', async (_, header, line) => {
    const rows = tape().map(line)
    const up = await secondsOf(header, rows)
    const shuffled = rows.map((_row, index) => rows[(index * 17) % rows.length] ?? '')
    expect(await secondsOf(header, shuffled)).toEqual(up)
    for (const cut of [1, 3, 12, 33]) {
      const store = openStore()
      await trades(write([header, ...rows.slice(cut)]), store)
      await trades(write([header, ...rows.slice(0, cut + 4).toReversed()]), store)
      // The second in which the files part is not known of either: a third says that nothing is missing.
      await trades(write([header, rows[0] ?? '', rows.at(-1) ?? '']), store)
      expect(stored(store, '1s')).toEqual(up)
    }
  })

  it('with ids too long for a double, in JSON too', async () => {
    const rows = tape(1_193_219_323_595_075_591n)
    const up = await secondsOf(
      'timestamp,price,amount',
      rows.map(({ ms, price }) => `${ms},${price},0.5`),
    )
    const text = (list: readonly Row[]): string =>
      `[${list.map(({ ms, price, id }) => `{"timestamp":${ms},"price":${price},"amount":0.5,"id":${id}}`).join(', ')}]`
    for (const list of [rows, rows.toReversed(), rows.map((_row, index) => rows[(index * 17) % 60]!)]) {
      const store = openStore()
      expect(await trades(write(text(list)), store)).toMatchObject({ added: 60, conflicts: 0, repeats: 0 })
      expect(stored(store, '1s')).toEqual(up)
    }
  })

  it('where ids do not grow with time: they are no order then', async () => {
    const rows = tape()
    const up = await secondsOf(
      'timestamp,price,amount',
      rows.map(({ ms, price }) => `${ms},${price},0.5`),
    )
    const numbered = rows.toReversed().map(({ ms, price }, index) => `${ms},${price},0.5,${index}`)
    expect(await secondsOf('timestamp,price,amount,id', numbered)).toEqual(up)
  })

  it('of equal rows read up, then down: nothing is added, nothing changes', async () => {
    const rows = [0, 0, 0, 400, 400, 1000].map((ms, i) => `${T0 + ms},${[10, 11, 10, 12, 12, 9][i]},1`)
    const store = openStore()
    await trades(write(rows), store)
    const up = stored(store, '1s')
    expect(await trades(write(rows.toReversed()), store)).toMatchObject({ added: 0, already_present: 6 })
    expect(stored(store, '1s')).toEqual(up)
    expect(up[0]).toMatchObject({ open: 10, high: 12, low: 10, close: 12, volume: 5 })
  })

  it('says that it read a file from its end', async () => {
    const report = await trades(
      write(
        tape()
          .map(({ ms, price }) => `${ms},${price},0.5`)
          .toReversed(),
      ),
    )
    expect(report.notes).toContain('The file runs from the newest to the oldest: it is read from its end.')
  })
})
