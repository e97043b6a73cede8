// Augmented views: prices keep their order, volumes their proportions, seconds their moves.
import { describe, expect, it } from 'vitest'
import { TENSOR_NAMES, type TensorName } from '../../../src/contract/timeframes.ts'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import { StateSweep } from '../../../src/market-state/sweep.ts'
import { allocateInputs } from '../../../src/market-state/tensors.ts'
import { augment, tickOf } from '../../../src/training/learning/augment.ts'
import type { Example } from '../../../src/training/examples/example.ts'
import { Random } from '../../../src/training/data/random.ts'
import { Views } from '../../../src/training/learning/views.ts'
import { START, demoSlice } from './demo-slice.ts'

const slice = demoSlice(3, { from: START, to: epochMs(START + 600 * SECOND) })
const TICK = 0.01

function state() {
  const inputs = allocateInputs(1)
  expect(new StateSweep(slice).writeAt(epochMs(START + 300 * SECOND), inputs, 0)).toBe(true)
  return inputs
}
function views(count: number) {
  return Array.from({ length: count }, (_, seed) => {
    const inputs = state()
    augment(inputs, 0, TICK, new Random(seed))
    return inputs.tensors
  })
}
const isSilent = (candles: Float64Array) => candles.every((value, i) => i % 5 !== 4 || value === 0)

describe('a view', () => {
  it('moves prices by less than half a spread, equal ones alike, and keeps their order', () => {
    const { tensors } = state()
    for (const view of views(20)) {
      const shifted = new Map<number, number>()
      for (const name of TENSOR_NAMES) {
        if (isSilent(view[name])) continue
        for (const [i, price] of tensors[name].entries()) {
          if (i % 5 === 4) continue
          const after = view[name][i]!
          if (Math.abs(after - price) >= TICK / 2) expect.fail(`${price} became ${after}`)
          if ((shifted.get(price) ?? after) !== after) expect.fail(`${price} became two prices`)
          shifted.set(price, view[name][i]!)
        }
      }
      const prices = [...shifted].sort(([a], [b]) => a - b).map(([, after]) => after)
      expect(prices).toEqual(prices.toSorted((a, b) => a - b))
    }
  })
  it('multiplies all volumes by one factor', () => {
    const { tensors } = state()
    for (const view of views(5)) {
      const ratios = TENSOR_NAMES.filter((name) => !isSilent(view[name])).flatMap((name) =>
        [...view[name].keys()]
          .filter((i) => i % 5 === 4 && tensors[name][i]! > 0)
          .map((i) => view[name][i]! / tensors[name][i]!),
      )
      expect(Math.max(...ratios) / Math.min(...ratios)).toBeCloseTo(1, 9)
    }
  })
  it('sometimes silences a longer timeframe, never the seconds', () => {
    const all = views(200)
    const share = (name: TensorName) => all.filter((view) => isSilent(view[name])).length / all.length
    expect(share('ohlcv_1s')).toBe(0)
    for (const name of ['ohlcv_1m', 'ohlcv_1h', 'ohlcv_1d'] as const) {
      expect(share(name)).toBeGreaterThan(0.02)
      expect(share(name)).toBeLessThan(0.4)
    }
  })
  it('is the same for the same number', () => {
    expect(views(2)).toEqual(views(2))
  })
})

it('reads the tick off the closes', () => {
  expect(tickOf(Float64Array.of(10, 10, 10.03, 10.02, 10.02))).toBeCloseTo(0.01, 9)
  expect(tickOf(Float64Array.of(10, 10, 10))).toBe(0)
})

describe('batches', () => {
  const example: Example = {
    source: 'annotation',
    label: 0,
    stretch: 0,
    instant: epochMs(START + 300 * SECOND),
    seconds: 12,
    row: 0,
    markId: 'a',
    weight: 1,
  }
  const frozen = state()
  frozen.tensors.ohlcv_1d[0] = 12345
  const made = new Views({ slices: [slice], frozen })

  it("have the frozen state at an annotation's own second, the store's at the others", () => {
    expect(made.plain([example]).tensors).toEqual(frozen.tensors)
    const other = { ...example, row: null }
    expect(made.plain([other]).tensors.ohlcv_1d[0]).not.toBe(12345)
  })
  it('never change the label, and stay inside the seconds of the example', () => {
    const numbers = Array.from({ length: 64 }, (_, i) => i)
    const examples = numbers.map(() => example)
    const { labels, weights, inputs } = made.augmented(examples, numbers, [1, 0, 1])
    expect([...labels].every((label) => label === 0)).toBe(true)
    expect([...weights].every((weight) => weight === 1)).toBe(true)
    const closes = numbers.map((row) => Math.round(inputs.tensors.ohlcv_1s[row * 500 + 498]! * 100) / 100)
    const possible = numbers.slice(0, 12).map((second) => {
      const at = allocateInputs(1)
      new StateSweep(slice).writeAt(epochMs(example.instant + second * SECOND), at, 0)
      return Math.round(at.tensors.ohlcv_1s[498]! * 100) / 100
    })
    for (const close of closes) expect(possible).toContain(close)
    expect(new Set(closes).size).toBeGreaterThan(3)
  })
  it('are the same of states that are kept as of states that are made, of which no view changes any', () => {
    const numbers = Array.from({ length: 64 }, (_, i) => i)
    const hold: Example = { ...example, row: null, source: 'random', instant: epochMs(START + 305 * SECOND) }
    const examples = numbers.map((i) => (i % 2 === 0 ? example : hold))
    const used = new Views({ slices: [slice], frozen })
    used.augmented(examples, numbers, [1, 0, 1])
    const again = used.augmented(examples, numbers, [1, 0, 2])
    const fresh = new Views({ slices: [slice], frozen }).augmented(examples, numbers, [1, 0, 2])
    for (const name of TENSOR_NAMES) {
      const [a, b] = [again, fresh].map(({ inputs }) => Buffer.from(inputs.tensors[name].buffer))
      expect(a?.equals(b ?? Buffer.of()), name).toBe(true)
    }
  })
})
