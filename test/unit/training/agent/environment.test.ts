// The environment by hand: fills at the next second's open, rewards that sum to the log of the equity, where episodes start and end.
import { describe, expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../../src/core/time.ts'
import { logEquity, FLAT } from '../../../../src/signals/paper-account.ts'
import { Environment, drawEpisode, type EpisodeState } from '../../../../src/training/agent/environment.ts'
import { marginsOf } from '../../../../src/training/agent/demonstrations.ts'
import { SecondPrices } from '../../../../src/training/agent/prices.ts'
import { Random } from '../../../../src/training/data/random.ts'
import { START, sliceOf } from '../../../../bench/agents/market.ts'

const [BUY, SELL, HOLD] = [0, 1, 2] as const
const settings = { decisionSeconds: 2, fee: 0.001, halfSpread: 0.0005, rewardUnit: 0.001 }
/** Second i closes at 100 + i, and opens at the close before. */
const rising = sliceOf(Array.from({ length: 60 }, (_, i) => 100 + i))
const environment = new Environment([new SecondPrices(rising)], settings)
const at = (second: number) => epochMs(START + second * SECOND)
const begin = (second: number): EpisodeState => ({
  stretch: 0,
  second: at(second),
  until: at(50),
  account: FLAT,
})

describe('SecondPrices', () => {
  it('knows as of an instant what closed before it, and fills at what opens then', () => {
    const prices = new SecondPrices(rising)
    expect(prices.closeBefore(at(10))).toBe(109)
    expect(prices.openAt(at(10))).toBe(109)
    expect(prices.closeBefore(at(11))).toBe(110)
  })
})

describe('Environment', () => {
  it('fills at the next open, half a spread and a fee worse, and rewards what is known at the next decision', () => {
    const { next, reward, intent, truncated } = environment.step(begin(10), BUY)
    expect([intent, truncated, next.second]).toEqual(['open_long', false, at(12)])
    expect(next.account.entryPrice).toBeCloseTo(109 * 1.0005, 10)
    expect(reward).toBeCloseTo(Math.log(0.999 * (111 / (109 * 1.0005))) / 0.001, 9)
  })

  it('rewards sum to the change of log equity', () => {
    let state = begin(10)
    let sum = 0
    for (const action of [HOLD, BUY, BUY, HOLD, SELL, SELL, HOLD, BUY, HOLD]) {
      const { next, reward } = environment.step(state, action)
      sum += reward
      state = next
    }
    expect(state.account.position).toBe(0)
    expect(sum * settings.rewardUnit).toBeCloseTo(logEquity(state.account, 0), 12)
  })

  it('does not turn round in one step', () => {
    const long = environment.step(begin(10), BUY).next
    expect(environment.step(long, SELL).next.account.position).toBe(0)
  })

  it('is cut off at its limit, with what is open still open', () => {
    const { next, truncated } = environment.step({ ...begin(48), until: at(50) }, BUY)
    expect([truncated, next.account.position]).toEqual([true, 1])
  })

  it('rewards nothing while flat', () => {
    expect(environment.step(begin(10), HOLD).reward).toBe(0)
  })
})

describe('drawEpisode', () => {
  const range = { stretch: 0, from: at(0), to: at(20_000) }
  const mark = {
    stretch: 0,
    side: 1,
    entry: at(9000),
    exit: at(9300),
    zoneEnd: at(9010),
    z: 30_000,
    weight: 1,
  } as const
  const plan = { ranges: [range], reviewed: [{ ...range, to: at(3000) }], marks: [mark], holdingSeconds: 300 }
  const drawing = { ...settings, nearEntries: 0.5, episodeLeast: 10, episodeMost: 20 }
  const draw = (nearEntries: number, from = plan) =>
    Array.from({ length: 400 }, (_, i) =>
      drawEpisode(from, { ...drawing, nearEntries }, new Random(7, i)),
    ).filter((state) => state !== null)

  it('starts 5 to 60 minutes before an entry, flat', () => {
    const before = draw(1).map(({ second, account }) => {
      expect(account).toEqual(FLAT)
      return (mark.entry - second) / 60_000
    })
    expect(Math.min(...before)).toBeGreaterThanOrEqual(5)
    expect(Math.max(...before)).toBeLessThanOrEqual(60)
    expect(Math.max(...before) - Math.min(...before)).toBeGreaterThan(50)
  })

  it('or anywhere in reviewed spans', () => {
    const seconds = draw(0).map(({ second }) => (second - START) / SECOND)
    expect(Math.min(...seconds)).toBeLessThan(200)
    expect(Math.max(...seconds)).toBeLessThan(3000)
    expect(Math.max(...seconds)).toBeGreaterThan(2800)
  })

  it('ends at a limit that does not know the annotation', () => {
    const moved = { ...plan, marks: [{ ...mark, exit: at(9600), zoneEnd: at(9030) }] }
    expect(draw(1, moved)).toEqual(draw(1))
    const minutes = draw(1).map(({ second, until }) => (until - second) / 60_000)
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(10)
    expect(Math.max(...minutes)).toBeLessThanOrEqual(20)
  })

  it('never leaves what may be traded', () => {
    const tight = { ...plan, ranges: [{ ...range, from: at(6000), to: at(7000) }] }
    const states = draw(1, tight)
    expect(states.length).toBeGreaterThan(50)
    for (const { second, until } of states) {
      expect(second).toBeGreaterThanOrEqual(at(6000))
      expect(until).toBeLessThanOrEqual(at(6998))
    }
  })
})

describe('marginsOf', () => {
  it('asks nothing of what does the same in the position', () => {
    expect(marginsOf(BUY, 0, 2)).toEqual([0, 2, 2])
    expect(marginsOf(HOLD, 0, 2)).toEqual([2, 2, 0])
    expect(marginsOf(HOLD, 1, 2)).toEqual([0, 2, 0])
    expect(marginsOf(SELL, 1, 2)).toEqual([2, 0, 2])
    expect(marginsOf(HOLD, -1, 2)).toEqual([2, 0, 0])
  })
})
