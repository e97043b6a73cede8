// Instants in and out: ISO 8601 with an offset or UTC ms, never a guess.
import { describe, expect, it } from 'vitest'
import { ceilTo, epochMs, floorTo, parseInstant, toIso } from '../../../src/core/time.ts'

const instant = Date.UTC(2024, 7, 9, 0, 0, 5)

describe('parseInstant', () => {
  it.each([
    instant,
    String(instant),
    '2024-08-09T00:00:05Z',
    '2024-08-09t00:00:05z',
    ' 2024-08-09 00:00:05.000Z ',
    '2024-08-09T02:00:05+02:00',
    '2024-08-08T18:30:05-0530',
    '2024-08-09T14:00:05+14:00',
  ])('reads %s', (value) => {
    expect(parseInstant(value, 'from')).toBe(instant)
  })

  it.each([
    '2024-08-09T00:00:05',
    '2024-08-09',
    '2024-02-30T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-08-09T00:00:05+15:00',
    '2024-08-09T00:00:05-14:30',
    '2024-08-09T00:00:05+02:60',
    'yesterday',
    '',
    1.5,
    Number.NaN,
    8_640_000_000_000_000,
    '-8640000000000000',
    null,
    undefined,
    {},
  ])('refuses %s', (value) => {
    expect(() => parseInstant(value, 'from')).toThrow('expected ISO 8601 with an offset')
  })
})

describe('times', () => {
  it('are written with milliseconds only where they are not zero', () => {
    expect(toIso(epochMs(instant))).toBe('2024-08-09T00:00:05Z')
    expect(toIso(epochMs(instant + 7))).toBe('2024-08-09T00:00:05.007Z')
  })

  it('round to multiples since the epoch, before it too', () => {
    expect([floorTo(61_999, 60_000), ceilTo(61_999, 60_000), ceilTo(60_000, 60_000)]).toEqual([
      60_000, 120_000, 60_000,
    ])
    expect([floorTo(-1, 60_000), ceilTo(-59_999, 60_000) + 0]).toEqual([-60_000, 0])
  })
})
