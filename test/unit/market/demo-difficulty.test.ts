// The difficulty contract of the demo market: no single threshold tells true breakouts from false, the features together do.
import { describe, expect, it } from 'vitest'
import { bestThreshold, f1Of, fitLogistic, scoresOf } from '../../../scripts/demo-difficulty/classify.ts'
import { featuresOf, jointFeatures } from '../../../scripts/demo-difficulty/features.ts'
import { loadStretch } from '../../../scripts/demo-difficulty/stretch.ts'

const stretches = [201, 202].map((seed) => loadStretch(seed, 8))
const cases = stretches.map(({ seconds, breakouts }) =>
  breakouts.map((breakout) => ({ seconds, breakout, genuine: breakout.genuine })),
)
const all = cases.flat()

describe('difficulty of the demo market', () => {
  it('no feature alone reaches F1 0.8 on 400 or more breakouts', () => {
    expect(all.length).toBeGreaterThanOrEqual(400)
    const labels = all.map(({ genuine }) => genuine)
    const rows = all.map(({ seconds, breakout }) => featuresOf(seconds, breakout))
    const telling = Object.keys(rows[0]!).filter((name) => {
      const values = rows.map((row) => row[name]!)
      return bestThreshold(values, labels).f1 >= 0.8
    })
    expect(telling).toEqual([])
  })

  it('a logistic regression of the features together reaches F1 0.93 on another seed', () => {
    const [train, test] = cases.map((some) => ({
      inputs: some.map(({ seconds, breakout }) => jointFeatures(seconds, breakout, 20)),
      labels: some.map(({ genuine }) => genuine),
    }))
    const scores = scoresOf(fitLogistic(train!.inputs, train!.labels), test!.inputs)
    expect(f1Of(scores, test!.labels, 0)).toBeGreaterThan(0.93)
  })
})
