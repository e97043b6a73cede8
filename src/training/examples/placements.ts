// Entries placed at random in the reviewed spans: what the permutation test retrains on.
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import type { TimeRange } from '../../market/types.ts'
import { closeIn, marketData, type MarketData, type TrainingData } from '../data/training-data.ts'
import { EMBARGO, episodesOf, type Episode } from './episodes.ts'
import { usableStates } from './holds.ts'
import type { Random } from '../data/random.ts'
import type { Mark } from '../data/targets.ts'

/** After so many tries an episode may come to lie on another. */
const TRIES = 1000

/**
 * The same data with every episode moved to a random place of its market's reviewed spans: as many annotations, held as long, as far
 * from each other inside an episode, each on the side that paid there, as a trader marks only what paid.
 */
export function placedAtRandom(data: TrainingData, random: Random): TrainingData {
  const markets = data.markets.map((market) => {
    const untouched = market.marks.filter(({ trained }) => !trained)
    const placed = new Placing(market, random).all(episodesOf([market]))
    const marks = [...untouched, ...placed].sort((a, b) => a.entry - b.entry)
    return marketData({ ...market, marks })
  })
  return { ...data, markets }
}

class Placing {
  readonly #market: MarketData
  readonly #random: Random
  readonly #isUsable: (stretch: number, instant: EpochMs) => boolean
  readonly #taken: TimeRange[] = []

  constructor(market: MarketData, random: Random) {
    this.#market = market
    this.#random = random
    this.#isUsable = usableStates(market.stretches)
  }

  all(episodes: readonly Episode[]): Mark[] {
    return episodes.flatMap((episode) => this.#place(episode))
  }

  #place({ span, marks }: Episode): Mark[] {
    const rooms = this.#market.holdSpans.filter(({ from, to }) => to - from > span.to - span.from)
    const total = rooms.reduce((sum, room) => sum + starts(room, span), 0)
    const tries = total > 0 ? TRIES : 0
    for (let i = 0; i < tries; i++) {
      const from = startAt(rooms, span, this.#random.below(total))
      const shift = Math.round((from - span.from) / SECOND) * SECOND
      const moved = marks.map((mark) => this.#moved(mark, shift))
      const place = { from: epochMs(span.from + shift), to: epochMs(span.to + shift) }
      const isFree = this.#taken.every(
        (other) => place.to + EMBARGO <= other.from || other.to + EMBARGO <= place.from,
      )
      if ((!isFree && i < TRIES - 1) || moved.includes(null)) continue
      this.#taken.push(place)
      return moved.filter((mark) => mark !== null)
    }
    this.#taken.push(span)
    return [...marks]
  }

  /** On the side that paid; null where no state is possible or nothing moved. */
  #moved(mark: Mark, shift: number): Mark | null {
    const entry = epochMs(mark.entry + shift)
    const exit = epochMs(mark.exit + shift)
    const { stretches } = this.#market
    const stretch = stretches.findIndex(({ range }) => entry >= range.from && entry < range.to)
    const [entryPrice, exitPrice] = [closeIn(stretches, entry), closeIn(stretches, exit)]
    if (stretch < 0 || !(Math.abs(exitPrice - entryPrice) > 0) || !this.#isUsable(stretch, entry)) return null
    const direction = exitPrice > entryPrice ? 'LONG' : 'SHORT'
    return { ...mark, direction, entry, exit, entryPrice, exitPrice }
  }
}

/** How many whole-second places a span has in a room. */
function starts(room: TimeRange, span: TimeRange): number {
  return Math.floor((room.to - room.from - (span.to - span.from)) / SECOND)
}

function startAt(rooms: readonly TimeRange[], span: TimeRange, number: number): EpochMs {
  let left = number
  for (const room of rooms) {
    const own = starts(room, span)
    if (left < own) return epochMs(room.from + left * SECOND)
    left -= own
  }
  throw new RangeError('no such place')
}
