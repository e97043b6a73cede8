// Markets made for one question: prices that walk at random, with whatever a canary plants into their seconds.
import { DAY, HOUR, MINUTE, SECOND, epochMs, floorTo, type EpochMs } from '../../src/core/time.ts'
import { columnsOf } from '../../src/market/columns.ts'
import { WINDOW_COLUMNS, WINDOW_LEVELS, type BookSlice } from '../../src/market/book/book-slice.ts'
import type { MarketSlice, SliceSeries } from '../../src/market/slice.ts'
import { Random } from '../../src/training/data/random.ts'

/** A Monday. */
export const BEGIN: EpochMs = epochMs(Date.parse('2024-03-04T00:00:00Z'))
/** States begin so long after the first second: 100 minutes and the plain rule's half hour. */
export const FIRST_STATE: EpochMs = epochMs(BEGIN + 3 * HOUR)
export const MARKET = { venue: 'canary', symbol: 'A/B' }

const PRICE = 1000
const TICK = 0.01
/** Standard deviation of a second's log return. */
export const SIGMA = 0.0002

/** One second: the log return it closes with, how far its high and low lie beyond open and close, its volume, and what the book holds. */
export interface Second {
  move: number
  up: number
  down: number
  volume: number
  /** Amount at each level of either side. */
  bid: number
  ask: number
}

/** Seconds of a random walk with random wicks and volumes, from `BEGIN` on. */
export function noise(hours: number, seed: number): Second[] {
  const random = new Random(seed, 401)
  return Array.from({ length: (hours * HOUR) / SECOND }, () => ({
    move: SIGMA * random.normal(),
    up: SIGMA * Math.abs(random.normal()) * 0.5,
    down: SIGMA * Math.abs(random.normal()) * 0.5,
    volume: Math.exp(0.5 * random.normal()),
    bid: Math.exp(0.3 * random.normal()),
    ask: Math.exp(0.3 * random.normal()),
  }))
}

export interface MadeMarket {
  readonly slice: MarketSlice
  readonly books?: BookSlice
}

export function madeMarket(seconds: readonly Second[], seed: number, withBooks: boolean): MadeMarket {
  return { slice: sliceOf(seconds, seed), ...(withBooks ? { books: booksOf(seconds) } : {}) }
}

/** The book as of the end of each second: ten levels, a tick apart, round its close. */
function booksOf(seconds: readonly Second[]): BookSlice {
  const rows = new Float64Array(seconds.length * WINDOW_COLUMNS)
  const closes = rowsOf(seconds).map((row) => row[4])
  for (const [i, { bid, ask }] of seconds.entries()) {
    for (let level = 0; level < WINDOW_LEVELS; level++) {
      const away = TICK * (level + 1)
      rows.set([closes[i]! + away, ask, closes[i]! - away, bid], i * WINDOW_COLUMNS + 4 * level)
    }
  }
  return {
    market: MARKET,
    asOf: { from: FIRST_STATE, to: epochMs(BEGIN + seconds.length * SECOND) },
    times: Float64Array.from(seconds, (_, i) => BEGIN + (i + 1) * SECOND),
    rows,
    mix: new Uint16Array(seconds.length),
    mixes: [[MARKET.venue]],
  }
}

/** Candles of these seconds, with minutes and hours composed of them; hours and days before them walk at random, too. */
function sliceOf(seconds: readonly Second[], seed: number): MarketSlice {
  const rows = rowsOf(seconds)
  const to = epochMs(BEGIN + seconds.length * SECOND)
  const hours = [...past(130, HOUR, BEGIN, seed), ...grouped(rows, HOUR)]
  const days = [...past(130, DAY, floorTo(BEGIN, DAY), seed + 1), ...grouped(rows, DAY)]
  const series = (of: readonly Row[]): SliceSeries => ({
    candles: columnsOf(of),
    covered: [{ from: epochMs(of[0]![0]), to }],
    closeBefore: null,
    firstOpen: epochMs(of[0]![0]),
  })
  return {
    market: MARKET,
    asOf: { from: BEGIN, to },
    series: {
      '1s': series(rows),
      '1m': series(grouped(rows, MINUTE)),
      '1h': series(hours),
      '1d': series(days),
    },
  }
}

/** Open time, open, high, low, close, volume. */
type Row = [number, number, number, number, number, number]

function rowsOf(seconds: readonly Second[]): Row[] {
  let price = PRICE
  return seconds.map(({ move, up, down, volume }, i) => {
    const open = price
    price = rounded(price * Math.exp(move))
    const high = rounded(Math.max(open, price) * Math.exp(up))
    const low = rounded(Math.min(open, price) * Math.exp(-down))
    return [BEGIN + i * SECOND, open, high, low, price, Math.round(volume * 1e4) / 1e4]
  })
}

function rounded(price: number): number {
  return Math.round(price / TICK) * TICK
}

/** `count` candles that end at `to`, closing where the seconds begin. */
function past(count: number, step: number, to: number, seed: number): Row[] {
  const random = new Random(seed, 402)
  const rows: Row[] = []
  let close = PRICE
  for (let i = 1; i <= count; i++) {
    const open = rounded(close * Math.exp(SIGMA * Math.sqrt(step / SECOND) * random.normal()))
    const volume = Math.round((step / SECOND) * Math.exp(0.2 * random.normal()) * 1e4) / 1e4
    rows.unshift([to - i * step, open, Math.max(open, close), Math.min(open, close), close, volume])
    close = open
  }
  return rows
}

/** Closed candles only: a last one that is not over is left to be composed. */
function grouped(rows: readonly Row[], step: number): Row[] {
  const out: Row[] = []
  const end = rows.at(-1)![0] + SECOND
  for (const [time, open, high, low, close, volume] of rows) {
    const at = floorTo(time, step)
    const last = out.at(-1)
    if (last === undefined || last[0] !== at) out.push([at, open, high, low, close, volume])
    else {
      last[2] = Math.max(last[2], high)
      last[3] = Math.min(last[3], low)
      last[4] = close
      last[5] += volume
    }
  }
  return out.filter(([open]) => open + step <= end)
}
