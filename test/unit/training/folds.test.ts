// Episodes and folds: what is one piece of evidence, and what is held out with it.
import { describe, expect, it } from 'vitest'
import { HOUR, SECOND, epochMs } from '../../../src/core/time.ts'
import { marketData, type MarketData } from '../../../src/training/data.ts'
import { EMBARGO, episodesOf } from '../../../src/training/episodes.ts'
import { clearParts, isClearOf, splitOf } from '../../../src/training/folds.ts'
import type { Mark } from '../../../src/training/targets.ts'

const T = 1_700_000_000_000
const A = { venue: 'x', symbol: 'A/B' }
const B = { venue: 'x', symbol: 'C/D' }

/** Marks of 100 s (z 10 s) entered at these seconds. */
function marketWith(market: typeof A, entries: readonly number[], trained = true): MarketData {
  const marks = entries.map((second): Mark => ({
    id: `${market.symbol}${second}`,
    direction: 'LONG',
    entry: epochMs(T + second * SECOND),
    exit: epochMs(T + (second + 100) * SECOND),
    entryPrice: 1,
    exitPrice: 2,
    trained,
  }))
  return marketData({ market, marks, holdSpans: [], holdSource: 'reviewed', stretches: [] })
}
const ids = (marks: readonly Mark[]) => marks.map(({ id }) => id)

describe('episodes', () => {
  it('join marks whose label spans lie less than the embargo apart', () => {
    // The first label span ends at 110 s; those of the others begin 10 s before their entries.
    const near = 110 + EMBARGO / SECOND + 10 - 1
    expect(episodesOf([marketWith(A, [0, near])])).toHaveLength(1)
    expect(episodesOf([marketWith(A, [0, near + 2])])).toHaveLength(2)
  })
  it('join chains, keep markets apart, and leave untrained marks out', () => {
    expect(episodesOf([marketWith(A, [0, 150, 300, 450])])).toHaveLength(1)
    expect(episodesOf([marketWith(A, [0]), marketWith(B, [0])])).toHaveLength(2)
    expect(episodesOf([marketWith(A, [0], false)])).toEqual([])
  })
})

describe('folds', () => {
  it('are none where there is one episode', () => {
    expect(splitOf(episodesOf([marketWith(A, [0, 50])]))).toBeNull()
  })
  it('leave each episode out once, with the seconds nearest to it', () => {
    const split = splitOf(episodesOf([marketWith(A, [0, 2000, 6000])]))!
    expect(split.method).toBe('leave_one_episode_out')
    expect(split.folds.map(({ test }) => ids(test))).toEqual([['A/B0'], ['A/B2000'], ['A/B6000']])
    expect(split.folds.map(({ train }) => train.length)).toEqual([2, 2, 2])
    const borders = split.folds.map(({ regions: [region] }) => [
      (region!.from - T) / SECOND,
      (region!.to - T) / SECOND,
    ])
    expect(borders).toEqual([
      [-Infinity, 1050],
      [1050, 4050],
      [4050, Infinity],
    ])
  })
  it('keep an embargo clear around what is held out', () => {
    const fold = splitOf(episodesOf([marketWith(A, [0, 2000, 6000])]))!.folds[1]!
    const clear = (from: number, to: number, market = A) =>
      isClearOf(fold, market, epochMs(T + from * SECOND), epochMs(T + to * SECOND))
    expect(clear(900, 950)).toBe(true)
    expect(clear(900, 951)).toBe(false)
    expect(clear(2000, 2001)).toBe(false)
    expect(clear(4149, 4200)).toBe(false)
    expect(clear(4150, 4200)).toBe(true)
    expect(clear(2000, 2001, B)).toBe(true)
    expect(isClearOf(null, A, epochMs(T), epochMs(T))).toBe(true)
  })
  it('leave the clear parts of a range to the training', () => {
    const fold = splitOf(episodesOf([marketWith(A, [0, 2000, 6000])]))!.folds[1]!
    const parts = clearParts(fold, A, {
      from: epochMs(T),
      to: epochMs(T + 5000 * SECOND),
    })
    expect(parts.map(({ from, to }) => [(from - T) / SECOND, (to - T) / SECOND])).toEqual([
      [0, 950],
      [4150, 5000],
    ])
  })
  it('from fifty episodes on hold the last fifth in time out, purged by label span', () => {
    const entries = Array.from({ length: 60 }, (_, i) => (i * HOUR) / SECOND)
    // One mark of another market whose label span reaches into the last fifth.
    const other = marketWith(B, [(48 * HOUR) / SECOND - 105])
    const split = splitOf(episodesOf([marketWith(A, entries), other]))!
    expect(split.method).toBe('last_20_percent')
    const [fold] = split.folds
    expect(split.folds).toHaveLength(1)
    expect(fold!.test).toHaveLength(12)
    expect(fold!.train).toHaveLength(48)
    expect(ids([...fold!.train, ...fold!.test])).not.toContain(other.marks[0]!.id)
    expect(fold!.regions.map(({ from }) => from)).toEqual([
      T + 48 * HOUR - 10 * SECOND,
      T + 48 * HOUR - 10 * SECOND,
    ])
  })
})
