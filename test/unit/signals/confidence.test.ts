// Calibration of calls: shrinkage, monotony, intervals, and silence under thirty calls.
import { describe, expect, it } from 'vitest'
import { confidenceOf, fitCalibration, wilson, type ScoredCall } from '../../../src/signals/confidence.ts'

/** `perScore` calls at each score, of which the given share hit. */
function calls(shares: readonly (readonly [score: number, share: number])[], perScore: number): ScoredCall[] {
  return shares.flatMap(([score, share]) =>
    Array.from({ length: perScore }, (_, index) => ({ score, hit: index < Math.round(share * perScore) })),
  )
}

describe('confidence', () => {
  it('is not calibrated under thirty calls', () => {
    expect(confidenceOf(null, 0.9)).toEqual({ confidence: null, n: 0, interval: null })
    const few = fitCalibration(calls([[0.8, 0.5]], 29))
    expect(confidenceOf(few, 0.9)).toEqual({ confidence: null, n: 29, interval: null })
    expect(confidenceOf(fitCalibration(calls([[0.8, 0.5]], 30)), 0.9).confidence).not.toBeNull()
  })
  it('finds the share that calls of a score were worth', () => {
    const fitted = fitCalibration(
      calls(
        [
          [0.5, 0.3],
          [0.7, 0.5],
          [0.9, 0.8],
        ],
        400,
      ),
    )
    expect(Math.abs(confidenceOf(fitted, 0.5).confidence! - 30)).toBeLessThan(3)
    expect(Math.abs(confidenceOf(fitted, 0.9).confidence! - 80)).toBeLessThan(3)
  })
  it('stays near the overall share where few calls speak', () => {
    const fitted = fitCalibration(
      calls(
        [
          [0.6, 0.4],
          [0.9, 0.6],
        ],
        15,
      ),
    )
    const low = confidenceOf(fitted, 0.6).confidence!
    const high = confidenceOf(fitted, 0.9).confidence!
    expect(low).toBeGreaterThan(40)
    expect(high).toBeLessThan(60)
    expect(high).toBeGreaterThan(low)
  })
  it('never values a higher score less', () => {
    const inverted = fitCalibration(
      calls(
        [
          [0.6, 0.8],
          [0.9, 0.2],
        ],
        50,
      ),
    )
    expect(inverted.slope).toBe(0)
    expect(confidenceOf(inverted, 0.9).confidence).toBeCloseTo(50, 0)
  })
  it('survives all calls right, and scores of 0 and 1', () => {
    const perfect = fitCalibration(calls([[1, 1]], 40))
    const { confidence, interval } = confidenceOf(perfect, 1)
    expect(confidence).toBeGreaterThan(90)
    expect(confidence).toBeLessThan(100)
    expect(interval![0]).toBeLessThan(confidence!)
    expect(Number.isFinite(confidenceOf(perfect, 0).confidence)).toBe(true)
  })
})

it("gives Wilson's interval as published", () => {
  // 10 of 20: 0.2993 to 0.7007 (Newcombe 1998, method 3).
  const [low, high] = wilson(0.5, 20)
  expect(low).toBeCloseTo(0.2993, 4)
  expect(high).toBeCloseTo(0.7007, 4)
})
