// Times in files of labels: read where they are times, and else refused with what is wrong.
import { describe, expect, it } from 'vitest'
import { labelInstant, requireOrder } from '../../../src/annotation/interchange/label-times.ts'
import { epochMs } from '../../../src/core/time.ts'

const read = (value: unknown, zone: string | null = null): string =>
  new Date(labelInstant(value, 'start', zone)).toISOString()
const FIVE = '2024-08-09T00:00:05.000Z'

describe('a time', () => {
  it.each([
    ['2024-08-09T00:00:05Z', null],
    ['2024-08-09 00:00:05+00:00', null],
    ['2024-08-09 00:00:05 UTC', null],
    ['2024-08-09T05:45:05+0545', null],
    ['2024-08-09 02:00:05', 'Europe/Zurich'],
    ['2024.08.09 03:00:05', '+03:00'],
    ['2024/08/08 20:00:05', 'America/New_York'],
    ['2024-08-09 00:00:05', 'UTC'],
    [1723161605, null],
    ['1723161605', null],
    [1723161605000, null],
    ['1723161605000000', null],
    ['1723161605000000000', null],
  ])('%s in %s is read', (value, zone) => {
    expect(read(value, zone)).toBe(FIVE)
  })

  it('may lie before 1973, at midnight of a bare date, between milliseconds', () => {
    expect(read('1970-01-02T00:00:00Z')).toBe('1970-01-02T00:00:00.000Z')
    expect(read('2024-08-09', 'UTC')).toBe('2024-08-09T00:00:00.000Z')
    expect(read('2024-08-09T00:00:05.1239Z')).toBe('2024-08-09T00:00:05.123Z')
    expect(read(1723161605.25)).toBe('2024-08-09T00:00:05.250Z')
  })

  it.each([
    ['2016-12-31T23:59:60Z', /second 60, a leap second/],
    ['2024-02-30T00:00:00Z', /is no such day: that month has 29/],
    ['2023-02-29T00:00:00Z', /is no such day: that month has 28/],
    ['2024-13-01T00:00:00Z', /no such month as 13/],
    ['2024-08-09T25:00:00Z', /no such hour as 25/],
    ['2024-08-09T10:61:00Z', /no such minute as 61/],
    ['2024-08-09T00:00:05', /says no zone: .*--timezone/],
    ['2024-08-09 00:00:05 MESZ', /ends in MESZ: expected Z or an offset/],
    ['2024-08-09T00:00:05+99:00', /ends in \+99:00: expected Z or an offset/],
    ['2024-08-09T00:00:05+02:75', /ends in \+02:75: expected Z or an offset/],
    ['09/08/2024 10:00', /day or month first/],
    ['noon', /start noon is no time/],
    ['', /start is missing/],
    [undefined, /start is missing/],
    [12, /sample.*timeColumn/],
    ['48', /sample.*timeColumn/],
    [-5e12, /out of range/],
    [1e25, /out of range/],
  ])('%s is refused in words', (value, words) => {
    expect(() => read(value)).toThrow(words)
  })

  it('that clocks skipped or showed twice is refused, and the same with an offset is read', () => {
    expect(() => read('2024-03-31 02:30', 'Europe/Zurich')).toThrow(/was skipped in Europe\/Zurich/)
    expect(() => read('2024-10-27 02:30', 'Europe/Zurich')).toThrow(/was there twice in Europe\/Zurich/)
    expect(read('2024-10-27 02:30+01:00', 'Europe/Zurich')).toBe('2024-10-27T01:30:00.000Z')
    expect(read('2024-03-31 03:30', 'Europe/Zurich')).toBe('2024-03-31T01:30:00.000Z')
    expect(read('2024-03-31 01:30', 'Europe/Zurich')).toBe('2024-03-31T00:30:00.000Z')
    expect(read('2024-07-01 12:00', 'Asia/Kathmandu')).toBe('2024-07-01T06:15:00.000Z')
  })
})

it('an end before the start says so, and an instant too', () => {
  expect(() => requireOrder(epochMs(2000), epochMs(1000))).toThrow(
    /ends at 1970-01-01T00:00:01Z before it starts at 1970-01-01T00:00:02Z: swap/,
  )
  expect(() => requireOrder(epochMs(2000), epochMs(2000))).toThrow(/an instant/)
})
