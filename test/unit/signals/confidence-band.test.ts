// Bands of confidence: named only where the whole interval lies in one, else those it spans.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bandOf, confidenceWords, wholeBand } from '../../../src/signals/confidence-band.ts'
import { confidenceOf } from '../../../src/signals/confidence.ts'

it('is high over 70, medium from 50 to 70, low under 50', () => {
  expect([70.1, 70, 50, 49.9].map(bandOf)).toEqual(['high', 'medium', 'medium', 'low'])
})

it('names a band only where the whole interval lies in it', () => {
  expect(wholeBand([71, 90])).toBe('high')
  expect(wholeBand([50, 70])).toBe('medium')
  expect(wholeBand([69, 90])).toBeNull()
  expect(wholeBand(null)).toBeNull()
})

it('says which bands an interval spans, and how little speaks', () => {
  expect(confidenceWords([60, 80], 100)).toBe('High or Medium')
  expect(confidenceWords([45, 89], 13)).toBe('High or Medium or Low, little evidence')
  expect(confidenceWords([10, 20], 30)).toBe('Low')
  expect(confidenceWords(null, 4)).toBe('not calibrated yet')
})

it('has an interval that holds the value, is narrower with more calls, and lies in the band it names', () => {
  const calls = fc.record({
    n: fc.integer({ min: 5, max: 999 }),
    intercept: fc.double({ min: -4, max: 4, noNaN: true }),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  fc.assert(
    fc.property(calls, ({ n, intercept, score }) => {
      const of = (count: number) => confidenceOf({ n: count, hits: 0, intercept, slope: 0.5 }, score)
      const [few, more] = [of(n), of(2 * n)]
      if (few.confidence === null || few.interval === null || more.interval === null) throw new Error('none')
      const [low, high] = few.interval
      expect(few.confidence).toBeGreaterThanOrEqual(low)
      expect(few.confidence).toBeLessThanOrEqual(high)
      expect(more.interval[1] - more.interval[0]).toBeLessThan(high - low)
      const spans = bandOf(low) !== bandOf(high)
      expect(wholeBand(few.interval)).toBe(spans ? null : bandOf(few.confidence))
    }),
  )
})
