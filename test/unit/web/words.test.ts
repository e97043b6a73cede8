// Numbers, times and levels as the page words them.
import { describe, expect, it } from 'vitest'
import type { SignalOut } from '../../../src/contract/inference.ts'
import type { ModelOut } from '../../../src/contract/training.ts'
import {
  changeText,
  decimalsOf,
  duration,
  milliseconds,
  price,
  signedPct,
  volumeText,
} from '../../../src/web/state/format.ts'
import { keyOfMiss, stepIndex } from '../../../src/web/marking/misses.ts'
import { missesOf } from '../../../src/web/state/run-misses.ts'
import { newestUsable } from '../../../src/web/marking/checkpoints.ts'
import { parseTime } from '../../../src/web/state/typed-time.ts'
import { cursorWords } from '../../../src/web/panels/cursor-words.ts'
import { surenessOf } from '../../../src/web/panels/confidence.ts'
import { firstAt, outside } from '../../../src/web/charts/scene.ts'

describe('words', () => {
  it('writes percentages with a sign, and none at zero', () => {
    expect([signedPct(0.421), signedPct(-1.05), signedPct(-0.001)]).toEqual(['+0.42 %', '−1.05 %', '0.00 %'])
  })

  it('writes the change of a price in percent, but not of a price at 0 or below', () => {
    expect([
      changeText(100, 101),
      changeText(17.85, -37.63),
      changeText(-37, -37.63),
      changeText(0, 1),
    ]).toEqual(['+1.00 %', '−310.81 %', '–', '–'])
  })

  it('writes durations, milliseconds, volumes and prices', () => {
    expect([duration(45), duration(312), duration(12_000), duration(187_200)]).toEqual([
      '45 s',
      '5 min 12 s',
      '3 h 20 min',
      '2 d 4 h',
    ])
    expect([milliseconds(4.23), milliseconds(310.4), milliseconds(1940)]).toEqual([
      '4.2 ms',
      '310 ms',
      '1.9 s',
    ])
    expect([volumeText(12.44), volumeText(1204.2), volumeText(38_200), volumeText(1_240_000)]).toEqual([
      '12.4',
      '1,204',
      '38.2k',
      '1.24M',
    ])
    expect(price(2683.1, 2)).toBe('2,683.10')
    expect(decimalsOf([2683.1, 2683.12, 2683])).toBe(2)
  })

  it('never rounds a price away: all digits of a tick, however small', () => {
    const pepe = [0.000000002591, 0.0000000025921, 2.5878e-9]
    expect(decimalsOf(pepe)).toBe(13)
    expect(price(2.5921e-9, decimalsOf(pepe))).toBe('0.0000000025921')
    expect(decimalsOf([1.234e-7])).toBe(10)
    expect(decimalsOf([1e-9])).toBe(9)
    expect(decimalsOf([1e21, 5])).toBe(0)
    // The noise of a binary fraction is none of the price.
    expect(decimalsOf([0.1 + 0.2])).toBe(8)
    // One that is smaller than the market's tick, as a spread may be.
    expect(price(0.00004, 2)).toBe('0.00004')
    expect(price(0, 2)).toBe('0.00')
  })

  it('writes the largest volumes and the smallest in readable units', () => {
    expect([4_308_414_935, 4_098_813_760_000, 4.1e16, 0.00000021].map(volumeText)).toEqual([
      '4.31B',
      '4.10T',
      '4.10e+16',
      '2.10e-7',
    ])
  })

  it('says that nothing is stored only where it was asked for', () => {
    expect(cursorWords('1s', 'held')).toBeNull()
    expect(cursorWords('1s', 'not read')).not.toMatch(/stored/)
    expect(cursorWords('1s', 'reading')).not.toMatch(/stored/)
    expect(cursorWords('1s', 'nothing stored')).toMatch(/No 1s candles are stored/)
  })

  it('reads times as UTC', () => {
    const day = Date.UTC(2024, 7, 9, 15)
    expect(parseTime('2024-08-09 00:00:05', day)).toBe(Date.UTC(2024, 7, 9, 0, 0, 5))
    expect(parseTime('2024-08-09T00:00Z', day)).toBe(Date.UTC(2024, 7, 9))
    expect(parseTime('00:00:05', day)).toBe(Date.UTC(2024, 7, 9, 0, 0, 5))
    expect(parseTime('9:30', day)).toBe(Date.UTC(2024, 7, 9, 9, 30))
    expect(parseTime('tomorrow', day)).toBeNaN()
  })
})

describe('confidence', () => {
  it('says when it is not calibrated, and says nothing for HOLD', () => {
    const signal = { action: 'BUY', confidence: null } as SignalOut
    expect(surenessOf(signal).kind).toBe('uncalibrated')
    expect(surenessOf({ ...signal, action: 'HOLD' }).kind).toBe('none')
    const known = { confidence: 80, confidence_band: null, confidence_words: 'High or Medium' }
    expect(surenessOf({ ...signal, ...known })).toMatchObject({ band: null, words: 'High or Medium' })
  })
})

describe('lists', () => {
  it('preselects the newest checkpoint that works', () => {
    const checkpoint = (version: string, broken: string | null) => ({ version, broken })
    const model = {
      checkpoints: [checkpoint('0001', null), checkpoint('0003', 'no weights'), checkpoint('0002', null)],
    } as unknown as ModelOut
    expect(newestUsable(model)?.version).toBe('0002')
    expect(newestUsable({ checkpoints: [] } as unknown as ModelOut)).toBeNull()
  })

  it('steps round the misses, in time', () => {
    expect([stepIndex(-1, 1, 3), stepIndex(2, 1, 3), stepIndex(0, -1, 3), stepIndex(-1, -1, 3)]).toEqual([
      0, 0, 2, 2,
    ])
    expect(stepIndex(0, 1, 0)).toBe(-1)
    const miss = (timestamp: string) => ({ kind: 'false_call', timestamp }) as never
    const run = {
      validation: { misses: [miss('2024-08-09T00:00:05Z'), miss('2024-08-09T00:00:01Z')] },
    } as never
    expect(missesOf(run).map(keyOfMiss)).toEqual([
      'false_call 2024-08-09T00:00:01Z',
      'false_call 2024-08-09T00:00:05Z',
    ])
    expect(missesOf(null)).toEqual([])
  })

  it('finds what is in view, and what lies outside of spans', () => {
    expect(firstAt([1, 3, 5], 3, (n) => n)).toBe(1)
    expect(firstAt([1, 3, 5], 6, (n) => n)).toBe(3)
    expect(outside([{ from: 10, to: 20 }])).toEqual([
      { from: -Infinity, to: 10 },
      { from: 20, to: Infinity },
    ])
    expect(outside([])).toEqual([{ from: -Infinity, to: Infinity }])
  })
})
