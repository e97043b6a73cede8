// Imports a file of candles of one timeframe: the venue's own rows, each covering itself, or all between first and last.
import { systemClock } from '../../core/clock.ts'
import type { EpochMs } from '../../core/time.ts'
import { missingFrom, rangeOf, runsOf } from '../ranges.ts'
import { isFuller } from '../store/candle-table.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../timeframe.ts'
import type { Candle, TimeRange } from '../types.ts'
import { instantIn, numberIn, positiveIn, RefusedRow } from './fields.ts'
import { BATCH_ROWS, Ledger, readRows, type ImportOptions, type RowReader } from './import-file.ts'
import { Tally, type ImportGap, type ImportReport } from './report.ts'
import { SlotSet } from './slot-set.ts'
import { Table } from './table.ts'

const LAYOUT = {
  time: {
    names: [
      'open_time_ms',
      'open_time',
      'opentime',
      'timestamp_ms',
      'timestamp',
      'time',
      'ts',
      'date',
      'datetime',
      '__index_level_0__',
    ],
    required: true,
  },
  open: { names: ['open', 'o'], required: true },
  high: { names: ['high', 'h'], required: true },
  low: { names: ['low', 'l'], required: true },
  close: { names: ['close', 'c'], required: true },
  volume: { names: ['volume', 'v', 'amount'], required: true },
} as const

type Name = keyof typeof LAYOUT

export interface CandleImportOptions extends ImportOptions {
  readonly timeframe: Timeframe
  /** Candles absent between the file's first and last are quiet, not missing. 1s files always mean that. */
  readonly sparse: boolean
}

/**
 * Rows: open time (UTC ms, or µs), open, high, low, close, volume; with a header by name, else in that order. Of two different rows for one open
 * time the fuller is kept. Importing again adds only what is missing, and repairs what a crash left.
 * @throws AppError `unreadable_file`, `unknown_format`, `bad_checksum`, `bad_header`, `wrong_kind`, `no_usable_rows`.
 */
export async function importCandles(options: CandleImportOptions): Promise<ImportReport> {
  return new CandleImport(options).run()
}

class CandleImport implements RowReader<Name> {
  readonly table = new Table<Name>('candles', LAYOUT)
  readonly tally = new Tally()
  readonly #options: CandleImportOptions
  readonly #ledger: Ledger
  readonly #batch: number
  readonly #now: EpochMs
  readonly #step: number
  /** Absent candles are quiet. */
  readonly #quiet: boolean
  readonly #slots: SlotSet
  #pending = new Map<number, Candle>()
  #latest = Number.NEGATIVE_INFINITY
  #written: TimeRange | null = null

  constructor(options: CandleImportOptions) {
    this.#options = options
    this.#ledger = new Ledger(options, 'candles', options.timeframe)
    this.#batch = options.batchRows ?? BATCH_ROWS
    this.#now = (options.clock ?? systemClock).now()
    this.#step = durationOf(options.timeframe)
    this.#quiet = options.sparse || options.timeframe === '1s'
    this.#slots = new SlotSet(this.#step)
  }

