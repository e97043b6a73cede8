// A trade as ccxt tells it → a trade of ours; what is not one is left out and counted.
import type { EpochMs } from '../../core/time.ts'
import type { Trade } from '../types.ts'
import type { CcxtMarket, CcxtTrade } from './ccxt.ts'

export interface Prints {
  readonly trades: Trade[]
  /** Prints without a time, price or amount above 0. */
  readonly refused: number
}

/** The last ms that a date can be. */
const LATEST = 8.64e15

/**
 * `arrivedAt` null: by their own time, as what was fetched and not seen live. `Trade.sequence` is the id where it is a number that a double holds
 * exactly, else the print's place within its millisecond, from `place`.
 */
export function printsOf(
  raw: readonly CcxtTrade[],
  market: Pick<CcxtMarket, 'contract' | 'contractSize'>,
  arrivedAt: EpochMs | null,
  place: (time: number) => number,
): Prints {
  const trades = raw.flatMap((trade) => {
    const print = printOf(trade, market, arrivedAt, place)
    return print === null ? [] : [print]
  })
  return { trades, refused: raw.length - trades.length }
}

function printOf(
  { id, timestamp, price, amount, side }: CcxtTrade,
  market: Pick<CcxtMarket, 'contract' | 'contractSize'>,
  arrivedAt: EpochMs | null,
  place: (time: number) => number,
): Trade | null {
  if (!isAbove(timestamp) || timestamp > LATEST || !isAbove(price) || !isAbove(amount)) return null
  const inBaseUnits = market.contract ? inBase(amount, market.contractSize ?? 1) : amount
  if (!isAbove(inBaseUnits)) return null
  const time = Math.trunc(timestamp) as EpochMs
  const sequence = numberOf(id) ?? place(time)
  const taker = side === 'buy' || side === 'sell' ? side : null
  return {
    id: id ?? `${price}|${amount}|${taker}|${sequence}`,
    time,
    sequence,
    price,
    amount: inBaseUnits,
    side: taker,
    arrivedAt: arrivedAt ?? time,
  }
}

/** How many of `key` were counted before; counts one more. */
export function countUp(counts: Map<number, number>, key: number): number {
  const count = counts.get(key) ?? 0
  counts.set(key, count + 1)
  return count
}

/** The id as a number; null where it is none, or one that a double cannot hold. */
function numberOf(id: string | undefined): number | null {
  if (id === undefined || !/^\d+$/.test(id)) return null
  const value = Number(id)
  return Number.isSafeInteger(value) ? value : null
}

/** Contracts to base units: a product of two short decimals, without the dust of binary fractions. */
export function inBase(contracts: number, size: number): number {
  return size === 1 ? contracts : Number((contracts * size).toPrecision(15))
}

function isAbove(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value > 0
}
