// Coverage is what was read: what could not be is unknown, and no time is believed for the span it claims.
import { describe, expect, it } from 'vitest'
import { at, openStore, span } from '../fixture.ts'
import { candles, known, MINUTE, stored, T0, trades, write } from './files.ts'

const seconds = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${T0 + i * 1000 + 7},${2680 + i / 20},0.1,buy`)

describe('a refused row', () => {
  it('of trades leaves its second unknown', async () => {
    const store = openStore()
    const rows = seconds(8).with(3, `${T0 + 3007},0.00,0.1,buy`)
    const report = await trades(write(rows), store)
    expect(report).toMatchObject({ added: 7, refused_count: 1, coverage: span(T0 + 1000, T0 + 7000) })
    expect(report.gaps).toEqual([{ ...span(T0 + 3000, T0 + 4000), missing: 1 }])
    expect(known(store, '1s')).toEqual([span(T0 + 1000, T0 + 3000), span(T0 + 4000, T0 + 7000)])
    expect(stored(store, '1s')).toHaveLength(5)
    await trades(write(seconds(8)), store)
    expect(known(store, '1s')).toEqual([span(T0 + 1000, T0 + 7000)])
  })

  it('whose time is not known leaves all between its neighbours unknown, in either direction', async () => {
    const rows = seconds(8).with(3, 'NaN,2680,0.1,buy').with(6, 'NaN,2680,0.1,buy')
    for (const file of [rows, rows.toReversed()]) {
      const store = openStore()
      await trades(write(['timestamp,price,amount,side', ...file]), store)
      expect(known(store, '1s')).toEqual([span(T0 + 1000, T0 + 2000)])
    }
  })

  it('in a second that has good ones too: that second is not known', async () => {
    const store = openStore()
    await trades(write([...seconds(3), `${T0 + 2500},x,1,buy`, ...seconds(6).slice(3)]), store)
    expect(known(store, '1s')).toEqual([span(T0 + 1000, T0 + 2000), span(T0 + 3000, T0 + 5000)])
    expect(stored(store, '1s').map(({ openTime }) => openTime)).toEqual([T0 + 1000, T0 + 3000, T0 + 4000])
  })

  it('of seconds, and of sparse minutes, is a gap and not quiet', async () => {
    for (const [timeframe, step] of [
      ['1s', 1000],
      ['1m', MINUTE],
    ] as const) {
      const rows = Array.from({ length: 20 }, (_, i) => `${T0 + i * step},10,12,9,11,${i === 5 ? 'x' : 1}`)
      const store = openStore()
      const report = await candles(write(rows), store, { timeframe, sparse: timeframe === '1m' })
      expect(report.gaps).toEqual([{ ...span(T0 + 5 * step, T0 + 6 * step), missing: 1 }])
      expect(known(store, timeframe)).toEqual([span(T0, T0 + 5 * step), span(T0 + 6 * step, T0 + 20 * step)])
    }
  })
})

describe('a row of candles whose time cannot be read', () => {
  it('leaves slots unknown that no other row has, in any order and across batches', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i === 5 ? 'x' : T0 + i * 1000},10,12,9,11,1`)
    const shuffled = [...rows.slice(10), ...rows.slice(0, 10)]
    for (const [file, batchRows] of [
      [rows, 100],
      [rows, 3],
      [rows.toReversed(), 3],
      [shuffled, 100],
    ] as const) {
      const store = openStore()
      const report = await candles(write(file), store, { timeframe: '1s', batchRows })
      expect(report.gaps).toEqual([{ ...span(T0 + 5000, T0 + 6000), missing: 1 }])
      expect(known(store, '1s')).toEqual([span(T0, T0 + 5000), span(T0 + 6000, T0 + 20_000)])
    }
  })
})

describe('the side', () => {
  it('unknown, -, empty and what is written for nothing is no side', async () => {
    const sides = ['unknown', '-', '', 'None', 'NULL', 'nan', 'n/a', 'SELL', 'Buy', 'b', 's']
    const store = openStore()
    const report = await trades(
      write(['timestamp,price,amount,side', ...sides.map((side, i) => `${T0 + i},1,1,${side}`)]),
      store,
    )
    expect(report).toMatchObject({ added: 11, refused_count: 0 })
    const read = store.trades.read(store.open({ venue: 'test', symbol: 'ETH/USDT' }), span(T0, T0 + 100))
    expect(read.map(({ side }) => side)).toEqual([...Array<null>(7).fill(null), 'sell', 'buy', 'buy', 'sell'])
    expect(await trades(write([`${T0},1,1,maybe`, ...seconds(9)]))).toMatchObject({ refused_count: 1 })
  })
})

describe('a time far away', () => {
  const far = `${T0}`.slice(0, -1)

  it.each([0, 4, 11])(
    'is refused by its line, as row %i, and its neighbours’ seconds are unknown',
    async (place) => {
      const rows = seconds(12).with(place, `${far},2680,0.1,buy`)
      const store = openStore()
      const started = performance.now()
      const report = await trades(write(rows), store)
      expect(performance.now() - started).toBeLessThan(5000)
      expect(report).toMatchObject({ added: 11, refused_count: 1, refused: [{ line: place + 1 }] })
      expect(report.refused[0]?.reason).toContain('1975-06')
      expect(report.coverage?.from).toBeGreaterThanOrEqual(T0)
      const unknown = [[], [span(T0 + 3000, T0 + 6000)], []][[0, 4, 11].indexOf(place)]
      expect(report.gaps.map(({ from, to }) => span(from, to))).toEqual(unknown)
    },
  )

  it('of candles of seconds, in a long file, before anything else of its batch is written', async () => {
    const rows = Array.from({ length: 25_000 }, (_, i) => `${i === 20_000 ? far : T0 + i * 1000},1,1,1,1,1`)
    const store = openStore()
    const report = await candles(write(rows), store, { timeframe: '1s', batchRows: 5000 })
    expect(report).toMatchObject({ added: 24_999, refused_count: 1, refused: [{ line: 20_001 }] })
    expect(report.coverage).toEqual(span(T0, T0 + 25_000_000))
    expect(known(store, '1s')).toHaveLength(2)
  })

  it('from the market’s history is refused, where the file is too small to say', async () => {
    const store = openStore()
    await trades(write(seconds(20)), store)
    const report = await trades(write([`${far},2680,0.1,buy`, `${T0 + 30_000},2680,0.1,buy`]), store)
    expect(report).toMatchObject({ added: 1, refused_count: 1 })
  })

  it('is kept where much of the file lies there; nobody trading for years is not taken for quiet', async () => {
    const old = Array.from({ length: 6 }, (_, i) => `${at('2019-01-01T00:00:00Z') + i * 1000},150,0.1,buy`)
    const store = openStore()
    const started = performance.now()
    const report = await trades(write([...old, ...seconds(6)]), store)
    expect(performance.now() - started).toBeLessThan(5000)
    expect(report).toMatchObject({ added: 12, refused_count: 0 })
    expect(report.gaps).toHaveLength(1)
    expect(known(store, '1s').map(({ from, to }) => to - from)).toEqual([5000, 4000])
    const two = await candles(
      write([`${at('1975-01-01T00:00:00Z')},1,1,1,1,1`, `${T0},1,1,1,1,1`]),
      openStore(),
      {
        timeframe: '1s',
      },
    )
    const quiet = span(at('1975-01-01T00:00:01Z'), T0)
    expect(two.gaps.map(({ from, to }) => span(from, to))).toEqual([quiet])
  })
})
