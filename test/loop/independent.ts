// The market state from the CSV files alone, with decimals as text and BigInt: shares no line with the code it checks.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

export interface Columns {
  timestamps: string[]
  open: number[]
  high: number[]
  low: number[]
  close: number[]
  volume: number[]
}

interface Row {
  time: number
  open: string
  high: string
  low: string
  close: string
  volume: bigint
}

const DIGITS = 12
const STEP = { '1s': 1_000, '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 } as const
type Timeframe = keyof typeof STEP
const LOWER = { '1m': '1s', '1h': '1m', '1d': '1h' } as const

export class IndependentMarket {
  readonly #trades: { time: number; price: string; amount: bigint }[]
  readonly #files: Record<'1m' | '1h' | '1d', Map<number, Row>>

  constructor(paths: Record<'trades' | '1m' | '1h' | '1d', string>) {
    this.#trades = rowsOf(paths.trades).map(([time, price, amount]) => ({
      time: Number(time),
      price: price!,
      amount: decimal(amount!),
    }))
    const file = (path: string): Map<number, Row> =>
      new Map(
        rowsOf(path).map(([time, open, high, low, close, volume]) => [
          Number(time),
          {
            time: Number(time),
            open: open!,
            high: high!,
            low: low!,
            close: close!,
            volume: decimal(volume!),
          },
        ]),
      )
    this.#files = { '1m': file(paths['1m']), '1h': file(paths['1h']), '1d': file(paths['1d']) }
  }

  /** 100 candles as of `T`: the last opens before T and may be forming. */
  columns(timeframe: Timeframe, T: number): Columns {
    const step = STEP[timeframe]
    const last = Math.ceil(T / step) * step - step
    const rows = Array.from({ length: 100 }, (_, i) => this.#candle(timeframe, last - (99 - i) * step, T))
    return {
      timestamps: rows.map(({ time }) => new Date(time).toISOString().replace('.000Z', 'Z')),
      open: rows.map((row) => Number(row.open)),
      high: rows.map((row) => Number(row.high)),
      low: rows.map((row) => Number(row.low)),
      close: rows.map((row) => Number(row.close)),
      volume: rows.map((row) => Number(text(row.volume))),
    }
  }

  closeAt(T: number): number {
    return Number(this.#candle('1s', T - 1_000, T).close)
  }

  #candle(timeframe: Timeframe, open: number, T: number): Row {
    if (timeframe === '1s') return this.#second(open, T)
    const closed = open + STEP[timeframe] <= T
    if (closed) return this.#files[timeframe].get(open)!
    return this.#forming(timeframe, open, T)
  }

  /** Closed lower candles since the open, and the forming one; those in which nobody traded take no part. */
  #forming(timeframe: '1m' | '1h' | '1d', open: number, T: number): Row {
    const lower = LOWER[timeframe]
    const parts: Row[] = []
    for (let at = open; at < T; at += STEP[lower]) parts.push(this.#candle(lower, at, T))
    const traded = parts.filter((part) => part.volume > 0n)
    return traded.length === 0 ? this.#quiet(open) : join(open, traded)
  }

  #second(open: number, T: number): Row {
    const trades = this.#trades.filter(({ time }) => time >= open && time < Math.min(open + 1_000, T))
    if (trades.length === 0) return this.#quiet(open)
    const rows = trades.map(({ price, amount }) => ({
      time: open,
      open: price,
      high: price,
      low: price,
      close: price,
      volume: amount,
    }))
    return join(open, rows)
  }

  #quiet(time: number): Row {
    const before = this.#trades.findLast((trade) => trade.time < time)!
    return {
      time,
      open: before.price,
      high: before.price,
      low: before.price,
      close: before.price,
      volume: 0n,
    }
  }
}

function join(time: number, rows: Row[]): Row {
  const by = (pick: (row: Row) => string, better: (a: number, b: number) => boolean): string =>
    rows.map(pick).reduce((best, each) => (better(Number(each), Number(best)) ? each : best))
  return {
    time,
    open: rows[0]!.open,
    high: by(
      (row) => row.high,
      (a, b) => a > b,
    ),
    low: by(
      (row) => row.low,
      (a, b) => a < b,
    ),
    close: rows.at(-1)!.close,
    volume: rows.reduce((sum, row) => sum + row.volume, 0n),
  }
}

function rowsOf(path: string): string[][] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n').slice(1)
  return lines.map((line) => line.trim().split(','))
}

function decimal(value: string): bigint {
  const [whole, part = ''] = value.split('.')
  if (!/^\d+$/.test(`${whole}${part}`) || part.length > DIGITS) throw new Error(`unexpected decimal ${value}`)
  return BigInt(whole! + part.padEnd(DIGITS, '0'))
}

function text(value: bigint): string {
  const digits = value.toString().padStart(DIGITS + 1, '0')
  return `${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`
}
