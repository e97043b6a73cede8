// Calibration of calls: shrinkage, monotony, intervals, and silence under five calls.
import { describe, expect, it } from 'vitest'
import { confidenceOf, fitCalibration, wilson, type ScoredCall } from '../../../src/signals/confidence.ts'

/** `perScore` calls at each score, of which the given share hit. */
function calls(shares: readonly (readonly [score: number, share: number])[], perScore: number): ScoredCall[] {
  return shares.flatMap(([score, share]) =>
    Array.from({ length: perScore }, (_, index) => ({ score, hit: index < Math.round(share * perScore) })),
  )
}

describe('confidence', () => {
  it('is not calibrated under five calls', () => {
    expect(confidenceOf(null, 0.9)).toEqual({ confidence: null, n: 0, interval: null })
    const few = fitCalibration(calls([[0.8, 0.5]], 4))
    expect(confidenceOf(few, 0.9)).toEqual({ confidence: null, n: 4, interval: null })
    expect(confidenceOf(fitCalibration(calls([[0.8, 0.5]], 5)), 0.9).confidence).not.toBeNull()
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
  it('takes any rising shape from a thousand calls on', () => {
    // A step that no logistic can follow: 20 % up to 0.5, 25 % just above, 90 % from 0.6 on.
    const step = calls(
      [
        [0.3, 0.2],
        [0.5, 0.2],
        [0.51, 0.25],
        [0.6, 0.9],
        [0.9, 0.9],
      ],
      200,
    )
    expect(fitCalibration(step.slice(1)).isotonic).toBeUndefined()
    const fitted = fitCalibration(step)
    expect(fitted.isotonic!.scores).toHaveLength(3)
    expect(fitted.isotonic!.scores[0]).toBeCloseTo(0.4, 12)
    expect(fitted.isotonic!.shares[2]).toBeCloseTo(0.9, 12)
    expect(confidenceOf(fitted, 0.1).confidence).toBeCloseTo(20, 9)
    expect(confidenceOf(fitted, 0.51).confidence).toBeCloseTo(25, 9)
    expect(confidenceOf(fitted, 0.95).confidence).toBeCloseTo(90, 9)
    const between = confidenceOf(fitted, 0.7).confidence!
    expect(between).toBeGreaterThan(25)
    expect(between).toBeLessThan(90)
  })
  it('never falls, and never says 0 or 100 for a handful of calls', () => {
    const noisy = Array.from({ length: 1200 }, (_, i) => ({
      score: i / 1200,
      hit: i === 1199 || (i > 5 && (i * 7919) % 1200 < 0.8 * i),
    }))
    const { shares } = fitCalibration(noisy).isotonic!
    expect(shares.length).toBeGreaterThan(5)
    for (let i = 1; i < shares.length; i++) expect(shares[i]).toBeGreaterThan(shares[i - 1]!)
    expect(shares[0]).toBeGreaterThanOrEqual(0)
    expect(shares.at(-1)).toBeLessThan(1)
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
