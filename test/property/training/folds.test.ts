// No label span that a fold is trained on ever overlaps one that it is scored on, and an embargo lies between them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import { allocateInputs } from '../../../src/market-state/tensors.ts'
import type { Market } from '../../../src/market/types.ts'
import { SecondBars } from '../../../src/market-state/bars.ts'
import { marketData, type MarketData, type Stretch } from '../../../src/training/data/training-data.ts'
import { EMBARGO, episodesOf } from '../../../src/training/examples/episodes.ts'
import { clearParts, isClearOf, splitOf, type Fold } from '../../../src/training/examples/folds.ts'
import { HORIZON, pretextPlan } from '../../../src/training/learning/pretext.ts'
import { labelSpan, type Mark } from '../../../src/training/data/targets.ts'
import { uniquenessOf } from '../../../src/training/examples/uniqueness.ts'
import { sliceOfCloses } from '../../unit/training/demo-slice.ts'

const T = 1_700_000_000_000
const at = (second: number) => epochMs(T + second * SECOND)
const NO_STATES = allocateInputs(0)

/** One or two markets with marks anywhere, of any length, close together or days apart, some of them not trained on. */
const markets = fc
  .record({
    span: fc.constantFrom(3_000, 40_000, 900_000),
    entries: fc.array(
      fc.record({
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        seconds: fc.constantFrom(5, 40, 300, 5000),
        isSecond: fc.boolean(),
        trained: fc.constantFrom(true, true, true, false),
      }),
      { minLength: 2, maxLength: 80 },
    ),
    reviewed: fc.boolean(),
  })
  .map(({ span, entries, reviewed }): MarketData[] =>
    [false, true].map((isSecond) => {
      const own = entries.filter((entry) => entry.isSecond === isSecond)
      const marks = own.map(({ share, seconds, trained }, i): Mark => {
        const entry = Math.floor(share * span)
        return {
          id: `${isSecond}${i}`,
          direction: i % 2 === 0 ? 'LONG' : 'SHORT',
          entry: at(entry),
          exit: at(entry + seconds),
          entryPrice: 1,
          exitPrice: 2,
          trained,
        }
      })
      return marketData({
        market: { venue: 'x', symbol: isSecond ? 'C/D' : 'A/B' },
        marks,
        holdSpans: [{ from: at(-1000), to: at(span + 1000) }],
        holdSource: reviewed ? 'reviewed' : 'assumed',
        stretches: [],
      })
    }),
  )

/** Stored long before the marks and long after them, with a hole between. */
function storedStretch(market: Market): Stretch {
  const range = { from: at(-30_000), to: at(930_000) }
  const covered = [
    { from: at(-30_000), to: at(2_000) },
    { from: at(2_500), to: at(930_000) },
  ]
  const empty = sliceOfCloses(at(0), [])
  const series = { ...empty.series, '1s': { ...empty.series['1s'], covered } }
  const slice = { ...empty, market, series }
  return { market, range, slice, bars: new SecondBars(slice, { from: at(0), to: at(1) }) }
}

function forEachFold(data: readonly MarketData[], each: (fold: Fold, index: number) => void): void {
  splitOf(episodesOf(data), data)?.folds.forEach(each)
}

