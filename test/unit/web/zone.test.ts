// Times in another zone: written by its rules, read in it, refused where its clocks skip or repeat them.
import { afterEach, describe, expect, it } from 'vitest'
import { TickMarkType } from 'lightweight-charts'
import { tickText } from '../../../src/web/charts/chart-options.ts'
import { dateTime, utcDate } from '../../../src/web/state/format.ts'
import { lookIn, lookStore, periodsIn, swingIn, USUAL } from '../../../src/web/state/look.ts'
import { parseTime, timeAfter, timeTrouble, typedTime } from '../../../src/web/state/typed-time.ts'
import { instantsOf, offsetAt, wallDay, zoneName } from '../../../src/web/state/zone.ts'
import { DAY, HOUR, MINUTE } from '../../../src/web/state/timeframes.ts'

const BERLIN = 'Europe/Berlin'
/** Clocks went back from 03:00 to 02:00, and forward from 02:00 to 03:00. */
const back = Date.UTC(2024, 9, 27, 1)
const forward = Date.UTC(2024, 2, 31, 1)
const usual = process.env['TZ']

/** Shows the browser's own zone, which is `zone`. */
function showLocal(zone: string): void {
  process.env['TZ'] = zone
  lookStore.set({ zone: 'local' })
}

afterEach(() => {
  lookStore.set(USUAL)
  if (usual === undefined) delete process.env['TZ']
  else process.env['TZ'] = usual
})

describe('offsets', () => {
  it('are those of the zone at the instant', () => {
    expect(offsetAt(back - 1, BERLIN)).toBe(2 * HOUR)
    expect(offsetAt(back, BERLIN)).toBe(HOUR)
    expect(offsetAt(Date.UTC(2024, 7, 9), 'Asia/Kathmandu')).toBe(345 * MINUTE)
    expect(offsetAt(Date.UTC(2024, 7, 9), 'America/St_Johns')).toBe(-150 * MINUTE)
    expect(offsetAt(back, 'UTC')).toBe(0)
  })

  it('tell one instant for a wall time, two where it is repeated, none where it is skipped', () => {
    expect(instantsOf(Date.UTC(2024, 9, 27, 2, 30), BERLIN)).toEqual([back - HOUR / 2, back + HOUR / 2])
    expect(instantsOf(Date.UTC(2024, 2, 31, 2, 30), BERLIN)).toEqual([])
    expect(instantsOf(Date.UTC(2024, 2, 31, 3, 30), BERLIN)).toEqual([forward + HOUR / 2])
    expect(instantsOf(Date.UTC(2024, 2, 31, 1, 59), BERLIN)).toEqual([forward - MINUTE])
  })
})

