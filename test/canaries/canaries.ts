// Canaries, asked of any model: a planted future is found, noise stays noise, and the clock gives nothing away.
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND, epochMs, type EpochMs } from '../../src/core/time.ts'
import { isAgent, type ModelDefinition } from '../../src/models/model.ts'
import { MODELS } from '../../src/models/registry.ts'
import { chooseRule, f1Of, ruleAt } from '../../src/training/evaluation/choose-rule.ts'
import { allStretches, annotationExamples } from '../../src/training/examples/example.ts'
import { callsOf, marksIn, type ScoredSeconds } from '../../src/training/evaluation/score-calls.ts'
import { drawHolds } from '../../src/training/examples/holds.ts'
import { Random } from '../../src/training/data/random.ts'
import { markAt, rankShare, reviewedMarket, scoresAsOf, trainAndAsk, trainingData } from './canary.ts'
import { BEGIN, FIRST_STATE, SIGMA, madeMarket, noise, type MadeMarket, type Second } from './market.ts'

type Make = (seconds: readonly Second[], seed: number) => MadeMarket

const HOURS = 6
const RANGE = { from: FIRST_STATE, to: epochMs(BEGIN + HOURS * HOUR - 5 * MINUTE) }
const HOLDING = 60

/** Real time on a machine that others slow down, too. */
const PATIENCE = 300_000

const at = (second: number) => epochMs(FIRST_STATE + second * SECOND)
const indexOf = (instant: EpochMs) => (instant - BEGIN) / SECOND

/** Entries every 400 to 500 seconds of the range. */
function entries(seed: number, phase?: number): EpochMs[] {
  const random = new Random(seed, 403)
  const found: EpochMs[] = []
  for (let second = 200; at(second + HOLDING) < RANGE.to; second += 400 + random.below(100)) {
    const whole = phase === undefined ? second : Math.ceil(second / 60) * 60 + phase
    if (at(whole + HOLDING) < RANGE.to) found.push(at(whole))
  }
  return found
}

/** Before and during each entry zone the wick, the volume and the book tell which way the price goes for a minute after it. */
function planted(seed: number, made: Make): { market: MadeMarket; sides: Map<EpochMs, 'LONG' | 'SHORT'> } {
  const random = new Random(seed, 404)
  const seconds: Second[] = noise(HOURS, seed)
  const sides = new Map<EpochMs, 'LONG' | 'SHORT'>()
  for (const entry of entries(seed)) {
    const isUp = random.uniform() < 0.5
    sides.set(entry, isUp ? 'LONG' : 'SHORT')
    const first = indexOf(entry)
    for (let i = first - 3; i < first + 8; i++) {
      const second = seconds[i]!
      second.volume *= 30
      if (isUp) second.up += 10 * SIGMA
      else second.down += 10 * SIGMA
      second[isUp ? 'bid' : 'ask'] *= 20
    }
    for (let i = first + 8; i < first + HOLDING; i++) seconds[i]!.move += (isUp ? 1 : -1) * SIGMA
  }
  return { market: made(seconds, seed), sides }
}

/** `npm run canaries` asks every model; `npm test` leaves out those that take minutes. */
const ASKS_ALL = process.env['npm_lifecycle_event'] === 'canaries'

export interface CanaryOptions {
  /** Takes more than a minute of one core. */
  readonly isSlow?: boolean
}

/** Declares the four tests of the model `id`, which must be among the registered ones. */
export function canariesOf(id: string, options: CanaryOptions = {}): void {
  const { isSlow = false } = options
  const model = MODELS.find((one) => one.id === id)
  const isSkipped = isSlow && !ASKS_ALL
  const title = `canaries of ${id}${isSkipped ? ' (skipped: they take minutes; npm run canaries)' : ''}`
  describe.skipIf(isSkipped)(title, { timeout: PATIENCE }, () => {
    it('knows its model', () => expect(model?.id).toBe(id))
    if (model !== undefined) declare(model)
  })
}

