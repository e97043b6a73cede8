// Prioritized replay and n-step returns: the distribution drawn, the weights, the sums and the cuts.
import { describe, expect, it } from 'vitest'
import { NStep, type Step } from '../../../../src/models/agent/n-step.ts'
import { PrioritizedReplay } from '../../../../src/models/agent/prioritized-replay.ts'
import { SumTree } from '../../../../src/models/agent/sum-tree.ts'
import { randomFrom } from '../../../../src/nn/random.ts'

describe('SumTree', () => {
  it('finds the leaf in which the running sum reaches a mass', () => {
    const tree = new SumTree(5)
    for (const [i, value] of [2, 0, 3, 5, 1].entries()) tree.set(i, value)
    expect(tree.total).toBe(11)
    expect([0, 1.9, 2, 4.9, 5, 9.9, 10, 10.9].map((mass) => tree.find(mass))).toEqual([
      0, 0, 2, 2, 3, 3, 4, 4,
    ])
    tree.set(3, 0)
    expect(tree.total).toBe(6)
    expect(tree.find(5.5)).toBe(4)
  })

  it('has the same sums however its leaves came about', () => {
    const [a, b] = [new SumTree(7), new SumTree(7)]
    const values = Array.from({ length: 7 }, randomFrom(4))
    for (const [i, value] of values.entries()) a.set(i, value * 2)
    for (const [i, value] of [...values.entries()].toReversed()) a.set(i, value)
    b.fill(Float64Array.from(values))
    expect(a.total).toBe(b.total)
    expect(a.leaves(7)).toEqual(b.leaves(7))
  })
})

describe('PrioritizedReplay', () => {
  const filled = (errors: readonly number[], exponent: number) => {
    const replay = new PrioritizedReplay({ capacity: 8, exponent, least: 0.5 })
    for (const _ of errors) replay.add()
    replay.update([...errors.keys()], errors)
    return replay
  }

  it('draws rows in proportion to (|error| + least)^α', () => {
    const errors = [0, -1.5, 3.5, 8.5]
    const replay = filled(errors, 0.5)
    const uniform = randomFrom(11)
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 4000; i++) for (const row of replay.draw(5, 1, uniform).rows) counts[row]! += 1
    const priorities = errors.map((error) => Math.sqrt(Math.abs(error) + 0.5))
    const total = priorities.reduce((a, b) => a + b)
    for (const [row, count] of counts.entries())
      expect(count / 20_000).toBeCloseTo(priorities[row]! / total, 2)
  })

  it('makes up for it by weights (N·P)^−β over the largest', () => {
    const replay = filled([0, 1.5], 1)
    const { rows, weights } = replay.draw(4, 0.5, () => 0.5)
    // P = 0.2 and 0.8: the quarters' middles 0.125, 0.375, … of the sum meet row 0 once, row 1 thrice.
    expect([...rows]).toEqual([0, 1, 1, 1])
    const expected = ((2 * 0.8) / (2 * 0.2)) ** -0.5
    expect([...weights]).toEqual([1, expected, expected, expected].map(Math.fround))
  })

  it('gives new rows the highest priority, and overwrites the oldest', () => {
    const replay = new PrioritizedReplay({ capacity: 3, exponent: 1, least: 0 })
    expect([replay.add(), replay.add(), replay.add(), replay.add()]).toEqual([0, 1, 2, 0])
    expect(replay.size).toBe(3)
    replay.update([1], [7])
    expect(replay.add()).toBe(1)
    expect(replay.save().priorities[1]).toBe(7)
  })

  it('goes on from what was saved as if nothing had happened', () => {
    const replay = filled([0.1, 0.7, 3, 0.2], 0.6)
    const copy = new PrioritizedReplay({ capacity: 8, exponent: 0.6, least: 0.5 })
    copy.restore(replay.save())
    for (const each of [replay, copy]) each.update([each.add()], [0.3])
    expect(copy.save()).toEqual(replay.save())
    expect(copy.draw(6, 0.4, randomFrom(2))).toEqual(replay.draw(6, 0.4, randomFrom(2)))
  })
})

describe('NStep', () => {
  const step = (state: string, reward: number, random = false): Step<string> => ({
    state,
    action: 1,
    reward,
    random,
  })

  it('sums n discounted rewards, and leaves γⁿ to the state after them', () => {
    const returns = new NStep<string>(3, 0.5)
    returns.add(step('a', 1))
    expect(returns.ready('b', false)).toEqual([])
    returns.add(step('b', 2))
    expect(returns.ready('c', false)).toEqual([])
    returns.add(step('c', 4))
    expect(returns.ready('d', false)).toEqual([
      { state: 'a', action: 1, return: 1 + 0.5 * 2 + 0.25 * 4, next: 'd', discount: 0.125 },
    ])
    expect(returns.waiting.map(({ state }) => state)).toEqual(['b', 'c'])
  })

  it('is estimated from where an episode was cut off, and from nothing where it ended', () => {
    const of = (how: 'cut' | 'end') => {
      const returns = new NStep<string>(3, 0.5)
      returns.add(step('a', 1))
      returns.add(step('b', 2))
      return returns[how]('end').map((t) => [t.state, t.return, t.discount, t.next])
    }
    expect(of('cut')).toEqual([
      ['a', 2, 0.25, 'end'],
      ['b', 2, 0.5, 'end'],
    ])
    expect(of('end').map(([, , discount]) => discount)).toEqual([0, 0])
  })

  it('stops before a random action, whose reward says nothing of the policy', () => {
    const returns = new NStep<string>(5, 0.5)
    returns.add(step('a', 1))
    returns.add(step('b', 2))
    expect(returns.ready('c', true).map((t) => [t.state, t.return, t.discount, t.next])).toEqual([
      ['a', 2, 0.25, 'c'],
      ['b', 2, 0.5, 'c'],
    ])
    returns.add(step('c', 8, true))
    expect(returns.waiting).toEqual([step('c', 8, true)])
  })
})
