// What is computed of candles for the eye: EMA, VWAP, volume profile; where days and sessions begin. Pure; each knows only the candles it is given.
import type { CandleRow } from '../../contract/shapes.ts'

/** A candle of each slot; null in a gap. */
export type Rows = readonly (CandleRow | null)[]

/** No trade for so long, ms, and what comes next is another session. */
export const PAUSE = 1_800_000

/** The share of all volume that the value area holds. */
const VALUE_SHARE = 0.7

/**
 * Exponential moving average of closes over `period` candles, at each slot: E ← E + 2 / (period + 1) · (close − E), begun with the mean of the
 * first `period` closes; null before, and in gaps, over which it is carried. NIST/SEMATECH e-Handbook of Statistical Methods, 6.4.3.1, with
 * the smoothing of a moving average of the same mean age (Brown, Smoothing, Forecasting and Prediction, 1963).
 */
export function emaOf(rows: Rows, period: number): (number | null)[] {
  const weight = 2 / (period + 1)
  let known = 0
  let mean = 0
  return rows.map((row) => {
    if (row === null) return null
    known++
    if (known <= period) mean += row[4] / period
    else mean += weight * (row[4] - mean)
    return known < period ? null : mean
  })
}

/** Added up since the session or the day began: price × volume, and volume. */
export interface Traded {
  readonly value: number
  readonly volume: number
}

export const NOTHING_TRADED: Traded = { value: 0, volume: 0 }

/** With `row`, at its typical price (high + low + close) / 3. */
export function withRow({ value, volume }: Traded, row: CandleRow): Traded {
  return { value: value + ((row[2] + row[3] + row[4]) / 3) * row[5], volume: volume + row[5] }
}

/**
 * Volume-weighted average price at each slot since the last one that `begins` a session or a day: Σ typical price · volume / Σ volume (Berkowitz,
 * Logue and Noser, The Total Cost of Transactions on the NYSE, 1988). `before` is what was traded before the first slot, null where that is
 * not known: then null until one begins.
 */
export function vwapOf(
  rows: Rows,
  begins: (slot: number) => boolean,
  before: Traded | null,
): (number | null)[] {
  let traded = before
  return rows.map((row, slot) => {
    if (begins(slot)) traded = NOTHING_TRADED
    if (row === null || traded === null) return null
    traded = withRow(traded, row)
    return traded.volume > 0 ? traded.value / traded.volume : null
  })
}

export interface Profile {
  /** Lower edge of the first level, and the height of each. */
  readonly low: number
  readonly height: number
  readonly volumes: readonly number[]
  /** The level with most volume. */
  readonly control: number
  /** Levels of the value area, both inclusive: from the point of control on outwards until they hold 70 % of all volume. */
  readonly from: number
  readonly to: number
}

/**
 * Volume by price: each candle's volume lies evenly over its range. Null where nothing traded. The value area is grown from the point of control
 * by the fuller neighbour, level by level (after Steidlmayer's Market Profile, CBOT 1985).
 */
export function profileOf(rows: Rows, levels: number): Profile | null {
  const traded = rows.filter((row) => row !== null).filter((row) => row[5] > 0)
  if (traded.length === 0) return null
  const low = traded.reduce((least, row) => Math.min(least, row[3]), Infinity)
  const high = traded.reduce((most, row) => Math.max(most, row[2]), -Infinity)
  const height = high > low ? (high - low) / levels : 1
  const volumes = new Array<number>(high > low ? levels : 1).fill(0)
  for (const row of traded) spread(row, low, height, volumes)
  return { low, height, volumes, ...valueArea(volumes) }
}

function spread(row: CandleRow, low: number, height: number, volumes: number[]): void {
  const last = volumes.length - 1
  const levelOf = (price: number) => Math.min(Math.max(Math.floor((price - low) / height), 0), last)
  const [first, end] = [levelOf(row[3]), levelOf(row[2])]
  const range = row[2] - row[3]
  for (let level = first; level <= end; level++) {
    const from = Math.max(row[3], low + level * height)
    const to = level === last ? row[2] : Math.min(row[2], low + (level + 1) * height)
    const share = range > 0 ? Math.max(to - from, 0) / range : 1 / (end - first + 1)
    volumes[level] = (volumes[level] ?? 0) + row[5] * share
  }
}

function valueArea(volumes: readonly number[]): Pick<Profile, 'control' | 'from' | 'to'> {
  const all = volumes.reduce((sum, volume) => sum + volume, 0)
  const control = volumes.indexOf(Math.max(...volumes))
  let [from, to, held] = [control, control, volumes[control] ?? 0]
  while (held < all * VALUE_SHARE && (from > 0 || to < volumes.length - 1)) {
    const below = volumes[from - 1] ?? -1
    const above = volumes[to + 1] ?? -1
    held += Math.max(below, above)
    if (above >= below) to++
    else from--
  }
  return { control, from, to }
}

/** Whether the candle of `slot` is the first of a session: nothing traded for half an hour before it. Not told of the first one held. */
export function beginsSession(rows: Rows, slot: number, step: number): boolean {
  const row = rows[slot] ?? null
  if (row === null || row[5] === 0) return false
  for (let before = slot - 1; before >= 0; before--) {
    const earlier = rows[before] ?? null
    const isTraded = earlier !== null && earlier[5] > 0
    if (isTraded) return row[0] - (earlier[0] + step) >= PAUSE
  }
  return false
}
