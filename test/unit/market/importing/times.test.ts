// Times as files have them: units by magnitude, zones by --timezone, dates in their ways; what is wrong with one is said.
import { describe, expect, it } from 'vitest'
import { at, openStore, span } from '../fixture.ts'
import { candles, known, lines, MINUTE, stored, T0, tenMinutes, trades, values, write } from './files.ts'

const rows = (time: (ms: number) => string): string[] => [
  'date,open,high,low,close,volume',
  ...lines((each) => `${time(each.openTime)},${values(each)},${each.volume}`),
]
const iso = (ms: number): string => new Date(ms).toISOString()

describe('a time', () => {
  it('in seconds, milliseconds, microseconds or nanoseconds is told by its magnitude', async () => {
    const ways: ((ms: number) => string)[] = [
      (ms) => `${ms / 1000}`,
      (ms) => `${ms / 1000}.0`,
      (ms) => `${ms}`,
      (ms) => `${ms}000`,
      (ms) => `${ms}000000`,
      (ms) => (ms / 1000).toExponential(),
    ]
    for (const way of ways) {
      const store = openStore()
      expect(await candles(write(rows(way)), store)).toMatchObject({ added: 10, refused_count: 0 })
      expect(stored(store)).toEqual(tenMinutes())
    }
  })

  it('in seconds with a fraction keeps what is below the second', async () => {
    const store = openStore()
    await trades(write([`${T0 / 1000}.1234,10,1`, `${T0 / 1000}.5,11,1`]), store)
    const read = store.trades.read(store.open({ venue: 'test', symbol: 'ETH/USDT' }), span(T0, T0 + 1000))
    expect(read.map(({ time }) => time - T0)).toEqual([123, 500])
  })

  it('as a date with a zone is read in the ways that are common', async () => {
    const ways: ((ms: number) => string)[] = [
      iso,
      (ms) => iso(ms).replace('.000Z', ' UTC').replace('T', ' '),
      (ms) => iso(ms).replace('.000Z', '+00'),
      (ms) => iso(ms - 4 * 3_600_000).replace('.000Z', '-04:00'),
      (ms) => iso(ms + 20_700_000).replace('.000Z', '+0545'),
      (ms) => `08.08.2024 ${iso(ms + 7_200_000 - 2 * 3_600_000).slice(11, 23)} GMT+0000`,
      (ms) => iso(ms).slice(0, 10).replaceAll('-', '/') + iso(ms).slice(10),
    ]
    for (const way of ways) {
      const store = openStore()
      expect(await candles(write(rows(way)), store)).toMatchObject({ added: 10, refused_count: 0 })
      expect(stored(store)).toEqual(tenMinutes())
    }
  })

  it('without a zone is read in the one that is named, and never silently', async () => {
    const local = (ms: number): string =>
      iso(ms - 4 * 3_600_000)
        .slice(0, 19)
        .replace('T', ' ')
    const store = openStore()
    const report = await candles(write(rows(local)), store, { timezone: 'America/New_York' })
    expect(report).toMatchObject({ added: 10, notes: ['Times without a zone are read as America/New_York.'] })
    expect(stored(store)).toEqual(tenMinutes())
    expect((await candles(write(rows(local)), store, { timezone: '-04:00' })).already_present).toBe(10)
    await expect(candles(write(rows(local)))).rejects.toThrow('--timezone')
    await expect(candles(write(rows(local)), store, { timezone: 'Mars/Base' })).rejects.toMatchObject({
      code: 'unknown_timezone',
    })
    expect((await candles(write(rows(iso)), openStore(), { timezone: 'America/New_York' })).notes).toEqual([])
  })

  it('in an hour that the clock shows twice is the one beside its neighbours', async () => {
    const from = at('2024-11-03T04:00:00Z')
    const wall = (minute: number): string => {
      const utc = from + minute * MINUTE
      return iso(utc - (minute < 120 ? 4 : 5) * 3_600_000).slice(0, 19)
    }
    const file = Array.from({ length: 240 }, (_, i) => `${wall(i)},1,1,1,1,1`)
    for (const [order, timeframe] of [
      [file, '1m'],
      [file.toReversed(), '1m'],
      [file.filter((_row, i) => i % 60 === 0), '1h'],
    ] as const) {
      const store = openStore()
      const report = await candles(write(order), store, { timeframe, timezone: 'America/New_York' })
      expect(report).toMatchObject({ added: order.length, repeats: 0, conflicts: 0, refused_count: 0 })
      expect(known(store, timeframe)).toEqual([span(from, from + 240 * MINUTE)])
    }
  })

  it('that the clock jumped over is refused', async () => {
    const file = [
      '2024-03-10T01:59:00,1,1,1,1,1',
      '2024-03-10T02:30:00,1,1,1,1,1',
      '2024-03-10T03:00:00,1,1,1,1,1',
    ]
    const report = await candles(write(file), openStore(), { timezone: 'America/New_York' })
    expect(report).toMatchObject({
      added: 2,
      gaps: [],
      refused: [{ line: 2, reason: expect.stringContaining('jumped over') as string }],
    })
  })

  it('as a bare date is that UTC day in a file of days, whatever the zone, and needs a zone elsewhere', async () => {
    const days = Array.from({ length: 5 }, (_, i) => `2024-07-0${i + 1},1,1,1,1,1`)
    for (const options of [{}, { timezone: 'America/New_York' }]) {
      const store = openStore()
      expect(await candles(write(days), store, { timeframe: '1d', ...options })).toMatchObject({
        added: 5,
        refused_count: 0,
      })
      expect(stored(store, '1d')[0]?.openTime).toBe(at('2024-07-01T00:00:00Z'))
    }
    const compact = days.map((row) => row.replace(/^(\d+)-(\d+)-/, '$1$2'))
    expect(await candles(write(compact), openStore(), { timeframe: '1d' })).toMatchObject({ added: 5 })
    await expect(candles(write(days), openStore(), { timeframe: '1h' })).rejects.toThrow('without a zone')
  })

  it('long ago is read as a date', async () => {
    const old = [
      '1970-01-02T00:00:00Z,1,1,1,1,1',
      '1972-06-30T00:00:00Z,1,1,1,1,1',
      '1956-03-01T00:00:00Z,1,1,1,1,1',
    ]
    const store = openStore()
    expect(await candles(write(old), store, { timeframe: '1d' })).toMatchObject({
      added: 3,
      refused_count: 0,
    })
    expect(stored(store, '1d').map(({ openTime }) => openTime)).toEqual(
      ['1956-03-01', '1970-01-02', '1972-06-30'].map((day) => at(day)),
    )
  })

  it('that is wrong says what is wrong with it', async () => {
    const wrong: [string, string][] = [
      ['2016-12-31T23:59:60Z', 'second 60'],
      ['2024-02-30T00:00:00Z', 'no such day'],
      ['2024-13-01T00:00:00Z', 'no month 13'],
      ['2024-08-08T25:00:00Z', 'no hour 25'],
      ['2024-08-08T24:00:00Z', 'no hour 24'],
      ['2024-08-08T22:61:00Z', 'no minute 61'],
      ['2024-08-08T22:00:00+25:00', 'no offset +25:00'],
      ['2024-08-08T22:00:00+14:30', 'no offset +14:30'],
      ['08/09/2024 10:00', 'day and month'],
      ['2262-04-11T00:00:00Z', 'in the future'],
      ['yesterday', 'expected UTC seconds'],
      ['45512.5', 'expected UTC seconds'],
      ['', 'is missing'],
    ]
    for (const [time, words] of wrong) {
      const report = await candles(
        write(['date,open,high,low,close,volume', `${time},1,1,1,1,1`, ...rows(iso).slice(1)]),
      )
      expect([time, report.refused[0]?.line]).toEqual([time, 2])
      expect(report.refused[0]?.reason).toContain(words)
    }
  })
})
