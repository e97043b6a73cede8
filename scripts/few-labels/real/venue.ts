// A visible pattern of a recorded market as a place to learn from few labels: annotated in the first half, tested on the rest.
import { at } from '../../../src/core/at.ts'
import { MINUTE, SECOND, ceilTo, epochMs } from '../../../src/core/time.ts'
import { clip } from '../../../src/market/ranges.ts'
import type { MarketSlice } from '../../../src/market/slice.ts'
import type { TimeRange } from '../../../src/market/types.ts'
import { labelSpan, sideOf, type Mark } from '../../../src/training/data/targets.ts'
import { stretchOf } from '../../../src/training/data/training-data.ts'
import type { MarketCall } from '../../../src/training/evaluation/score-calls.ts'
import { isWithin, testOn, trainingOn } from '../marked-market.ts'
import { sessionsOf } from '../patterns/minute-bars.ts'
import { completionsOf, type Pattern } from '../patterns/pattern.ts'
import type { TrainingPlace, Venue } from '../place.ts'
import { firstState, type RealMarket } from './markets.ts'

/** Every annotation is left so long after its entry, whatever the price did. */
export const HOLDING = 5 * MINUTE

export interface RealPlace {
  readonly market: RealMarket
  readonly slice: MarketSlice
  readonly pattern: Pattern
}

/**
 * Its pattern is looked for once. @returns a venue by its turn: 0 annotates the first ones of the first half, 1 the last ones, others
 * such between; always as many as asked for in a row, reviewed from the end of the one before to the end of the last
 */
export function realVenues({ market, slice, pattern }: RealPlace): (turn: number) => Venue {
  const { recorded, middle } = market
  const begin = firstState(market)
  const sessions = sessionsIn(slice, { from: begin, to: recorded.to })
  const marks = marksOf(slice, pattern).filter((mark) => sessions.some((session) => isWithin(mark, session)))
  const [first, rest] = [
    { from: begin, to: middle },
    { from: middle, to: recorded.to },
  ]
  const own = marks.filter((mark) => isWithin(mark, first))
  const others = marks.filter((mark) => isWithin(mark, rest))
  const test = testOn(slice, others, clip(sessions, rest))
  const reviewed = clip(sessions, first)
  return (turn) => ({
    available: own.length,
    test,
    train: (annotations) =>
      Promise.resolve(own.length < annotations ? null : trainOn(slice, own, reviewed, annotations, turn)),
    perfect: () =>
      test.score(
        others.map((mark) => callAt(mark, slice)),
        HOLDING,
      ),
    close: () => {},
  })
}

function callAt(mark: Mark, { market }: MarketSlice): MarketCall {
  return { id: '', action: sideOf(mark), opensAt: mark.entry, score: 1, market }
}

function trainOn(
  slice: MarketSlice,
  all: readonly Mark[],
  sessions: readonly TimeRange[],
  annotations: number,
  turn: number,
): TrainingPlace {
  const begin = Math.round((all.length - annotations) * turn)
  const marks = all.slice(begin, begin + annotations)
  const from = begin === 0 ? at(sessions, 0).from : epochMs(labelSpan(at(all, begin - 1)).to)
  return trainingOn(
    slice,
    marks,
    clip(sessions, { from: ceilTo(from, SECOND), to: ceilTo(labelSpan(at(marks, -1)).to, SECOND) }),
  )
}

/** Where the market trades. */
function sessionsIn(slice: MarketSlice, range: TimeRange): TimeRange[] {
  const sessions = sessionsOf(slice.series['1m'].candles).map(({ from, length }) => ({
    from: epochMs(from),
    to: epochMs(from + length * MINUTE),
  }))
  return clip(sessions, range)
}

/** Every completion, entered at its instant at the last close. What it earns is another question, so those that lose are learnt, too. */
function marksOf(slice: MarketSlice, pattern: Pattern): Mark[] {
  const { bars } = stretchOf(slice, slice.asOf)
  return completionsOf(pattern, slice.series['1m'].candles)
    .filter(({ at: entry }) => entry >= slice.asOf.from && entry + HOLDING <= slice.asOf.to)
    .map(({ at: entry, direction }) => {
      const exit = epochMs(entry + HOLDING)
      const [entryPrice, exitPrice] = [bars.closeAt(entry), bars.closeAt(exit)]
      const id = `${pattern.id}-${direction}-${entry}`
      return { id, direction, entry, exit, entryPrice, exitPrice, trained: true }
    })
}
