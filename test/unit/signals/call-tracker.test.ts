// The decision rule, second by second: opening, ending, pausing, abstaining.
import { describe, expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import { CallTracker } from '../../../src/signals/call-tracker.ts'
import type { CallRule, Scores } from '../../../src/signals/signal.ts'

const RULE: CallRule = { on: 0.6, off: 0.3, pauseSeconds: 5 }
const START = 1_700_000_000_000

function buy(score: number): Scores {
  return { BUY: score, SELL: 0, HOLD: 1 - score }
}
function sell(score: number): Scores {
  return { BUY: 0, SELL: score, HOLD: 1 - score }
}

/** Feeds one score a second from START; returns what the tracker said of each. */
function track(scores: readonly (Scores | null)[], rule = RULE) {
  const tracker = new CallTracker(rule)
  return scores.map((score, second) => tracker.feed(epochMs(START + second * SECOND), score))
}
function openings(scores: readonly (Scores | null)[], rule = RULE): number[] {
  return track(scores, rule).flatMap(({ opens }, second) => (opens ? [second] : []))
}

describe('opening', () => {
  it('needs two of the last three seconds at `on` or above', () => {
    expect(openings([buy(0.6)])).toEqual([])
    expect(openings([buy(0.6), buy(0.6)])).toEqual([1])
    expect(openings([buy(0.6), buy(0.1), buy(0.6)])).toEqual([2])
    expect(openings([buy(0.6), buy(0.1), buy(0.1), buy(0.6)])).toEqual([])
    expect(openings([buy(0.59), buy(0.59), buy(0.59)])).toEqual([])
  })
  it('never mixes the sides', () => {
    expect(openings([buy(0.7), sell(0.7), buy(0.1), sell(0.7)])).toEqual([3])
    expect(track([buy(0.7), sell(0.7), buy(0.1), sell(0.7)])[3]?.action).toBe('SELL')
  })
  it('counts an abstaining or missing second as under every threshold', () => {
    expect(openings([buy(0.9), null, null, buy(0.9)])).toEqual([])
    const tracker = new CallTracker(RULE)
    tracker.feed(epochMs(START), buy(0.9))
    expect(tracker.feed(epochMs(START + 3 * SECOND), buy(0.9)).opens).toBe(false)
    expect(tracker.feed(epochMs(START + 4 * SECOND), buy(0.9)).opens).toBe(true)
  })
  it('says what opened, when and how strongly', () => {
    const opened = track([buy(0.7), buy(0.8)])[1]
    expect(opened?.call).toMatchObject({ action: 'BUY', opensAt: START + SECOND, score: 0.8 })
    expect(opened?.action).toBe('BUY')
  })
})

describe('ending', () => {
  const opened = [buy(0.7), buy(0.7)]
  const hold = (seconds: number, score: Scores | null) => Array.from({ length: seconds }, () => score)

  it('takes ten seconds in a row under `off`', () => {
    const under = track([...opened, ...hold(9, buy(0.29)), buy(0.3), ...hold(10, buy(0.29))])
    expect(under.findIndex(({ action }, second) => second > 1 && action === 'HOLD')).toBe(2 + 9 + 1 + 9)
  })
  it('takes abstaining seconds as under `off`', () => {
    expect(track([...opened, ...hold(10, null)]).at(-1)?.action).toBe('HOLD')
    expect(track([...opened, ...hold(9, null)]).at(-1)?.action).toBe('BUY')
  })
  it('comes after sixty seconds at the latest, then nothing opens for the pause', () => {
    const seconds = track(hold(80, buy(0.9)))
    expect(seconds.findIndex(({ action }, second) => second > 1 && action === 'HOLD')).toBe(61)
    expect(openings(hold(80, buy(0.9)))).toEqual([1, 61 + 5 + 1])
  })
  it('comes with the opposite call, which opens at once', () => {
    const seconds = track([...opened, sell(0.7), sell(0.7), sell(0.7)])
    expect(seconds.map(({ action }) => action)).toEqual(['HOLD', 'BUY', 'BUY', 'SELL', 'SELL'])
    expect(seconds[3]?.opens).toBe(true)
    expect(seconds[3]?.call?.id).not.toBe(seconds[1]?.call?.id)
  })
})

it('rejects seconds that do not ascend', () => {
  const tracker = new CallTracker(RULE)
  tracker.feed(epochMs(START), null)
  expect(() => tracker.feed(epochMs(START), null)).toThrow(RangeError)
})

it('treats a long silence like seconds that abstain', () => {
  const fed = new CallTracker(RULE)
  const skipped = new CallTracker(RULE)
  for (const tracker of [fed, skipped]) {
    tracker.feed(epochMs(START), buy(0.9))
    tracker.feed(epochMs(START + SECOND), buy(0.9))
  }
  for (let second = 2; second < 500; second++) fed.feed(epochMs(START + second * SECOND), null)
  const after = [500, 501].map((second) => epochMs(START + second * SECOND))
  expect(after.map((second) => skipped.feed(second, buy(0.9)))).toEqual(
    after.map((second) => fed.feed(second, buy(0.9))),
  )
})