describe('every fold', () => {
  it('is trained on no label span within an embargo of one it is scored on', () => {
    fc.assert(
      fc.property(markets, (data) => {
        forEachFold(data, ({ train, test }) => {
          for (const span of train.map(labelSpan)) {
            for (const held of test.map(labelSpan)) {
              expect(span.to + EMBARGO <= held.from || held.to + EMBARGO <= span.from).toBe(true)
            }
          }
        })
      }),
      { numRuns: 300 },
    )
  })
  it('takes no HOLD within an embargo of where it is scored, nor walks backward', () => {
    fc.assert(
      fc.property(markets, fc.integer({ min: -1000, max: 900_000 }), (data, second) => {
        const walks = splitOf(episodesOf(data), data)?.method.startsWith('walk') === true
        forEachFold(data, (fold) => {
          for (const { market, from, to } of fold.regions) {
            const clear = isClearOf(fold, market, at(second), at(second + 10))
            if (clear) expect(at(second + 10) + EMBARGO <= from || at(second) - EMBARGO >= to).toBe(true)
            if (clear && walks) expect(at(second + 10)).toBeLessThan(from)
            for (const part of clearParts(fold, market, { from: at(-1000), to: at(900_000) })) {
              expect(part.to + EMBARGO <= from || part.from - EMBARGO >= to).toBe(true)
            }
          }
        })
      }),
      { numRuns: 200 },
    )
  })
  it('is pre-trained on no second within an embargo and a horizon of what it holds out, nor where nothing is stored', () => {
    let planned = 0
    fc.assert(
      fc.property(markets, fc.double({ min: 0, max: 1, noNaN: true }), (data, share) => {
        const unlabelled = data.map(({ market }) => storedStretch(market))
        const all = { markets: data, cases: [], states: NO_STATES, leftOut: [], warnings: [], unlabelled }
        forEachFold(data, (fold) => {
          const plan = pretextPlan(all, fold)
          planned += plan === null ? 0 : 1
          for (const { stretch, from, to } of plan?.ranges ?? []) {
            const { market, slice } = unlabelled[stretch]!
            const drawn = from + Math.floor((share * (to - from)) / SECOND) * SECOND
            for (const instant of [from, drawn, to].map(epochMs)) {
              const end = epochMs(instant + HORIZON)
              expect(isClearOf(fold, market, instant, end)).toBe(true)
              expect(slice.series['1s'].covered.some((part) => instant >= part.from && end <= part.to)).toBe(
                true,
              )
            }
          }
        })
      }),
      { numRuns: 200 },
    )
    expect(planned).toBeGreaterThan(100)
  })
  it('is scored on seconds of its own: no second of a market is scored twice', () => {
    fc.assert(
      fc.property(markets, (data) => {
        const regions = (splitOf(episodesOf(data), data)?.folds ?? []).flatMap((fold) => fold.regions)
        for (const symbol of ['A/B', 'C/D']) {
          const own = regions.filter(({ market }) => market.symbol === symbol).sort((a, b) => a.from - b.from)
          for (let i = 1; i < own.length; i++) expect(own[i]!.from).toBeGreaterThanOrEqual(own[i - 1]!.to)
        }
      }),
      { numRuns: 200 },
    )
  })
})

it('uniqueness is 1 where nothing overlaps, and sums to the seconds covered', () => {
  fc.assert(
    fc.property(markets, (data) => {
      const uniqueness = uniquenessOf(data)
      for (const { marks } of data) {
        const spans = marks
          .filter(({ trained }) => trained)
          .map((mark) => ({ id: mark.id, ...labelSpan(mark) }))
        for (const own of spans) {
          const share = uniqueness.get(own.id)!
          expect(share).toBeGreaterThan(0)
          expect(share).toBeLessThanOrEqual(1 + 1e-9)
          const isAlone = spans.every(
            (other) => other === own || other.to <= own.from || other.from >= own.to,
          )
          if (isAlone) expect(share).toBeCloseTo(1, 9)
        }
        // Σ uniqueness · length = length of the union: each covered second is shared out exactly once.
        const shared = spans.reduce((sum, { id, from, to }) => sum + uniqueness.get(id)! * (to - from), 0)
        const edges = spans.toSorted((a, b) => a.from - b.from)
        let [union, end] = [0, -Infinity]
        for (const { from, to } of edges) {
          union += Math.max(0, to - Math.max(from, end))
          end = Math.max(end, to)
        }
        expect(shared).toBeCloseTo(union, 3)
      }
    }),
    { numRuns: 200 },
  )
})
