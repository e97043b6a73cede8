// Augmented views of a market state: the same second told a little differently. The label never changes.
import { numberAt } from '../../core/at.ts'
import { FIELDS, TENSOR_NAMES, WINDOW, type TensorName } from '../../contract/timeframes.ts'
import type { ModelInputs } from '../../models/model.ts'
import { mix, type Random } from '../data/random.ts'

/** A view's volumes are all multiplied by e^x, x normal with this standard deviation. */
const VOLUME_SPREAD = 0.25
/** How often a timeframe is silenced in a view. Seconds never are: they hold the entry. */
const DROPOUT: Readonly<Record<TensorName, number>> = {
  ohlcv_1s: 0,
  ohlcv_1m: 0.1,
  ohlcv_1h: 0.2,
  ohlcv_1d: 0.2,
}
/** Prices move by less than this share of the spread: order and equality of prices stay. */
const NOISE_SHARE = 0.45

const ROW = WINDOW * FIELDS
const VOLUME = FIELDS - 1

/**
 * Changes row `row` in place: price noise of less than half a spread, one factor for all volumes, silenced timeframes.
 * @param spread of the market, in quote units; the tick where no book is known
 */
export function augment(
  inputs: Pick<ModelInputs, 'tensors'>,
  row: number,
  spread: number,
  random: Random,
): void {
  const noise = random.below(2 ** 32)
  const factor = Math.exp(VOLUME_SPREAD * random.normal())
  for (const name of TENSOR_NAMES) {
    const candles = inputs.tensors[name].subarray(row * ROW, (row + 1) * ROW)
    const silent = random.uniform() < DROPOUT[name]
    if (spread > 0) addNoise(candles, spread, noise)
    if (silent) silence(candles)
    else scaleVolume(candles, factor)
  }
}

/** One shift for each price level, the same in all candles: a high stays the high, and a close the next one's open. */
function addNoise(candles: Float64Array, spread: number, key: number): void {
  const size = NOISE_SHARE * spread
  // Most neighbours are equal: a quiet candle is one price four times, and a close is the next one's open.
  let last = Number.NaN
  let moved = Number.NaN
  for (let candle = 0; candle < candles.length; candle += FIELDS) {
    for (let i = candle; i < candle + VOLUME; i++) {
      const price = numberAt(candles, i)
      if (price !== last) {
        last = price
        moved = price + size * (mix(Math.round(price / spread) ^ key) / 2 ** 31 - 1)
      }
      candles[i] = moved
    }
  }
}

function scaleVolume(candles: Float64Array, factor: number): void {
  for (let i = VOLUME; i < candles.length; i += FIELDS) candles[i] = numberAt(candles, i) * factor
}

/** What a timeframe looks like in which nothing happened: the last close throughout, without volume. */
function silence(candles: Float64Array): void {
  const last = numberAt(candles, ROW - 2)
  candles.fill(last)
  for (let i = VOLUME; i < candles.length; i += FIELDS) candles[i] = 0
}

/** The market's tick, which no spread is under: the smallest change between closes; 0 where nothing moved. */
export function tickOf(closes: Float64Array): number {
  let tick = Infinity
  for (let i = 1; i < closes.length; i++) {
    const close = numberAt(closes, i)
    const change = Math.abs(close - numberAt(closes, i - 1))
    if (change > 1e-9 * close && change < tick) tick = change
  }
  return Number.isFinite(tick) ? tick : 0
}
