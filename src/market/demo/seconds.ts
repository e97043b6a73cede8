// Each second's open, high, low, close, volume and number of trades, in whole ticks and ten-thousandths: exact sums.
import { float64At } from '../../core/number-at.ts'
import { emptyBlock, emptyCourse, type Block, type Course } from './block.ts'
import { boundariesOf } from './boundaries.ts'
import { drawCourse } from './path.ts'
import { EXPONENTIAL, MILD, WILD, bits } from './random.ts'
import { SEASON } from './season.ts'
import { Timeline, type DemoMarketOptions, type Segment } from './timeline.ts'
import { TICKS, UNITS } from './units.ts'

const RATE = 2.4
const MOST_TRADES = 60
/** The usual size of a trade in quote units. */
const TRADE_VALUE = 1100
const KEPT = 6

/** Whether a candle shows a wick; index: twice the number of trades plus a random bit, 8 from four trades on. */
const SHOWS_HIGH = Float64Array.of(0, 0, 0, 0, 0, 0, 0, 1, 1)
const SHOWS_LOW = Float64Array.of(0, 0, 0, 0, 0, 0, 1, 0, 1)

/** Makes segments on demand and keeps the last few. */
export class Seconds {
  readonly timeline: Timeline
  readonly #course = emptyCourse()
  readonly #kept: Block[] = []
  #scratch: Block | null = null

  constructor(options: DemoMarketOptions) {
    this.timeline = new Timeline(options)
  }

  /** The block that holds `second` (since the epoch, not before the origin); kept for the next call. */
  blockAt(second: number): Block {
    const known = this.#kept.find(
      ({ segment }) => second >= segment.first && second < segment.first + segment.length,
    )
    if (known !== undefined) return known
    const segment = this.timeline.segment(this.timeline.indexAt(second))
    const oldest = this.#kept.length < KEPT ? undefined : this.#kept.shift()
    const block = oldest ?? emptyBlock(segment)
    this.#fill(segment, block)
    this.#kept.push(block)
    return block
  }

  /** Hands over block after block that touches [from, to), in one reused buffer. */
  scan(from: number, to: number, take: (block: Block) => void): void {
    let index = this.timeline.indexAt(from)
    for (
      let segment = this.timeline.segment(index);
      segment.first < to;
      segment = this.timeline.segment(++index)
    ) {
      this.#scratch ??= emptyBlock(segment)
      this.#fill(segment, this.#scratch)
      take(this.#scratch)
    }
  }

  #fill(segment: Segment, block: Block): void {
    block.segment = segment
    drawCourse(segment, this.#course)
    drawTape(segment, this.#course, this.timeline.basePrice, block)
    boundariesOf(segment)?.impose(block)
  }
}

/** Turns the course into candles: trades arrive at random, more of them and larger ones when it is active. */
function drawTape(segment: Segment, course: Course, basePrice: number, block: Block): void {
  const { first, length, liquidity, regime } = segment
  const { a, b } = segment.key
  const { open, high, low, close, volume, count } = block
  const { middle, activity } = course
  const size = (TRADE_VALUE / basePrice) * UNITS
  const usualWick = 0.12e-4 * regime * segment.fromPrice * TICKS
  const base = segment.basePrice * TICKS
  const scale = base * (segment.episode?.direction ?? 1)
  let before = segment.fromPrice * TICKS
  let usual = 0
  let minuteEnds = 0
  for (let i = 0; i < length; i++) {
    if (i >= minuteEnds) {
      usual = liquidity * float64At(SEASON, Math.floor((first + i) / 60) % SEASON.length)
      minuteEnds = i + 60 - ((first + i) % 60)
    }
    const now = base + scale * float64At(middle, i)
    const arrivals = bits(b, a, 2 * i)
    const level = Math.sqrt(float64At(activity, i) * usual)
    const trades = Math.min(
      MOST_TRADES,
      (RATE * level * float64At(WILD, arrivals & 1023) + (arrivals >>> 24) / 256) | 0,
    )
    count[i] = trades
    if (trades > 0) {
      const shapes = bits(b, a, 2 * i + 1)
      // Prices are positive and far below 2^31 ticks, so that cutting off half a tick further up rounds.
      const o = ((before + (now - before) * ((shapes & 255) / 512) + 0.5) | 0) + ((shapes >>> 8) & 1)
      const c = trades === 1 ? o : ((now + 0.5) | 0) + ((shapes >>> 9) & 1)
      const wick = usualWick + 0.2 * Math.abs(now - before)
      // Open, close and one extreme need three trades, both extremes four.
      const few = trades < 4 ? 2 * trades + ((shapes >>> 10) & 1) : 8
      open[i] = o
      close[i] = c
      high[i] =
        Math.max(o, c) +
        ((wick * float64At(SHOWS_HIGH, few) * float64At(EXPONENTIAL, (shapes >>> 11) & 255) + 0.5) | 0)
      low[i] =
        Math.min(o, c) -
        ((wick * float64At(SHOWS_LOW, few) * float64At(EXPONENTIAL, (shapes >>> 19) & 255) + 0.5) | 0)
      const traded = (trades * size * level * float64At(MILD, (arrivals >>> 12) & 1023)) | 0
      volume[i] = Math.max(traded, trades)
    }
    before = now
  }
}
