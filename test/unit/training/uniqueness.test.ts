// How much each annotation says that no other does, on spans worked out by hand.
import { describe, expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import { marketData } from '../../../src/training/data/training-data.ts'
import { annotationExamples } from '../../../src/training/examples/example.ts'
import type { Mark } from '../../../src/training/data/targets.ts'
import { uniquenessOf, windowOverlap } from '../../../src/training/examples/uniqueness.ts'
import { allocateInputs } from '../../../src/market-state/tensors.ts'

const T = 1_700_000_000_000
/** Marks of 300 s, z 30 s: label spans of 360 s and a millisecond. */
const marketWith = (...entries: readonly number[]) => {
  const marks = entries.map((second, i): Mark => ({
    id: String(i),
    direction: 'LONG',
    entry: epochMs(T + second * SECOND),
    exit: epochMs(T + (second + 300) * SECOND),
    entryPrice: 1,
    exitPrice: 2,
    trained: true,
  }))
  return marketData({
    market: { venue: 'x', symbol: 'A/B' },
    marks,
    holdSpans: [],
    holdSource: 'reviewed',
    stretches: [],
  })
}

describe('average uniqueness', () => {
  const of = (...entries: number[]) => [...uniquenessOf([marketWith(...entries)]).values()]
  it('is 1 alone, 1/2 of two equal ones, 1/3 of three', () => {
    expect(of(0, 1000)).toEqual([1, 1])
    expect(of(0, 0)).toEqual([0.5, 0.5])
    expect(of(0, 0, 0)[0]).toBeCloseTo(1 / 3, 12)
  })
  it('counts the overlapping part by how many share it', () => {
    // The second begins 180 s after the first: half of each span is its own.
    const [first, second] = of(0, 180)
    expect(first).toBeCloseTo(0.75, 4)
    expect(second).toBeCloseTo(0.75, 4)
  })
  it('weighs training examples', () => {
    const data = marketWith(0, 0, 5000)
    const cases = data.marks.map(({ id }) => ({ markId: id, testCaseId: id, sha256: '' }))
    const examples = annotationExamples({
      markets: [data],
      cases,
      states: allocateInputs(3),
      leftOut: [],
      warnings: [],
    })
    expect(examples.map(({ weight }) => weight)).toEqual([0.5, 0.5, 1])
  })
})

it('tells the overlap of input windows apart from that of labels', () => {
  expect(windowOverlap([marketWith(0, 1000)])).toBe(0)
  expect(windowOverlap([marketWith(0, 0)])).toBe(1)
  expect(windowOverlap([marketWith(0, 75)])).toBeCloseTo(0.25, 12)
  expect(windowOverlap([marketWith()])).toBeNull()
})
