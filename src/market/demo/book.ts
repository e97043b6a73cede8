// An order book around the price: a spread of one to three ticks, more on offer further out, renewed level by level.
import { AppError } from '../../core/errors.ts'
import { toIso, type EpochMs } from '../../core/time.ts'
import { float64At, int32At } from '../../core/number-at.ts'
import type { BookLevel } from '../types.ts'
import type { Block } from './block.ts'
import { EXPONENTIAL, bits } from './random.ts'
import type { Seconds } from './seconds.ts'
import { ORIGIN } from './timeline.ts'
import { tradesOfSecond } from './trades.ts'
import { TICKS, UNITS } from './units.ts'

/** Best price first on both sides. */
export interface Book {
  readonly time: EpochMs
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}

export const BOOK_LEVELS = 25
const LOOK_BACK = 600

/**
 * The book just before `instant`, the `levels` best of 25 on each side of the last trade.
 * @throws AppError `no_order_book` before the market's first trade.
 */
export function drawBook(seconds: Seconds, instant: EpochMs, levels: number): Book {
  const last = lastPrice(seconds, instant)
  const tenth = Math.floor(instant / 100)
  const { a, b } = seconds.timeline.key
  const h = bits(a, b, tenth ^ 0x5bd1e995)
  const bid = last - (h & 1)
  const ask = bid + 1 + ((h >>> 1) % 3)
  const usual = (1800 / seconds.timeline.basePrice) * UNITS
  const side = (best: number, step: -1 | 1): BookLevel[] => {
    let tick = best
    return Array.from({ length: levels }, (_, k) => {
      // Near the touch a level is renewed ten times a second, further out every few seconds.
      const age = Math.floor(tenth / (1 + 3 * k))
      const draw = bits(a ^ tick, b + step, age)
      const level: BookLevel = [tick / TICKS, amountAt(draw, k, usual) / UNITS]
      tick += step * (1 + (k === 0 ? 0 : (draw >>> 16) % (1 + Math.floor(k / 3))))
      return level
    })
  }
  return { time: instant, bids: side(bid, -1), asks: side(ask, 1) }
}

function amountAt(draw: number, level: number, usual: number): number {
  return Math.max(1, Math.round(usual * (0.5 + 0.15 * level) * (0.1 + float64At(EXPONENTIAL, draw & 255))))
}

/** The last trade's price before `instant`, in ticks. */
function lastPrice(seconds: Seconds, instant: EpochMs): number {
  const current = Math.floor(instant / 1000)
  for (let second = current; second >= Math.max(ORIGIN, current - LOOK_BACK); second--) {
    const block = seconds.blockAt(second)
    const i = second - block.segment.first
    const price = second < current ? closeOf(block, i) : lastPriceIn(block, i, instant)
    if (price !== undefined) return price
  }
  throw new AppError(
    'no_order_book',
    `The demo market has no order book at ${toIso(instant)}: it begins on 2020-01-01. Ask for a later time.`,
    { status: 404 },
  )
}

/** A second that is over ended with its close: its trades need not be drawn. Undefined where nobody traded. */
function closeOf(block: Block, i: number): number | undefined {
  return block.count[i] === 0 ? undefined : int32At(block.close, i)
}

function lastPriceIn(block: Block, i: number, instant: EpochMs): number | undefined {
  if (instant === (block.segment.first + i) * 1000) return undefined
  const trade = tradesOfSecond(block, i).findLast(({ time }) => time < instant)
  return trade === undefined ? undefined : Math.round(trade.price * TICKS)
}
