// From a click to a second: which instant and price a click on a candle means (design, section 4, entry instant).
import type { CandleRow } from '../../contract/shapes.ts'
import type { ReadCandles } from './forming.ts'
import { legOfSecond } from './leg-in.ts'
import type { Leg } from '../state/mark.ts'
import type { Interval } from '../state/interval.ts'
import { SECOND, durationOf, finerOf, type Timeframe } from '../state/timeframes.ts'

/**
 * The first second inside the candle opened at `open` whose 1s candle holds `price`; where the price jumped over it, the
 * first second beyond it. A price outside the candle counts as its nearest edge. Candles at or after `until` do not exist.
 * Null when no 1s candle is stored inside.
 */
export async function resolveClick(
  interval: Interval,
  candle: CandleRow,
  price: number,
  until: number,
  read: ReadCandles,
): Promise<Leg | null> {
  const wanted = Math.min(Math.max(price, candle[3]), candle[2])
  if (interval.step === SECOND) return legOfSecond(candle)
  const inside = insideOf(interval)
  const second = await firstHolding(inside, candle[0], wanted, until, read)
  if (second !== null) return legOfSecond(second)
  const nearest = await firstReached(inside, candle[0], wanted, until, read)
  return nearest === null ? null : legOfSecond(nearest)
}

/** What a candle is made of, and how long it is, ms. */
interface Inside {
  readonly finer: Timeframe | null
  readonly step: number
}

function insideOf({ base, count, step }: Interval): Inside {
  return { finer: count === 1 ? finerOf(base) : base, step }
}

function insideStored(timeframe: Timeframe): Inside {
  return { finer: finerOf(timeframe), step: durationOf(timeframe) }
}

async function firstHolding(
  { finer, step }: Inside,
  open: number,
  price: number,
  until: number,
  read: ReadCandles,
): Promise<CandleRow | null> {
  if (finer === null) return null
  const inside = await read(finer, open, Math.min(open + step, until))
  for (const row of inside) {
    if (row[3] > price || row[2] < price) continue
    if (finer === '1s') return row
    const found = await firstHolding(insideStored(finer), row[0], price, until, read)
    if (found !== null) return found
  }
  return null
}

/** No second holds the price: the first finer candle whose range, with the close before it, spans the price; else the nearest. */
async function firstReached(
  { finer, step }: Inside,
  open: number,
  price: number,
  until: number,
  read: ReadCandles,
): Promise<CandleRow | null> {
  if (finer === null) return null
  const inside = await read(finer, open, Math.min(open + step, until))
  const order = inside.toSorted((a, b) => distance(a, price) - distance(b, price) || a[0] - b[0])
  if (finer === '1s') return crossing(inside, price) ?? order[0] ?? null
  for (const row of order) {
    const found = await firstReached(insideStored(finer), row[0], price, until, read)
    if (found !== null) return found
  }
  return null
}

function crossing(rows: readonly CandleRow[], price: number): CandleRow | null {
  const found = rows.find((row, i) => {
    const before = rows[i - 1]
    return before !== undefined && (before[4] - price) * (row[4] - price) <= 0
  })
  return found ?? null
}

function distance(row: CandleRow, price: number): number {
  return Math.max(row[3] - price, price - row[2], 0)
}
