// What happens on the local exchange: prints recorded from Binance, or made up where the recording is absent, moved to another time.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** One print as Binance's `@trade` tells it; price and amount as texts. */
export interface TapePrint {
  readonly time: number
  readonly price: string
  readonly amount: string
  /** The buyer was the maker: the taker sold. */
  readonly maker: boolean
}

/** Prints of one order at one price and time: `@aggTrade`. `first` and `last` are ids of the prints. */
export interface AggregateTrade extends TapePrint {
  readonly id: number
  readonly first: number
  readonly last: number
}

const FOLDER = fileURLToPath(new URL('../../../shared/data/wire/binance/', import.meta.url))
const RECORDINGS = ['hftbacktest-spot-ethusdt_20240808.txt.gz', 'hftbacktest-spot-ethusdt_20240809.txt.gz']

export const hasRecording = RECORDINGS.every((file) => existsSync(FOLDER + file))

/** Messages of one stream (`trade`, `depth@100ms`) as they were recorded. */
export function* recordedMessages(stream: string): Generator<Record<string, unknown>> {
  for (const file of RECORDINGS) {
    for (const line of gunzipSync(readFileSync(FOLDER + file))
      .toString('utf8')
      .split('\n')) {
      if (!line.includes(`"stream":"ethusdt@${stream}"`)) continue
      yield (JSON.parse(line.slice(line.indexOf(' ') + 1)) as { data: Record<string, unknown> }).data
    }
  }
}

/** 14,515 prints in 650 s. */
export function recordedTape(): TapePrint[] {
  return [...recordedMessages('trade')].map((message) => ({
    time: message['T'] as number,
    price: message['p'] as string,
    amount: message['q'] as string,
    maker: message['m'] as boolean,
  }))
}

const FUTURES = fileURLToPath(
  new URL('../../../shared/data/trades/binanceusdm-ETHUSDT-2024-08-08.csv.gz', import.meta.url),
)

/** 14,076 prints in 344 s. */
export function recordedFutures(): TapePrint[] {
  const rows = gunzipSync(readFileSync(FUTURES)).toString('utf8').trim().split('\n').slice(1)
  return rows.map((row) => {
    const [time = '', price = '', amount = '', side] = row.split(',')
    return { time: Number(time), price, amount, maker: side === 'sell' }
  })
}

/** About 4 prints a second for 650 s, with silent seconds and several prints in one millisecond. */
export function madeUpTape(): TapePrint[] {
  const prints: TapePrint[] = []
  for (let step = 0; step < 2600; step += 1) {
    const second = Math.floor(step / 4)
    if (second % 16 === 7) continue
    const time = 1_723_161_255_611 + second * 1000 + ((step * 7919) % 4) * 250
    const price = (2680 + Math.sin(step / 50) * 5).toFixed(2)
    prints.push({ time, price, amount: (0.001 + (step % 97) / 100).toFixed(4), maker: step % 3 === 0 })
  }
  return prints.toSorted((a, b) => a.time - b.time)
}

/** The tape moved so that its first print comes at `start`, and runs `speed` times as fast. */
export function retimed(tape: readonly TapePrint[], start: number, speed: number): TapePrint[] {
  const origin = tape[0]!.time
  return tape.map((print) => ({ ...print, time: Math.floor(start + (print.time - origin) / speed) }))
}

/** Prints of one millisecond, price and side are one, as if of one order. */
export function aggregate(tape: readonly TapePrint[], firstId: number): AggregateTrade[] {
  const trades: AggregateTrade[] = []
  tape.forEach((print, index) => {
    const last = trades.at(-1)
    const first = 1_520_538_925 + index
    if (last?.time === print.time && last.price === print.price && last.maker === print.maker) {
      trades[trades.length - 1] = { ...last, amount: sumOf(last.amount, print.amount), last: first }
    } else trades.push({ ...print, id: firstId + trades.length, first, last: first })
  })
  return trades
}

const PLACES = 8

/** Sum of decimals, exact to 8 places. */
export function sumOf(...decimals: readonly string[]): string {
  let total = 0n
  for (const each of decimals) total += units(each)
  const sum = total.toString().padStart(PLACES + 1, '0')
  return `${sum.slice(0, -PLACES)}.${sum.slice(-PLACES)}`
}

function units(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(PLACES, '0'))
}
