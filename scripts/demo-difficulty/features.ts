// What an observer can measure of a breakout from candles and trades alone, each as one number.
import { epochMs } from '../../src/core/time.ts'
import type { Breakout } from '../../src/market/demo/ground-truth.ts'
import type { SecondColumns } from './columns.ts'

interface View {
  readonly seconds: SecondColumns
  readonly breakout: Breakout
  readonly up: 1 | -1
  readonly edge: number
  /** Index of the second of the start. */
  readonly at: number
  readonly width: number
}

function viewOf(seconds: SecondColumns, breakout: Breakout): View {
  const up = breakout.direction === 'UP' ? 1 : -1
  const edge = up > 0 ? breakout.rangeHigh : breakout.rangeLow
  const at = Math.floor(breakout.start / 1000) - seconds.from
  return { seconds, breakout, up, edge, at, width: breakout.rangeHigh - breakout.rangeLow }
}

const maxOf = (column: Float64Array, from: number, to: number): number =>
  column.subarray(from, to).reduce((m, x) => Math.max(m, x), -Infinity)
const minOf = (column: Float64Array, from: number, to: number): number =>
  column.subarray(from, to).reduce((m, x) => Math.min(m, x), Infinity)
const spanOf = ({ seconds }: View, from: number, to: number): number =>
  maxOf(seconds.high, from, to) - minOf(seconds.low, from, to)

/** Mean volume per second of `count` seconds that end `after` seconds after the start's second. */
function volumeOf({ seconds, at }: View, after: number, count: number): number {
  return seconds.volume.subarray(at + after - count, at + after).reduce((sum, v) => sum + v, 0) / count
}

/** Mean span of the last `minutes` whole minutes counted back from `after`. */
function atr(view: View, minutes: number, after = 0): number {
  let sum = 0
  for (let m = 0; m < minutes; m++)
    sum += spanOf(view, view.at + after - 60 * (m + 1), view.at + after - 60 * m)
  return sum / minutes
}

/** Distance of the last close beyond the boundary, `after` seconds on. */
const moveOf = ({ seconds, at, up, edge }: View, after: number): number =>
  up * (seconds.close[at + after - 1]! - edge)

/** Furthest price beyond the boundary within `after` seconds. */
function furthest({ seconds, at, up, edge }: View, after: number): number {
  return up > 0 ? maxOf(seconds.high, at, at + after) - edge : edge - minOf(seconds.low, at, at + after)
}

function shareBeyond({ seconds, at, up, edge }: View, after: number, count: number): number {
  return (
    seconds.close.subarray(at + after - count, at + after).filter((close) => up * (close - edge) > 0).length /
    count
  )
}

/** Length of the way in straight line over the sum of its steps. */
function straightness({ seconds, at, up }: View, after: number): number {
  let way = 1e-9
  for (let i = at; i < at + after; i++) way += Math.abs(seconds.close[i]! - seconds.close[i - 1]!)
  return (up * (seconds.close[at + after - 1]! - seconds.close[at - 1]!)) / way
}

/** Volatility of one-second closes over `count` seconds before the start. */
function roughness({ seconds, at }: View, count: number): number {
  let sum = 0
  for (let i = at - count; i < at; i++) sum += (seconds.close[i]! - seconds.close[i - 1]!) ** 2
  return Math.sqrt(sum / count)
}

function thirds(view: View): number {
  const from = view.breakout.rangeFrom / 1000 - view.seconds.from
  const third = Math.floor((view.at - from) / 3)
  return spanOf(view, view.at - third, view.at) / spanOf(view, from, from + third)
}

function tapeFeatures({ seconds, breakout, up }: View): Record<string, number> {
  const begin = Math.floor(breakout.start / 1000) * 1000
  const trades = seconds.market.tradesIn({ from: epochMs(begin - 300_000), to: epochMs(begin + 20_000) })
  const features: Record<string, number> = {}
  for (const after of [5, 10, 20]) {
    const now = trades.filter(({ time }) => time >= begin && time < begin + after * 1000)
    const buying = now.reduce((sum, { side, amount }) => sum + (side === 'buy' ? amount : -amount), 0)
    const all = now.reduce((sum, { amount }) => sum + amount, 0)
    features[`trades ${after} s / 5 min before`] =
      now.length / trades.filter(({ time }) => time < begin).length
    features[`taker imbalance ${after} s`] = (up * buying) / all
    features[`mean trade size ${after} s`] = all / now.length
  }
  return features
}

