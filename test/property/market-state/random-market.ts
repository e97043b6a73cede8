// Random markets around a boundary of a day, an hour or a minute: bursts and quiet seconds, halts, sparse files, missing rows, odd decimals.
import type { RawMarket, RawTrade, Row, Span } from './naive-state.ts'

const STEPS = { '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 } as const
type Native = keyof typeof STEPS

export interface RandomMarket extends RawMarket {
  /** The boundary in the middle of the trades. */
  readonly middle: number
  /** Instants worth looking at: random ones, and those on and beside boundaries. */
  readonly instants: readonly number[]
}

/** Numbers in [0, 1): mulberry32. */
export type Random = () => number
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const between = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1))

export function randomMarket(seed: number): RandomMarket {
  const random = randomOf(seed)
  const middle = randomBoundary(random)
  const start = middle - between(random, 130, 400) * 1000
  const end = middle + between(random, 20, 200) * 1000
  const walk = new Walk(random)
  const { trades, covered } = tradesOf(random, walk, start, end)
  const native = { '1m': [] as Row[], '1h': [] as Row[], '1d': [] as Row[] }
  const sparse = { '1m': [] as Span[], '1h': [] as Span[], '1d': [] as Span[] }
  const first = covered[0]?.from ?? start
  const dense = random() < 0.4
  for (const timeframe of ['1m', '1h', '1d'] as const) {
    const until = lastNative(random, timeframe, first, end)
    native[timeframe] = nativeRows(random, walk, timeframe, until, dense)
    if (random() < 0.4) sparse[timeframe] = hull(native[timeframe], STEPS[timeframe])
  }
  return { middle, trades, covered, native, sparse, instants: instantsOf(random, middle, first, end) }
}

/** Some markets end their own candles where the trades begin, others reach far into them. */
function lastNative(random: Random, timeframe: Native, first: number, end: number): number {
  const step = STEPS[timeframe]
  const enough = Math.ceil(first / step) * step
  return random() < 0.6
    ? enough
    : Math.max(enough, Math.floor(end / step) * step + between(random, -2, 2) * step)
}

function randomBoundary(random: Random): number {
  const day = Date.UTC(2024, 1, between(random, 1, 28))
  const kind = random()
  if (kind < 0.4) return day
  if (kind < 0.7) return day + between(random, 1, 23) * 3_600_000
  return day + between(random, 1, 1439) * 60_000
}

class Walk {
  readonly #random: Random
  readonly #tick: number
  #ticks: number

  constructor(random: Random) {
    this.#random = random
    this.#tick = [1, 100, 1_000_000][between(random, 0, 2)]!
    this.#ticks = between(random, 1000, 6_000_000)
  }

  next(): number {
    this.#ticks = Math.max(1, this.#ticks + between(this.#random, -3, 3))
    return this.#ticks / this.#tick
  }

  amount(): string {
    const places = between(this.#random, 0, 8)
    const whole = between(this.#random, 0, this.#random() < 0.1 ? 5000 : 3)
    const fraction = String(between(this.#random, 0, 10 ** places - 1)).padStart(places, '0')
    const text = places === 0 ? String(whole + 1) : `${whole}.${fraction}`
    return Number(text) > 0 ? text : '0.00000001'
  }

  candle(open: number): Row {
    const prices = [this.next(), this.next(), this.next(), this.next()]
    const volume = this.#random() < 0.08 ? '0' : this.amount()
    return [open, prices[0]!, Math.max(...prices), Math.min(...prices), prices[3]!, volume]
  }
}

/** Trades with halts between; each covered stretch is whole seconds. */
function tradesOf(
  random: Random,
  walk: Walk,
  start: number,
  end: number,
): { trades: RawTrade[]; covered: Span[] } {
  const trades: RawTrade[] = []
  const covered: Span[] = []
  const halts = random() < 0.5 ? 0 : between(random, 1, 2)
  const cuts = Array.from({ length: halts }, () => between(random, start / 1000, end / 1000) * 1000)
  for (let from = start, cut = 0; cut <= halts; cut += 1) {
    const to = cut === halts ? end : Math.max(from, Math.min(end, cuts.toSorted((a, b) => a - b)[cut]!))
    if (to > from) {
      covered.push({ from, to })
      // The partial second before a stretch is covered may hold trades that no candle knows.
      if (random() < 0.5) addTrades(random, walk, trades, from - 1000, 1)
      const busy = [0.03, 0.4, 0.95][between(random, 0, 2)]!
      const quietStart = random() < 0.5 ? between(random, 0, 20) * 1000 : 0
      for (let second = from; second < to; second += 1000) {
        if (second < from + quietStart || random() > busy) continue
        addTrades(random, walk, trades, second, between(random, 1, 4))
      }
    }
    from = to + between(random, 2, 50) * 1000
  }
  return { trades, covered: covered.filter(({ from, to }) => from < to) }
}

function addTrades(random: Random, walk: Walk, trades: RawTrade[], second: number, count: number): void {
  const times = Array.from({ length: count }, () => second + between(random, 0, 999)).toSorted(
    (a, b) => a - b,
  )
  for (const time of times) trades.push({ time, price: walk.next(), amount: walk.amount() })
}

function nativeRows(random: Random, walk: Walk, timeframe: Native, until: number, dense: boolean): Row[] {
  const step = STEPS[timeframe]
  const missing = dense ? 0 : [0, 0, 0.02, 0.3][between(random, 0, 3)]!
  const slots = random() < 0.1 ? between(random, 90, 100) : between(random, 101, 130)
  const rows: Row[] = []
  for (let slot = slots; slot >= 1; slot -= 1) {
    if (slot !== slots && random() < missing) continue
    rows.push(walk.candle(until - slot * step))
  }
  return rows
}

function hull(rows: readonly Row[], step: number): Span[] {
  return rows.length === 0 ? [] : [{ from: rows[0]![0], to: rows.at(-1)![0] + step }]
}

function instantsOf(random: Random, middle: number, first: number, end: number): number[] {
  const edges = [first + 99_000, first + 100_000, middle, middle + 1000, middle - 1000, end, end + 1000]
  const inside = Array.from({ length: 20 }, () => between(random, first / 1000 + 100, end / 1000) * 1000)
  return [...edges, ...inside]
}
