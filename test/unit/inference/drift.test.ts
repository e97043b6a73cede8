// Drift: nothing where live is as learnt, a plain word where the market changed, and silence where too little is known.
import { describe, expect, it } from 'vitest'
import type { LearntOn } from '../../../src/contract/drift.ts'
import { MINUTE, epochMs } from '../../../src/core/time.ts'
import { LiveDrift } from '../../../src/inference/drift.ts'
import { plainInputs } from '../../../src/market-state/plain-inputs.ts'
import { allocateInputs, type StateInputs } from '../../../src/market-state/tensors.ts'
import { randomFrom } from '../../../src/nn/random.ts'
import { distributionOf, medianOf, stabilityIndex } from '../../../src/signals/stability.ts'

const START = epochMs(Date.UTC(2124, 0, 15))

/** A state whose minutes go up and down by about `step` percent, at about `volume`. */
function stateOf(random: () => number, step: number, volume: number): StateInputs {
  const inputs = allocateInputs(1)
  let price = 100
  for (let slot = 0; slot < 100; slot++) {
    const open = price
    price *= 1 + ((random() - 0.5) * step) / 50
    const size = volume * (0.5 + random())
    inputs.tensors.ohlcv_1m.set([open, Math.max(open, price), Math.min(open, price), price, size], slot * 5)
  }
  return inputs
}

const scores = (score: number) => ({ BUY: score, SELL: 0, HOLD: 1 - score })

/** As a checkpoint keeps it. */
function learntOf(random: () => number): LearntOn {
  const states = Array.from({ length: 400 }, () => plainInputs(stateOf(random, 0.1, 5).tensors.ohlcv_1m))
  const of = (values: number[]) => distributionOf(values)!
  return {
    volatility: of(states.map(({ volatility }) => volatility)),
    volume: of(states.map(({ volume }) => volume)),
    range: of(states.map(({ range }) => range)),
    score: of(states.map(() => 0.2 * random())),
  }
}

describe('a session’s drift', () => {
  const random = randomFrom(3)
  const learnt = learntOf(random)
  function after(minutes: number, step: number, volume: number) {
    const drift = new LiveDrift()
    for (let i = 0; i < 2 * minutes; i++)
      drift.saw(epochMs(START + (i * MINUTE) / 2), stateOf(random, step, volume), scores(0.2 * random()))
    return drift
  }

  it('is little on the market that was learnt', () => {
    const { state, minutes, parts, words } = after(600, 0.1, 5).out('s', learnt)
    expect([state, minutes]).toEqual(['known', 600])
    expect(parts.map(({ name, verdict }) => [name, verdict])).toEqual(
      ['volatility', 'volume', 'range', 'score'].map((name) => [name, 'little']),
    )
    expect(words).toMatch(/as those that it learnt on/)
  })

  it('says by how much volume and volatility are others', () => {
    const { words, parts } = after(300, 0.05, 15).out('s', learnt)
    expect(words).toMatch(
      /^Volatility is half of what it learnt on; volume is three times what it learnt on; the range of half an hour is half of what it learnt on\.$/,
    )
    expect(parts[1]).toMatchObject({ name: 'volume', verdict: 'much' })
  })

  it('is too few under an hour, and not known of a checkpoint without a summary; scores only where there are some', () => {
    expect(after(59, 0.1, 5).out('s', learnt)).toMatchObject({
      state: 'too_few',
      words: 'Too few to say: 59 of 60 minutes.',
      parts: [],
    })
    expect(after(61, 0.1, 5).out('s', undefined)).toMatchObject({ state: 'not_known', minutes: 61 })
    const { parts } = after(61, 0.1, 5).out('s', { ...learnt, score: null })
    expect(parts.map(({ name }) => name)).toEqual(['volatility', 'volume', 'range'])
  })
})

describe('the population stability index', () => {
  it('is what its formula says by hand', () => {
    const known = distributionOf(Array.from({ length: 100 }, (_, i) => i))!
    expect(known.edges[4]).toBeCloseTo(49.5, 9)
    expect(medianOf(known)).toBeCloseTo(49.5, 9)
    expect(
      stabilityIndex(
        known,
        Array.from({ length: 100 }, (_, i) => i),
      ),
    ).toBe(0)
    // All in the first bin: (1 − 0.1) ln 10 there, and nine times (0.005 − 0.1) ln 0.05.
    const all = stabilityIndex(
      known,
      Array.from({ length: 100 }, () => 0),
    )
    expect(all).toBeCloseTo(0.9 * Math.log(10) + 9 * (0.005 - 0.1) * Math.log(0.05), 9)
  })

  it('takes values that are all one for what they are', () => {
    const known = distributionOf([0, 0, 0, 0])!
    expect(stabilityIndex(known, [0, 0])).toBe(0)
    expect(stabilityIndex(known, [1, 1])).toBeGreaterThan(0.25)
    expect(distributionOf([])).toBeNull()
  })
})

it('plain inputs are of the last thirty minutes that closed', () => {
  const inputs = allocateInputs(1)
  for (let slot = 0; slot < 100; slot++)
    inputs.tensors.ohlcv_1m.set([100, slot < 69 ? 200 : 101, 99, 100, slot < 69 ? 1 : 4], slot * 5)
  inputs.tensors.ohlcv_1m.set([100, 500, 1, 100, 900], 99 * 5)
  expect(plainInputs(inputs.tensors.ohlcv_1m)).toEqual({ volatility: 0, volume: 4, range: 2 })
})
