// A row of a file of candles → a candle, or why it is none.
import type { EpochMs } from '../../../core/time.ts'
import { durationOf, type Timeframe } from '../../timeframe.ts'
import type { Candle } from '../../types.ts'
import { numberIn, priceIn, RefusedRow } from '../fields.ts'
import { baseOf } from '../identity/symbols.ts'
import { columnsOf, NO_CHOICE } from '../tables/columns-option.ts'
import { CANDLE_LAYOUT } from '../tables/layouts.ts'
import { Table, type Layout } from '../tables/table.ts'

export type CandleColumn = keyof typeof CANDLE_LAYOUT

/** A candle and the line it came from. */
export interface CandleOfFile extends Candle {
  readonly line: number
}

/** The table of a file of candles of `symbol`: a column such as `Volume ETH` is its volume. */
export function candleTable(symbol: string, noVolume: boolean, columns?: string): Table<CandleColumn> {
  const base = baseOf(symbol).toLowerCase()
  const { names } = CANDLE_LAYOUT.volume
  const own = base === 'btc' ? ['btc', 'xbt'] : [base]
  const ofBase = own.flatMap((each) => [`volume ${each}`, `volume_${each}`, `volume (${each})`])
  const volume = noVolume
    ? { names: [], required: false, named: true }
    : { names: [...names.slice(0, 5), ...ofBase, ...names.slice(5)], required: true }
  const layout: Layout<CandleColumn> = { ...CANDLE_LAYOUT, volume }
  const known = Object.keys(layout).filter((name) => !noVolume || name !== 'volume')
  return new Table('candles', layout, columns === undefined ? NO_CHOICE : columnsOf(columns, known))
}

export type Prices = readonly [open: number, high: number, low: number, close: number]

/** The prices of a row, in the order open, high, low, close. */
export function pricesIn(
  { places, decimalComma }: Table<CandleColumn>,
  fields: readonly string[],
  negative: boolean,
): Prices {
  const reading = { decimalComma, negative }
  return [
    priceIn(fields[places.open], 'open', reading),
    priceIn(fields[places.high], 'high', reading),
    priceIn(fields[places.low], 'low', reading),
    priceIn(fields[places.close], 'close', reading),
  ]
}

/** @throws RefusedRow where it is missing; the words say what there is for markets without one */
export function volumeIn({ places, decimalComma }: Table<CandleColumn>, fields: readonly string[]): number {
  const text = fields[places.volume]?.trim() ?? ''
  if (text === '' || /^(nan|null|none)$/i.test(text)) {
    throw new RefusedRow(
      'volume is missing: expected a number; a market without volume is imported with --no-volume',
    )
  }
  const volume = numberIn(text, 'volume', decimalComma)
  if (volume < 0) throw new RefusedRow(`volume is ${volume}: expected 0 or more`)
  return volume
}

/** Prices whose high and low hold open and close too. */
export function widened([open, high, low, close]: Prices): Prices {
  return [open, Math.max(open, high, low, close), Math.min(open, high, low, close), close]
}

/** @throws RefusedRow where the prices cannot be a candle's */
export function refuseNonsense([open, high, low, close]: Prices): void {
  const advice = ': high and low are widened to hold it by --widen'
  if (high < low) throw new RefusedRow(`high ${high} is below low ${low}`)
  if (open > high || open < low)
    throw new RefusedRow(`open ${open} is outside low ${low} to high ${high}${advice}`)
  if (close > high || close < low)
    throw new RefusedRow(`close ${close} is outside low ${low} to high ${high}${advice}`)
}

/** @throws RefusedRow where no candle opens then, or one that still forms */
export function refuseOpen(openTime: EpochMs, timeframe: Timeframe, now: EpochMs): void {
  const step = durationOf(timeframe)
  if (openTime % step !== 0)
    throw new RefusedRow(`open time ${openTime} is not a multiple of ${timeframe} (${step} ms)`)
  if (openTime + step > now) throw new RefusedRow(`the candle that opens at ${openTime} has not closed yet`)
}
