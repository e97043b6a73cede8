// Accounts and values of the market as it is and upside down, by the formulas that their matrices stand for.
import { describe, expect, it } from 'vitest'
import { accountTwins, mirroredValues } from '../../../../src/models/agent/mirrored.ts'
import { dropAll } from '../../../../src/models/training-mode.ts'
import { randomFrom } from '../../../../src/nn/random.ts'
import { constant, scalar, type Value } from '../../../../src/nn/value.ts'
import { evaluate, numbersOf } from '../../nn/evaluate.ts'

const HIDDEN = 4
const accounts = [
  [0, 0, 0],
  [1, 2.5, 40],
  [-1, -30, 7],
]
const account = constant(accounts.flat(), 'float32', [3, 3])

/** Output layers have weights of their own, which are replaced by an identity here: hidden units are what is put out. */
const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]

async function valuesOf(towers: readonly number[][]): Promise<number[][]> {
  const parts = towers.map((numbers, i) => ({
    name: `tower${i}`,
    hidden: constant(numbers, 'float32', [3, 2, HIDDEN]),
  }))
  const values = mirroredValues(parts as [(typeof parts)[0]], account)
  const flat = await numbersOf(withIdentity(values))
  return [0, 1, 2].map((row) => flat.slice(3 * row, 3 * row + 3))
}

/** The same value with parameters exchanged for constants. */
function withIdentity(value: Value): Value {
  const { source, shape } = value
  if (source.kind === 'parameter') {
    const numbers = shape.length === 2 ? identity : [0, 0, 0]
    return constant(numbers, 'float32', shape)
  }
  if (source.kind !== 'operation') return value
  return { ...value, source: { ...source, inputs: source.inputs.map(withIdentity) } }
}

/** Of what is put out for a row: entering, holding, the state, as it is and upside down. */
function byHand(row: readonly number[], position: number): number[] {
  const [buyAdds, , , , sellAdds] = row as [number, number, number, number, number]
  const holdAdds = (row[1]! + row[HIDDEN + 1]!) / 2
  const state = (row[2]! + row[HIDDEN + 2]!) / 2
  const mean = (buyAdds + sellAdds + holdAdds) / 3
  const [buy, sell, hold] = [buyAdds, sellAdds, holdAdds].map((adds) => state + adds - mean) as [
    number,
    number,
    number,
  ]
  return [position > 0 ? hold : buy, position < 0 ? hold : sell, hold]
}

const random = randomFrom(3)
const numbers = (): number[] => Array.from({ length: 3 * 2 * HIDDEN }, () => random() - 0.5)
const rowOf = (all: readonly number[], row: number): number[] =>
  all.slice(2 * HIDDEN * row, 2 * HIDDEN * (row + 1))

describe('mirroredValues', () => {
  it('are what a state is worth and what actions add, as the account stands', async () => {
    const all = numbers()
    const values = await valuesOf([all])
    for (const [row, [position]] of accounts.entries()) {
      for (const [i, value] of byHand(rowOf(all, row), position!).entries())
        expect(values[row]![i]).toBeCloseTo(value, 5)
    }
  })

  it('are of the tower for flat accounts or the one for positions', async () => {
    const [flat, held] = [numbers(), numbers()]
    const values = await valuesOf([flat, held])
    for (const [row, [position]] of accounts.entries()) {
      const said = position === 0 ? flat : held
      for (const [i, value] of byHand(rowOf(said, row), position!).entries())
        expect(values[row]![i]).toBeCloseTo(value, 5)
    }
  })

  it('of the action on its own side are those of holding, to the bit', async () => {
    const values = await valuesOf([numbers(), numbers()])
    expect(values[1]![0]).toBe(values[1]![2])
    expect(values[2]![1]).toBe(values[2]![2])
    expect(values[0]![0]).not.toBe(values[0]![2])
  })
})

describe('accountTwins', () => {
  it('tell the position as it is and upside down, limited P&L and the log of the seconds held', async () => {
    const told = await numbersOf(accountTwins(account))
    const log = (seconds: number): number => 0.2 * Math.log(1 + seconds)
    const expected = [
      [0, 0, 0, 0, 0, 0, 0, 0],
      [1, 0, 0.5, log(40), 0, 1, 0.5, log(40)],
      [0, 1, -4, log(7), 1, 0, -4, log(7)],
    ].flat()
    expected.forEach((value, i) => expect(told[i]).toBeCloseTo(value, 5))
  })
})

describe('dropAll', () => {
  const ones = (size: number): Value => constant(new Float32Array(size).fill(1), 'float32', [size])
  const sizes = [[4000], [4000]] as const

  it('drops its share of each tensor, other elements of each', async () => {
    const mode = { step: scalar(3, 'int64'), seed: 1 }
    const [first, second] = dropAll(sizes, 0.25, 1, mode)
    const { a, b } = await evaluate({ a: first(ones(4000)), b: second(ones(4000)) })
    for (const kept of [a!, b!]) {
      expect(kept.filter((x) => x === 0).length / 4000).toBeCloseTo(0.25, 1)
      for (const x of kept) expect(x === 0 || Math.abs(x - 4 / 3) < 1e-6).toBe(true)
    }
    const both = a!.filter((x, i) => x === 0 && b![i] === 0)
    expect(both.length / 4000).toBeCloseTo(0.25 ** 2, 1)
  })

  it('drops nothing in use, and the share that a run asks for', async () => {
    const [asIs] = dropAll(sizes, 0.25, 1, undefined)
    expect(asIs(account)).toBe(account)
    const [none] = dropAll(sizes, 0.25, 1, { step: scalar(3, 'int64'), seed: 1, dropout: 0 })
    expect(none(account)).toBe(account)
  })
})
