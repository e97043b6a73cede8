// Offsets as time zones: those that clocks have are read, others are no zone.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { isZone, zoneOf } from '../../../src/core/zone.ts'

const HOUR = 3_600_000

describe('an offset', () => {
  it.each([
    ['+14:00', 14],
    ['-12:00', -12],
    ['+0545', 5.75],
    ['UTC-3', -3],
    ['gmt +13:45', 13.75],
    ['-00:00', 0],
  ])('%s is read', (name, hours) => {
    expect(zoneOf(name).wallOf(0)).toBeCloseTo(hours * HOUR, 9)
  })

  it.each(['+99:00', '+25:00', '-30:00', '+15', '+14:01', '-14:30', '+02:60', 'UTC+0199'])(
    '%s is that of no clock',
    (name) => {
      expect(isZone(name)).toBe(false)
      expect(() => zoneOf(name)).toThrow(AppError)
      expect(() => zoneOf(name)).toThrow(`There is no time zone "${name}"`)
    },
  )
})
