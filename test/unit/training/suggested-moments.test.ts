// Which seconds are suggested, and at which second each is entered.
import { expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND, epochMs } from '../../../src/core/time.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import { candidateBlocks } from '../../../src/training/suggestions/candidates.ts'
import {
  chooseMoments,
  type ChosenMoment,
  type ScoredSecond,
} from '../../../src/training/suggestions/choose-moments.ts'
import { openingSecond } from '../../../src/training/suggestions/opening-second.ts'

const second = (at: number, score: number): ScoredSecond => ({ at: epochMs(at), side: 'BUY', score })
const asItIs = (moment: ChosenMoment): Promise<ChosenMoment> => Promise.resolve(moment)

it('asks about the surest, and every third time about the one nearest to doubt', async () => {
  const scores = [0.9, 0.53, 0.1, 0.8, 0.7, 0.45, 0.95]
  const chosen = await chooseMoments(
    scores.map((score, i) => second(i * 2 * MINUTE, score)),
    5,
    asItIs,
  )
  expect(chosen.map(({ score, kind }) => [score, kind])).toEqual([
    [0.95, 'confident'],
    [0.9, 'confident'],
    [0.53, 'uncertain'],
    [0.8, 'confident'],
    [0.7, 'confident'],
  ])
})

it('takes of seconds within two minutes the surest alone, across any border', async () => {
  const scored = [second(119_000, 0.7), second(121_000, 0.8), second(240_999, 0.6), second(241_000, 0.5)]
  const chosen = await chooseMoments(scored, 10, asItIs)
  expect(chosen.map(({ at }) => at)).toEqual([121_000, 241_000])
})

it('keeps moments two minutes apart by where they are entered, and asks about the next in place of one that is refused', async () => {
  const scored = [0, 1, 2, 3].map((i) => second(i * 2 * MINUTE, 0.9 - i / 10))
  const entries = [0, MINUTE, null, 6 * MINUTE]
  const chosen = await chooseMoments(scored, 2, ({ at, kind }) => {
    const entry = entries[at / (2 * MINUTE)] ?? null
    return Promise.resolve(entry === null ? null : { at: epochMs(entry), kind })
  })
  expect(chosen).toEqual([
    { at: 0, kind: 'confident' },
    { at: 6 * MINUTE, kind: 'confident' },
  ])
})

it('enters where two of three seconds reach four fifths of the peak', () => {
  expect(openingSecond([0.1, 0.2, 0.85, 0.9, 0.3, 0.95, 1])).toBe(3)
  expect(openingSecond([0.1, 0.2, 0.3, 1])).toBe(3)
  expect(openingSecond([0.9, 0.1, 0.1, 0.9, 1])).toBe(4)
  expect(openingSecond([Number.NaN, Number.NaN, 0.9, 1])).toBe(3)
  expect(openingSecond([1, 1, 1])).toBe(1)
})

it('looks at every fifth second of the newest day that is neither judged nor too late to have an exit', () => {
  const possible = [rangeOf(0, 40 * HOUR)]
  const judged = [rangeOf(20 * HOUR, 30 * HOUR)]
  const until = epochMs(39 * HOUR)
  const instants = candidateBlocks(possible, judged, until).flatMap(({ instants: own }) => own)
  expect(instants[0]).toBe(15 * HOUR)
  expect(instants.at(-1)).toBe(until)
  expect(instants.filter((at) => at >= 20 * HOUR && at < 30 * HOUR)).toEqual([])
  expect(instants).toHaveLength(((5 + 9) * HOUR) / (5 * SECOND) + 1)
})

it('finds nothing where nothing is possible', () => {
  expect(candidateBlocks([], [], epochMs(HOUR))).toEqual([])
})
