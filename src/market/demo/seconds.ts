// Each second's open, high, low, close, volume and number of trades, in whole ticks and ten-thousandths: exact sums.
import { boundariesOf } from './boundaries.ts'
import { drawCourse, type Course } from './path.ts'
import { EXPONENTIAL, MILD, WILD, bits } from './random.ts'
import { SEASON } from './season.ts'
import { Timeline, type DemoMarketOptions, type Segment } from './timeline.ts'

/** Ticks per quote unit, and volume units per base unit. */
export const TICKS = 100
export const UNITS = 10_000

/** The columns of a segment; a second with `count` 0 is quiet and its other columns mean nothing. */
export interface Block {
  segment: Segment
  readonly open: Int32Array
  readonly high: Int32Array
  readonly low: Int32Array
  readonly close: Int32Array
  /** Volume in 1/10,000 of a base unit. */
  readonly volume: Int32Array
  readonly count: Uint8Array
}

const LONGEST = 6000
const RATE = 2.4
const MOST_TRADES = 60
/** The usual size of a trade in quote units. */
const TRADE_VALUE = 1100
const KEPT = 6

/** Makes segments on demand and keeps the last few. */
export class Seconds {
  readonly timeline: Timeline
  readonly #course: Course = { middle: new Float64Array(LONGEST), activity: new Float64Array(LONGEST) }
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
    const block = this.#kept.length < KEPT ? emptyBlock(segment) : this.#kept.shift()!
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

function emptyBlock(segment: Segment): Block {
  const column = (): Int32Array => new Int32Array(LONGEST)
  return {
    segment,
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    count: new Uint8Array(LONGEST),
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
  let before = segment.fromPrice * TICKS
  for (let i = 0; i < length; i++) {
    const now = middle[i]! * TICKS
    const arrivals = bits(b, a, 2 * i)
    const season = SEASON[Math.floor((first + i) / 60) % SEASON.length]!
    const level = Math.sqrt(activity[i]! * season * liquidity)
    const trades = Math.min(
      MOST_TRADES,
      (RATE * level * WILD[arrivals & 4095]! + (arrivals >>> 24) / 256) | 0,
    )
    count[i] = trades
    if (trades > 0) {
      const shapes = bits(b, a, 2 * i + 1)
      const o = Math.round(before + (now - before) * ((shapes & 255) / 512)) + ((shapes >>> 8) & 1)
      const c = trades === 1 ? o : Math.round(now) + ((shapes >>> 9) & 1)
      const wick = usualWick + 0.2 * Math.abs(now - before)
      const up =
        trades < 3 || (trades === 3 && (shapes & 1024) === 0) ? 0 : wick * EXPONENTIAL[(shapes >>> 11) & 255]!
      const down =
        trades < 3 || (trades === 3 && (shapes & 1024) !== 0) ? 0 : wick * EXPONENTIAL[(shapes >>> 19) & 255]!
      open[i] = o
      close[i] = c
      high[i] = Math.max(o, c) + Math.round(up)
      low[i] = Math.min(o, c) - Math.round(down)
      volume[i] = Math.max(trades, Math.round(trades * size * level * MILD[(arrivals >>> 12) & 4095]!))
    }
    before = now
  }
}
