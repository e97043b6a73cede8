// What of a view is missing, and what fetching it would take, in words.
import { describe, expect, it } from 'vitest'
import type { CandleRow } from '../../../src/contract/shapes.ts'
import { intervalOf } from '../../../src/web/state/interval.ts'
import { CandleWindow } from '../../../src/web/charts/candle-window.ts'
import { costText, lookedAt, missingOf, spanText } from '../../../src/web/history/holes.ts'

const start = Date.UTC(2024, 7, 9)
const at = (second: number) => start + second * 1000
const row = (second: number): CandleRow => [at(second), 1, 1, 1, 1, 1]

function held(from: number, to: number, gap?: { from: number; to: number }): CandleWindow {
  const window = new CandleWindow(intervalOf('1s'))
  const rows = Array.from({ length: to - from }, (_, i) => row(from + i))
  const gaps = gap === undefined ? [] : [{ from: at(gap.from), to: at(gap.to) }]
  window.replace(rows, gaps)
  return window
}

describe('lookedAt', () => {
  it('is the view, without what has not happened yet', () => {
    const spans = lookedAt('1s', { from: at(100), to: at(400) }, null, at(300))
    expect(spans).toEqual([{ from: at(100), to: at(300) }])
  })

  it('is first what a test case needs where the cursor rests elsewhere, then the view', () => {
    const [needed, view] = lookedAt('1s', { from: at(5000), to: at(5400) }, at(1000), at(9000))
    expect(needed!.from).toBeLessThanOrEqual(at(899))
    expect(needed!.to).toBe(at(1060))
    expect(view).toEqual({ from: at(5000), to: at(5400) })
  })

  it('is both as one where they touch', () => {
    expect(lookedAt('1s', { from: at(1000), to: at(1400) }, at(1040), at(9000))).toEqual([
      { from: at(930), to: at(1400) },
    ])
  })

  it('is nothing after the newest second, and never longer than an hour of seconds', () => {
    expect(lookedAt('1s', { from: at(500), to: at(600) }, null, at(400))).toEqual([])
    const [long] = lookedAt('1s', { from: at(0), to: at(20_000) }, null, at(20_000))
    expect(long!.to - long!.from).toBeLessThanOrEqual(3600_000)
    expect(long!.to).toBe(at(20_000))
  })
})

describe('missingOf', () => {
  it('is null where every candle is held', () => {
    expect(missingOf(held(0, 300), { from: at(10), to: at(300) })).toBeNull()
  })

  it('is the part before the first, and all of a view that holds nothing', () => {
    expect(missingOf(held(100, 300), { from: at(10), to: at(200) })).toEqual({ from: at(10), to: at(100) })
    expect(missingOf(held(100, 300), { from: at(10), to: at(50) })).toEqual({ from: at(10), to: at(50) })
    expect(missingOf(held(0, 0), { from: at(10), to: at(50) })).toEqual({ from: at(10), to: at(50) })
  })

  it('is the gaps inside, as far as they are in view', () => {
    const window = held(0, 300, { from: 100, to: 150 })
    expect(missingOf(window, { from: at(0), to: at(300) })).toEqual({ from: at(100), to: at(150) })
    expect(missingOf(window, { from: at(120), to: at(300) })).toEqual({ from: at(120), to: at(150) })
    expect(missingOf(window, { from: at(200), to: at(300) })).toBeNull()
  })
})

describe('words', () => {
  const missing = [{ from: '2024-08-09T00:00:00Z', to: '2024-08-09T00:30:00Z' }]

  it('say how much, from where, and about how long it takes', () => {
    const cost = { missing, way: 'candles' as const, requests: 3, seconds: 0.9 }
    expect(costText('1s', 'binance', cost)).toBe('30 min of 1s candles from binance: about 1 s.')
    expect(costText('1s', 'okx', { ...cost, way: 'trades', seconds: 42 })).toContain(
      'of trades from okx: about 42 s',
    )
  })

  it('say it before the click where the exchange keeps none', () => {
    const cost = { missing, way: 'none' as const, requests: 0, seconds: 0 }
    expect(costText('1s', 'coinbase', cost)).toMatch(/^coinbase keeps no 1s candles/)
  })

  it('name the day once', () => {
    expect(spanText({ from: at(0), to: at(90) })).toBe('08-09 00:00:00 – 00:01:30')
  })
})