/** Every single feature by name. */
export function featuresOf(seconds: SecondColumns, breakout: Breakout): Record<string, number> {
  const view = viewOf(seconds, breakout)
  const { width, edge, at } = view
  const bp = edge / 10_000
  const units: Record<string, number> = {
    bp,
    widths: width,
    'ATR 1m 14': atr(view, 14),
    'ATR 1m 30': atr(view, 30),
    'ATR 1m 5': atr(view, 5),
    'roughness 300 s': roughness(view, 300),
    'roughness 60 s': roughness(view, 60),
  }
  const usual = volumeOf(view, 0, 1800)
  const features: Record<string, number> = {
    'width bp': width / bp,
    'width / ATR 14': width / units['ATR 1m 14']!,
    'range duration': at - (breakout.rangeFrom / 1000 - seconds.from),
    'last third / first third of range': thirds(view),
    'span of last 5 min / width': spanOf(view, at - 300, at) / width,
    'roughness last 5 min / 15 min': roughness(view, 300) / roughness(view, 900),
    'roughness last 60 s / 15 min': roughness(view, 60) / roughness(view, 900),
    'last close to boundary / width': -moveOf(view, 0) / width,
    ...tapeFeatures(view),
  }
  for (const after of [5, 10, 15, 20]) {
    for (const [unit, size] of Object.entries(units))
      features[`move ${after} s in ${unit}`] = moveOf(view, after) / size
    features[`volume ${after} s / 30 min`] = volumeOf(view, after, after) / usual
    features[`volume ${after} s / 5 min`] = volumeOf(view, after, after) / volumeOf(view, 0, 300)
    features[`volume ${after} s / 60 s before`] = volumeOf(view, after, after) / volumeOf(view, 0, 60)
    features[`volume of 60 s until ${after} s / 30 min`] = volumeOf(view, after, 60) / usual
    features[`close now - close 60 s ago, ${after} s, ATR 14`] =
      (view.up * (seconds.close[at + after - 1]! - seconds.close[at + after - 61]!)) / units['ATR 1m 14']!
    features[`straightness ${after} s`] = straightness(view, after)
  }
  for (const count of [30, 60, 90, 120])
    features[`volume ${count} s before / 30 min`] = volumeOf(view, 0, count) / usual
  for (let after = 10; after <= 20; after += 2)
    features[`share of last 10 closes beyond, ${after} s`] = shareBeyond(view, after, 10)
  for (const after of [10, 20, 30, 45, 60])
    for (const unit of ['bp', 'widths', 'ATR 1m 14', 'ATR 1m 30'])
      features[`furthest within ${after} s in ${unit}`] = furthest(view, after) / units[unit]!
  for (const after of [30, 45, 60]) {
    features[`LATE move ${after} s in ATR 14`] = moveOf(view, after) / units['ATR 1m 14']!
    features[`LATE share of last 10 closes beyond, ${after} s`] = shareBeyond(view, after, 10)
  }
  return features
}

/** The few features that a joint model sees `after` seconds after the start's second, as logarithms. */
export function jointFeatures(seconds: SecondColumns, breakout: Breakout, after: number): number[] {
  const view = viewOf(seconds, breakout)
  const late = roughness(view, 300)
  return [
    Math.log(Math.max(0.3, moveOf(view, after) / late)),
    Math.log(volumeOf(view, after, after) / volumeOf(view, 0, 900)),
    Math.log(volumeOf(view, 0, 60) / volumeOf(view, -100, 600)),
    Math.log(thirds(view)),
    Math.log(late / roughness(view, 900)),
    Math.log(spanOf(view, view.at - 300, view.at) / view.width),
    Math.log(late / view.width),
  ]
}