describe('times in the zone that is shown', () => {
  it('are UTC as long as nothing else is set', () => {
    process.env['TZ'] = BERLIN
    expect(dateTime(back)).toBe('2024-10-27 01:00:00')
    expect(zoneName(back)).toBe('UTC')
    expect(parseTime('2024-10-27 02:30', 0)).toBe(Date.UTC(2024, 9, 27, 2, 30))
  })

  it('are written and named by its rules', () => {
    showLocal(BERLIN)
    expect(dateTime(back - 1000)).toBe('2024-10-27 02:59:59')
    expect(dateTime(back)).toBe('2024-10-27 02:00:00')
    expect([zoneName(back - 1), zoneName(back)]).toEqual(['UTC+2', 'UTC+1'])
    expect(wallDay(Date.UTC(2024, 7, 8, 22))).toBe(wallDay(Date.UTC(2024, 7, 9, 21)))
  })

  it('are read in it, of the day that the instant falls into there', () => {
    showLocal(BERLIN)
    expect(parseTime('2024-08-09 14:00:05', 0)).toBe(Date.UTC(2024, 7, 9, 12, 0, 5))
    expect(parseTime('00:30', Date.UTC(2024, 7, 8, 22, 15))).toBe(Date.UTC(2024, 7, 8, 22, 30))
    expect(parseTime('2024-08-09 14:00Z', 0)).toBe(Date.UTC(2024, 7, 9, 14))
    expect(parseTime('2024-08-09', 0)).toBe(Date.UTC(2024, 7, 8, 22))
  })

  it('are refused where they happen twice or never, and taken with their offset', () => {
    showLocal(BERLIN)
    const text = '2024-10-27 02:30'
    expect(parseTime(text, 0)).toBeNaN()
    expect(timeTrouble(text, 0)).toBe(
      '2024-10-27 02:30 happens twice in Europe/Berlin: write it with +02:00 or +01:00 after it.',
    )
    expect(parseTime(`${text} +02:00`, 0)).toBe(back - HOUR / 2)
    expect(parseTime(`${text}+01:00`, 0)).toBe(back + HOUR / 2)
    expect(parseTime('2024-08-09 14:00+14:00', 0)).toBe(Date.UTC(2024, 7, 9))
    for (const offset of ['+99:00', '-14:30', '+02:75'])
      expect(timeTrouble(`${text}${offset}`, 0)).toContain('Write a time as')
    expect(timeTrouble('2024-03-31 02:30', 0)).toContain('does not happen in Europe/Berlin')
    expect(timeTrouble('soon', 0)).toContain('(Europe/Berlin)')
    for (const instant of [back - HOUR / 2, back + HOUR / 2, back + DAY])
      expect(parseTime(typedTime(instant), 0)).toBe(instant)
  })

  it('are written as so long after an instant, or before it', () => {
    const after = (text: string) => {
      const time = timeAfter(text, forward)
      return time === null ? null : (time - forward) / 1000
    }
    const texts = ['+45', ' -90s', '+5m', '−1:30', '+1:02:03', '-2h']
    expect(texts.map(after)).toEqual([45, -90, 300, -90, 3723, -7200])
    const others = ['45', '+', '+1:3', '+1:30m', '+5d', '2024-08-09 +01:00']
    expect(others.map(after)).toEqual(others.map(() => null))
  })

  it('stand on the axis by their wall time, and days of UTC by their date', () => {
    showLocal('America/New_York')
    const midnight = Date.UTC(2024, 7, 9)
    expect(tickText(midnight, TickMarkType.DayOfMonth, MINUTE)).toBe('20:00')
    expect(tickText(midnight + 4 * HOUR, TickMarkType.Time, MINUTE)).toBe('00:00')
    expect(tickText(midnight, TickMarkType.DayOfMonth, DAY)).toBe('9')
    expect(utcDate(midnight)).toBe('2024-08-09')
  })
})

describe('what is kept of the look', () => {
  it('is read back, and the usual in place of what cannot be', () => {
    const look = { ...USUAL, theme: 'light', emas: [20, 50], up: '#123abc' } as const
    expect(lookIn(JSON.stringify(look))).toEqual(look)
    expect(lookIn('{"theme":"pink","emas":[1,"x",20],"up":"red","breaks":3,"swing":-3}')).toEqual({
      ...USUAL,
      emas: [20],
    })
    for (const text of [null, '', 'null', '[', '7']) expect(lookIn(text)).toEqual(USUAL)
  })

  it('takes the seconds on either side of a swing’s ends', () => {
    expect([swingIn('30'), swingIn(' 120 ')]).toEqual([30, 120])
    for (const text of ['', ' ', '0', '-10', '601', 'x', '20.5', '1,5'])
      expect(swingIn(text)).toHaveProperty('refusal')
  })

  it('takes whole periods', () => {
    expect(periodsIn(' 20, 50 200')).toEqual([20, 50, 200])
    expect(periodsIn('')).toEqual([])
    for (const text of ['1', '2.5', 'x', '5 6 7 8 9', '501'])
      expect(periodsIn(text)).toHaveProperty('refusal')
  })
})
