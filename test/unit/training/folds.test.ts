// Episodes and folds: what is one piece of evidence, and what is held out with it.
import { describe, expect, it } from 'vitest'
import { HOUR, SECOND, epochMs } from '../../../src/core/time.ts'
import { marketData, type MarketData } from '../../../src/training/data/training-data.ts'
import { EMBARGO, episodesOf } from '../../../src/training/examples/episodes.ts'
import { clearParts, inGroups, isClearOf, splitOf } from '../../../src/training/examples/folds.ts'
import type { Mark } from '../../../src/training/data/targets.ts'

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
  it('hold out what other markets did at the same time', () => {
    const markets = [marketWith(A, [0, 2000, 6000]), marketWith(B, [2050, 9000])]
    const fold = splitOf(episodesOf(markets))!.folds.find(({ test }) => test[0]!.id === 'A/B2000')!
    expect(ids(fold.train)).toEqual(['A/B0', 'A/B6000', 'C/D9000'])
    const clear = (from: number, to: number) =>
      isClearOf(fold, B, epochMs(T + from * SECOND), epochMs(T + to * SECOND))
    expect(clear(2000, 2010)).toBe(false)
    expect(clear(4000, 4010)).toBe(true)
  })
})

it('few models can share many folds, each held out by one of them', () => {
  const split = splitOf(episodesOf([marketWith(A, [0, 2000, 6000, 9000, 12_000])]))!
  const grouped = inGroups(split, 2)
  expect(grouped.folds.map(({ test }) => ids(test))).toEqual([
    ['A/B0', 'A/B6000', 'A/B12000'],
    ['A/B2000', 'A/B9000'],
  ])
  expect(grouped.folds.map(({ train }) => ids(train))).toEqual([
    ['A/B2000', 'A/B9000'],
    ['A/B0', 'A/B6000', 'A/B12000'],
  ])
  expect(isClearOf(grouped.folds[0]!, A, epochMs(T + 6000 * SECOND), epochMs(T + 6001 * SECOND))).toBe(false)
  expect(inGroups(split, 5)).toBe(split)
})

describe('from fifty episodes on', () => {
  const hours = (count: number) => Array.from({ length: count }, (_, i) => (i * HOUR) / SECOND)

  it('models walk forward over the second half, in five steps', () => {
    const split = splitOf(episodesOf([marketWith(A, hours(60))]))!
    expect(split.method).toBe('walk_forward')
    expect(split.folds.map(({ train, test }) => [train.length, test.length])).toEqual([
      [30, 6],
      [36, 6],
      [42, 6],
      [48, 6],
      [54, 6],
    ])
    // The last two steps are the last 20 % in time.
    expect(split.folds[3]!.regions[0]!.from).toBe(T + 48 * HOUR - 10 * SECOND)
    expect(split.folds[4]!.regions[0]!.to).toBe(Infinity)
  })
  it('nothing after the border is trained on, nor what reaches into it', () => {
    const other = marketWith(B, [(48 * HOUR) / SECOND - 105])
    const split = splitOf(episodesOf([marketWith(A, hours(60)), other]))!
    const fold = split.folds.find(({ test }) => ids(test).includes(`A/B${(48 * HOUR) / SECOND}`))!
    expect(ids(fold.train)).not.toContain(other.marks[0]!.id)
    const border = fold.regions[0]!.from
    expect(isClearOf(fold, A, epochMs(border - 500 * SECOND), epochMs(border - 100 * SECOND))).toBe(true)
    expect(isClearOf(fold, A, epochMs(border - 500 * SECOND), epochMs(border - 99 * SECOND))).toBe(false)
    expect(isClearOf(fold, A, epochMs(border + 900 * HOUR), epochMs(border + 901 * HOUR))).toBe(false)
  })
})

describe('from five reviewed days with annotations on', () => {
  const DAY_SECONDS = 86_400
  /** T is 22:13:20 of its day. */
  const midnight = DAY_SECONDS - ((T / 1000) % DAY_SECONDS)
  const reviewed = (entries: readonly number[], days: number): MarketData => ({
    ...marketWith(A, entries),
    holdSpans: [{ from: epochMs(T), to: epochMs(T + (midnight + (days - 1) * DAY_SECONDS) * SECOND) }],
  })

  it('each day is held out whole', () => {
    const entriesOfDays = [0, 1, 2, 3, 4]
    const entries = entriesOfDays.flatMap((day) => [1000, 9000].map((at) => day * DAY_SECONDS + at))
    const markets = [
      reviewed(
        entries.map((at) => at + midnight - 20_000),
        5,
      ),
    ]
    const split = splitOf(episodesOf(markets), markets)!
    expect(split.method).toBe('leave_one_day_out')
    expect(split.folds).toHaveLength(5)
    expect(split.folds.map(({ test, train }) => [test.length, train.length])).toEqual(
      entriesOfDays.map(() => [2, 8]),
    )
    expect(split.folds[1]!.regions[0]!.from).toBe(T + midnight * SECOND)
  })
  it('a day ends with the episode that began in it', () => {
    const across = midnight - 50
    const entries = [across, ...[1, 2, 3, 4].map((day) => midnight + day * DAY_SECONDS - 40_000)]
    const markets = [reviewed(entries, 5)]
    const split = splitOf(episodesOf(markets), markets)!
    expect(split.method).toBe('leave_one_day_out')
    // Exit 100 s after the entry, z 10 s.
    expect(split.folds[1]!.regions[0]!.from).toBe(T + (across + 110) * SECOND + 1)
  })
  it('four days are not enough, nor days that nobody said were reviewed', () => {
    const four = [
      reviewed(
        [0, 1, 2, 3].map((day) => midnight - 20_000 + day * DAY_SECONDS),
        4,
      ),
    ]
    expect(splitOf(episodesOf(four), four)!.method).toBe('leave_one_episode_out')
    const entries = [0, 1, 2, 3, 4].map((day) => midnight - 20_000 + day * DAY_SECONDS)
    const assumed: MarketData[] = [{ ...reviewed(entries, 5), holdSource: 'assumed' }]
    expect(splitOf(episodesOf(assumed), assumed)!.method).toBe('leave_one_episode_out')
  })
  it('the walk takes whole days', () => {
    const entries = Array.from({ length: 60 }, (_, i) => Math.floor(i / 6) * DAY_SECONDS + (i % 6) * 3000)
    const markets = [
      reviewed(
        entries.map((at) => at + midnight - 20_000),
        10,
      ),
    ]
    const split = splitOf(episodesOf(markets), markets)!
    expect(split.method).toBe('walk_forward_days')
    expect(split.folds.map(({ train, test }) => [train.length, test.length])).toEqual([
      [30, 6],
      [36, 6],
      [42, 6],
      [48, 6],
      [54, 6],
    ])
  })
})