  async run(): Promise<ImportReport> {
    const read = await readRows(this.#options, this)
    return this.#options.store.transaction(() => {
      this.#write()
      return this.#ledger.finish(read, this.tally, this.#written, this.#gaps())
    })
  }

  row(fields: readonly string[]): void {
    const candle = this.#candleOf(fields)
    if (candle.openTime < this.#latest) this.tally.outOfOrder += 1
    this.#latest = Math.max(this.#latest, candle.openTime)
    if (this.#slots.add(candle.openTime)) this.#pending.set(candle.openTime, candle)
    else this.#again(candle)
  }

  pause(): boolean {
    if (this.#pending.size < this.#batch) return false
    this.#options.store.transaction(() => this.#write())
    return true
  }

  #candleOf(fields: readonly string[]): Candle {
    const { places } = this.table
    const candle = {
      openTime: instantIn(fields[places.time], this.#now),
      open: positiveIn(fields[places.open], 'open'),
      high: positiveIn(fields[places.high], 'high'),
      low: positiveIn(fields[places.low], 'low'),
      close: positiveIn(fields[places.close], 'close'),
      volume: numberIn(fields[places.volume], 'volume'),
    }
    refuseNonsense(candle, this.#options.timeframe, this.#now)
    return candle
  }

  /** A second row for a slot of this file: a repeat, or a conflict that the fuller row wins. */
  #again(candle: Candle): void {
    const pending = this.#pending.get(candle.openTime)
    if (pending === undefined) return this.#againAfterWriting(candle)
    const row = [pending.openTime, pending.open, pending.high, pending.low, pending.close, pending.volume]
    if (isSame(candle, pending)) this.tally.repeats += 1
    else {
      this.tally.conflicts += 1
      if (isFuller(candle, row)) this.#pending.set(candle.openTime, candle)
    }
  }

  #againAfterWriting(candle: Candle): void {
    const { store, market, timeframe } = this.#options
    const when = { first: null, corrected: this.#now }
    store.transaction(() => {
      const result = store.addCandles(market, timeframe, [candle], when, this.#ledger.id())
      this.tally.repeats += result.present
      this.tally.conflicts += result.conflicts
      this.#composeLonger(rangeOf(candle.openTime, candle.openTime + this.#step))
    })
  }

  #write(): void {
    const candles = [...this.#pending.values()].toSorted((a, b) => a.openTime - b.openTime)
    const [first, last] = [candles[0], candles.at(-1)]
    if (first === undefined || last === undefined) return
    const { store, market, timeframe } = this.#options
    const batch = rangeOf(first.openTime, last.openTime + this.#step)
    const whole = this.#written === null ? batch : hull(this.#written, batch)
    const when = { first: null, corrected: this.#now }
    this.tally.put(store.addCandles(market, timeframe, candles, when, this.#ledger.id()))
    if (timeframe === '1s') store.cover(market, timeframe, 'candles', [whole])
    else if (this.#quiet) store.cover(market, timeframe, 'sparse', [whole])
    else
      store.cover(
        market,
        timeframe,
        'candles',
        runsOf(
          candles.map(({ openTime }) => openTime),
          this.#step,
        ),
      )
    const bridge = this.#written ?? batch
    this.#composeLonger(rangeOf(Math.min(batch.from, bridge.to), Math.max(batch.to, bridge.from)))
    this.#written = whole
    this.#pending = new Map()
  }

  #composeLonger(range: TimeRange): void {
    const { store, market, timeframe } = this.#options
    const longer = TIMEFRAMES[TIMEFRAMES.indexOf(timeframe) + 1]
    if (longer !== undefined) store.recompose(market, longer, range, { first: null, corrected: this.#now })
  }

  #gaps(): ImportGap[] {
    if (this.#quiet || this.#written === null) return []
    return missingFrom(this.#slots.runs(), this.#written).map((gap) => ({
      ...gap,
      missing: (gap.to - gap.from) / this.#step,
    }))
  }
}

function refuseNonsense(candle: Candle, timeframe: Timeframe, now: EpochMs): void {
  const { openTime, open, high, low, close, volume } = candle
  const step = durationOf(timeframe)
  if (high < low) throw new RefusedRow(`high ${high} is below low ${low}`)
  if (open > high || open < low) throw new RefusedRow(`open ${open} is outside low ${low} to high ${high}`)
  if (close > high || close < low)
    throw new RefusedRow(`close ${close} is outside low ${low} to high ${high}`)
  if (volume < 0) throw new RefusedRow(`volume is ${volume}: expected 0 or more`)
  if (openTime % step !== 0)
    throw new RefusedRow(`open time ${openTime} is not a multiple of ${timeframe} (${step} ms)`)
  if (openTime + step > now) throw new RefusedRow(`the candle that opens at ${openTime} has not closed yet`)
}

function isSame(a: Candle, b: Candle): boolean {
  return (
    a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume
  )
}

function hull(a: TimeRange, b: TimeRange): TimeRange {
  return rangeOf(Math.min(a.from, b.from), Math.max(a.to, b.to))
}
