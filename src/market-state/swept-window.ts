// The 100 candles of one timeframe, carried from instant to instant: closed candles that stay in the window are not looked up again.
import { FIELDS, type CaseTimeframe } from '../contract/timeframes.ts'
import type { EpochMs } from '../core/time.ts'
import type { Gap } from '../market/gap.ts'
import type { MarketSlice } from '../market/slice.ts'
import { durationOf } from '../market/timeframe.ts'
import { isPositiveFrom } from './price-sign.ts'
import { CANDLE_ROW, interleave } from './tensors.ts'
import {
  allocateColumns,
  closedSlots,
  fillWindow,
  firstOpenTime,
  type Carried,
  type StateColumns,
} from './window.ts'

export class SweptWindow {
  /** The window as a model takes it: [100, 5]. */
  readonly row = new Float64Array(CANDLE_ROW)
  readonly columns: StateColumns = allocateColumns()
  readonly #slice: MarketSlice
  readonly #timeframe: CaseTimeframe
  readonly #step: number
  readonly #trades: Carried['trades']
  /** Open of the first candle, and how many are closed, from it on. */
  #first = 0
  #closed = 0
  /** Whether all prices are above 0. */
  #isPositive = false

  /** @param trades of the same slice, as of the instant that the window moves to */
  constructor(slice: MarketSlice, timeframe: CaseTimeframe, trades: Carried['trades']) {
    this.#trades = trades
    this.#slice = slice
    this.#timeframe = timeframe
    this.#step = durationOf(timeframe)
  }

  /** As `fillWindow` makes it anew, which it is for an instant far away. Returns whether all prices are above 0. */
  moveTo(asOf: EpochMs, gaps: Gap[]): boolean {
    const first = firstOpenTime(this.#timeframe, asOf)
    const known = Math.min(this.#keepFrom(first), closedSlots(this.#timeframe, asOf))
    this.#closed = 0
    fillWindow(this.#slice, this.#timeframe, asOf, this.columns, gaps, { known, trades: this.#trades })
    interleave(this.columns, this.row, 0, known)
    this.#isPositive = isPositiveFrom(this.columns, this.#isPositive ? known : 0)
    this.#first = first
    this.#closed = closedSlots(this.#timeframe, asOf)
    return this.#isPositive
  }

  /** Moves what the window from `first` on has in common with this one to its front. Returns how many closed candles that is. */
  #keepFrom(first: EpochMs): number {
    const passed = (first - this.#first) / this.#step
    if (passed < 0 || passed >= this.#closed) return 0
    if (passed > 0) {
      for (const column of Object.values(this.columns)) column.copyWithin(0, passed)
      this.row.copyWithin(0, passed * FIELDS)
    }
    return this.#closed - passed
  }
}
