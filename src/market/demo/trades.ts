// The trades of one second: made so that they add up to the second's candle exactly.
import { epochMs } from '../../core/time.ts'
import { at } from '../../core/at.ts'
import { float64At, int32At, numberIn } from '../../core/number-at.ts'
import type { Trade } from '../types.ts'
import type { Block } from './block.ts'
import { Draws, EXPONENTIAL, childKey } from './random.ts'
import { TICKS, UNITS } from './units.ts'

/** Trades of the second `i` of `block`, in order; none when it is quiet. */
export function tradesOfSecond(block: Block, i: number): Trade[] {
  const count = at(block.count, i)
  if (count === 0) return []
  const second = block.segment.first + i
  const draws = new Draws(childKey(block.segment.key, 0x40000000 + i))
  const prices = drawPrices(draws, block, i, count)
  const amounts = splitVolume(draws, int32At(block.volume, i), count)
  const times = drawTimes(draws, count)
  return prices.map((price, k) => {
    const before = prices[k - 1] ?? closeBefore(block, i) ?? price
    const time = epochMs(second * 1000 + numberIn(times, k))
    const sequence = second * 100 + k
    const side = takerSide(draws.uniform(), price - before)
    return {
      id: String(sequence),
      time,
      sequence,
      price: price / TICKS,
      amount: numberIn(amounts, k) / UNITS,
      side,
      arrivedAt: time,
    }
  })
}

/** The last close before second `i` of the block, in ticks; undefined where nobody traded in it yet. */
function closeBefore(block: Block, i: number): number | undefined {
  for (let k = i - 1; k >= 0; k--) if (block.count[k] !== 0) return block.close[k]
  return undefined
}

/** First the open, last the close, high and low between them where they are further out, the rest on the way. */
function drawPrices(draws: Draws, block: Block, i: number, count: number): number[] {
  const [open, high] = [int32At(block.open, i), int32At(block.high, i)]
  const [low, close] = [int32At(block.low, i), int32At(block.close, i)]
  if (count === 1) return [open]
  const reach = 0.25 * (high - low)
  const prices = Array.from({ length: count }, (_, k) => {
    const way = open + ((close - open) * k) / (count - 1)
    return Math.max(low, Math.min(high, Math.round(way + draws.between(-reach, reach))))
  })
  prices[0] = open
  prices[count - 1] = close
  const missing = [low < Math.min(open, close) ? low : null, high > Math.max(open, close) ? high : null]
  const extremes = (close < open ? missing.toReversed() : missing).filter((price) => price !== null)
  if (extremes.length === 0) return prices
  const place = 1 + draws.whole(0, count - 2 - extremes.length)
  for (const [k, price] of extremes.entries()) prices[place + k] = price
  return prices
}

/** `volume` units in `count` parts of at least one unit, a few of them large. */
function splitVolume(draws: Draws, volume: number, count: number): number[] {
  const weights = Array.from({ length: count }, () => {
    const size = float64At(EXPONENTIAL, draws.whole(0, 255))
    return 0.05 + size * size
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const parts = weights.map((weight) => 1 + Math.floor(((volume - count) * weight) / total))
  const largest = weights.indexOf(Math.max(...weights))
  const rest = volume - parts.reduce((sum, part) => sum + part, 0)
  parts[largest] = numberIn(parts, largest) + rest
  return parts
}

/** Milliseconds inside the second, ascending; half of the trades follow the one before within a few milliseconds. */
function drawTimes(draws: Draws, count: number): number[] {
  let anchor = 0
  const times = Array.from({ length: count }, (_, k) => {
    const follows = k > 0 && draws.uniform() < 0.5
    anchor = follows ? Math.min(999, anchor + draws.whole(0, 6)) : draws.whole(0, 999)
    return anchor
  })
  return times.toSorted((x, y) => x - y)
}

function takerSide(chance: number, change: number): 'buy' | 'sell' {
  const buying = change === 0 ? 0.5 : change > 0 ? 0.88 : 0.12
  return chance < buying ? 'buy' : 'sell'
}