function declare(model: ModelDefinition): void {
  const made: Make = (seconds, seed) => madeMarket(seconds, seed, model.needs.includes('order_book'))

  it('finds a planted feature that gives the future away', async () => {
    const marked = (seed: number) => {
      const { market, sides } = planted(seed, made)
      const marks = [...sides].map(([entry, side]) => markAt(market.slice, entry, HOLDING, side))
      return { market, data: reviewedMarket(market, RANGE, marks) }
    }
    const [train, { market, data: test }] = [marked(1), marked(2)]
    const seconds = await trainAndAsk(model, train.data, market, [RANGE])
    const marks = marksIn(seconds, [test])
    const { report } = chooseRule(seconds, marks, [test], {
      falseCallsPerHour: 1,
      falseCallPrice: 0.5,
      pauseSeconds: 6,
    })
    expect(marks.length).toBeGreaterThan(15)
    expect(f1Of(report)).toBeGreaterThan(0.95)
  })

  it('says nothing of noise: the side that paid scores no higher than any second', async () => {
    const marked = (seed: number) => {
      const market = made(noise(HOURS, seed), seed)
      const marks = entries(seed).map((entry) => markAt(market.slice, entry, HOLDING))
      return reviewedMarket(market, RANGE, marks)
    }
    const test = made(noise(HOURS, 12), 12)
    // A second every minute and a half, with the side that paid after it.
    const asked = Array.from({ length: 110 }, (_, i) => markAt(test.slice, at(90 * i + 60), HOLDING))
    const instants = asked.map(({ entry }) => ({ from: entry, to: epochMs(entry + SECOND) }))
    // An agent's answer hangs on what it holds, that is on every second before.
    const seconds = await trainAndAsk(model, marked(11), test, isAgent(model) ? [RANGE] : instants)
    const buys = asked.filter(({ direction }) => direction === 'LONG')
    const sells = asked.filter(({ direction }) => direction === 'SHORT')
    const leaning = (marks: typeof asked) =>
      marks.map(({ entry }) => {
        const [buy, sell] = scoresAsOf(seconds, entry)
        return buy - sell
      })
    const { share, error } = rankShare(leaning(buys), leaning(sells))
    expect(Math.abs(share - 0.5)).toBeLessThan(3 * error)
  })

  it('learns nothing from the second, the hour and the weekday', async () => {
    // The price stands still, and the volume rises with the second, the hour and the weekday: all that the candles tell is the time.
    const hours = 96
    const still = Array.from({ length: (hours * HOUR) / SECOND }, (_, i): Second => {
      const hour = Math.floor((i * SECOND) / HOUR)
      const volume = 1 + (i % 60) / 30 + (hour % 24) / 24 + Math.floor(hour / 24) / 7
      return { move: 0, up: 0, down: 0, volume, bid: volume, ask: volume }
    })
    const market = made(still, 21)
    const random = new Random(21, 405)
    // From noon to four, at :17 of some minute.
    const marks = Array.from({ length: hours }, (_, hour) => hour)
      .filter((hour) => hour % 24 >= 12 && hour % 24 < 16)
      .flatMap((hour) =>
        [0, 20, 40].map((minute) => {
          const entry = epochMs(BEGIN + hour * HOUR + (minute + random.below(18)) * MINUTE + 17 * SECOND)
          const mark = markAt(market.slice, entry, HOLDING, random.uniform() < 0.5 ? 'LONG' : 'SHORT')
          return { ...mark, exitPrice: mark.entryPrice * (mark.direction === 'LONG' ? 1.01 : 0.99) }
        }),
      )
    const middle = epochMs(BEGIN + (hours / 2) * HOUR)
    const part = (from: EpochMs, to: EpochMs) =>
      reviewedMarket(
        market,
        { from, to },
        marks.filter(({ entry }) => entry > from && entry < to),
      )
    const train = part(FIRST_STATE, middle)
    const test = trainingData(part(middle, epochMs(BEGIN + hours * HOUR - HOUR)))
    const own = annotationExamples(test)
    const holds = drawHolds(
      test.markets,
      own.map(({ instant }) => instant),
      {
        count: 4 * own.length,
        pauseSeconds: 6,
        seed: 8,
      },
    )
    const instants = [...own, ...holds].map(({ instant }) => instant)
    const ranges = instants.map((from) => ({ from, to: epochMs(from + SECOND) }))
    const seconds = await trainAndAsk(model, train, market, ranges)
    const entryScore = ({ instant }: { instant: EpochMs }) => 1 - scoresAsOf(seconds, instant)[2]
    const { share, error } = rankShare(own.map(entryScore), holds.map(entryScore))
    expect(holds.length).toBeGreaterThan(own.length)
    expect(allStretches(test.markets)).toHaveLength(1)
    expect(Math.abs(share - 0.5)).toBeLessThan(3 * error)
  })

  it('does not fire at :00 because all annotations stand there', async () => {
    const train = made(withMinuteOpens(noise(HOURS, 31)), 31)
    const marks = entries(31, 0).map((entry) => markAt(train.slice, entry, HOLDING))
    expect(marks.every(({ entry }) => entry % MINUTE === 0)).toBe(true)
    const test = made(withMinuteOpens(noise(HOURS, 32)), 32)
    const seconds = await trainAndAsk(model, reviewedMarket(train, RANGE, marks), test, [RANGE])
    const calls = callsOf(seconds, ruleAt(topScore(seconds, 0.02), 6))
    // With two of three seconds needed, what fires at :00 opens at :01 or :02.
    const early = calls.filter(({ opensAt }) => opensAt % MINUTE < 5 * SECOND).length
    const chance = 5 / 60
    const error = Math.sqrt(chance * (1 - chance) * calls.length)
    expect(calls.length).toBeGreaterThan(10)
    expect(early).toBeLessThan(chance * calls.length + 3 * error)
  })
}

/** As on real markets, more is traded just after the minute: the phase shows. */
function withMinuteOpens(seconds: readonly Second[]): Second[] {
  return seconds.map((second, i) => {
    const factor = i % 60 < 3 ? 5 : 1
    const { volume, bid, ask } = second
    return { ...second, volume: factor * volume, bid: factor * bid, ask: factor * ask }
  })
}

/** The score that a share of the seconds reach, on either side. */
function topScore(seconds: readonly ScoredSeconds[], share: number): number {
  const highest = seconds.flatMap(({ scores }) =>
    Array.from({ length: scores.length / 3 }, (_, i) => Math.max(scores[3 * i]!, scores[3 * i + 1]!)),
  )
  return highest.sort((a, b) => b - a)[Math.floor(share * highest.length)]!
}
