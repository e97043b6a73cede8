// Imports a file of candles of one timeframe: the venue's own rows, each covering itself, or all between first and last.
import { systemClock } from '../../../core/clock.ts'
import type { EpochMs } from '../../../core/time.ts'
import { zoneOf } from '../../../core/zone.ts'
import { clip, missingFrom, rangeOf, runsOf, unionOf } from '../../ranges.ts'
import { differenceOf, isFuller } from '../../store/putting.ts'
import type { CoverageKind } from '../../store/coverage-table.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../../timeframe.ts'
import type { Candle, TimeRange } from '../../types.ts'
import { farRanges, farReason, LONGEST_QUIET } from '../coverage/far-rows.ts'
import { historyOf } from '../coverage/history.ts'
import { SlotSet } from '../coverage/slot-set.ts'
import { Unread } from '../coverage/unread.ts'
import { Belonging } from '../identity/belonging.ts'
import { BATCH_ROWS, readRows, type ImportOptions, type RowReader } from '../import-file.ts'
import { Ledger } from '../ledger.ts'
import { Tally, type ImportGap, type ImportReport } from '../report.ts'
import type { Table } from '../tables/table.ts'
import { TimeReader } from '../times/time-reader.ts'
import { refusalOf } from '../verdict.ts'
import { CandleChecks } from './candle-checks.ts'
import {
  candleTable,
  pricesIn,
  refuseNonsense,
  refuseOpen,
  volumeIn,
  widened,
  type CandleColumn,
  type CandleOfFile,
} from './candle-row.ts'

export interface CandleImportOptions extends ImportOptions {
  readonly timeframe: Timeframe
  /** Candles absent between the file's first and last are quiet, not missing. 1s files always mean that. */
  readonly sparse: boolean
  /** The market has no volume: 0 is stored, and the file needs no such column. */
  readonly noVolume?: boolean
  /** Where open or close lie outside low to high, these are widened; else such rows are refused. */
  readonly widen?: boolean
}

/**
 * Rows: open time, open, high, low, close, volume; with a header by name, else in that order. Of two different rows for one open
 * time the fuller is kept. Importing again adds only what is missing, and repairs what a crash left.
 * @throws AppError `unreadable_file`, `unknown_format`, `bad_checksum`, `bad_header`, `wrong_kind`, `contradicts_file`, `mostly_refused`,
 * `no_usable_rows`, `unknown_timezone`, `invalid_columns`: nothing was stored then.
 */
export async function importCandles(options: CandleImportOptions): Promise<ImportReport> {
  return new CandleImport(options).run()
}

class CandleImport implements RowReader<CandleColumn> {
  readonly table: Table<CandleColumn>
  readonly tally = new Tally()
  readonly timeframe: Timeframe
  readonly time = 'time'
  readonly #options: CandleImportOptions
  readonly #ledger: Ledger
  readonly #batch: number
  readonly #now: EpochMs
  readonly #step: number
  /** Absent candles are quiet. */
  readonly #quiet: boolean
  readonly #negative: boolean
  readonly #times: TimeReader
  readonly #belonging: Belonging
  readonly #checks: CandleChecks
  readonly #slots: SlotSet
  readonly #unread: Unread
  #pending = new Map<number, CandleOfFile>()
  /** Open time of the row that is being read; null while it is not known. */
  #reading: number | null = null
  #latest = Number.NEGATIVE_INFINITY
  #widened = 0
  #written: TimeRange | null = null
  /** Stretches too long to be taken for quiet. */
  #silences: TimeRange[] = []

  constructor(options: CandleImportOptions) {
    const { market, timeframe, noVolume = false, timezone } = options
    this.#options = options
    this.timeframe = timeframe
    this.table = candleTable(market.symbol, noVolume, options.columns)
    this.#ledger = new Ledger(options, 'candles', timeframe)
    this.#batch = options.batchRows ?? BATCH_ROWS
    this.#now = (options.clock ?? systemClock).now()
    this.#step = durationOf(timeframe)
    this.#quiet = options.sparse || timeframe === '1s'
    this.#negative = options.negativePrices === true || options.store.takesNegativePrices(market)
    const zone = timezone === undefined ? null : zoneOf(timezone)
    this.#times = new TimeReader({ now: this.#now, zone, days: timeframe === '1d', distinct: true })
    this.#belonging = new Belonging(market)
    this.#checks = new CandleChecks(options.path, timeframe, this.table)
    this.#slots = new SlotSet(this.#step)
    this.#unread = new Unread(this.#step)
  }

  async run(): Promise<ImportReport> {
    const { store, replace } = this.#options
    const read = await readRows(this.#options, this)
    if (replace === true) {
      store.transaction(() => this.#write())
      await this.#ledger.replaceRest(this.tally)
    }
    return store.transaction(() => {
      this.#write()
      this.#note()
      return this.#ledger.finish(read, this.tally, this.#written, this.#gaps())
    })
  }

  /** MetaTrader's real volume is 0 where only ticks are counted. */
  first(fields: readonly string[]): void {
    const { places } = this.table
    this.#times.believe(this.table.zoneOfTimes('time'), this.#options.path)
    const ticks = this.table.column('tickvol')
    const isZero = /^\s*0+\s*$/.test(fields[places.volume] ?? '')
    if (ticks < 0 || ticks === places.volume || this.table.header[places.volume] !== 'vol' || !isZero) return
    places.volume = ticks
    this.tally.note('The column of volumes is 0: the number of ticks is taken instead.')
  }

  row(fields: readonly string[], line: number): void {
    this.#reading = null
    const { places } = this.table
    if (!this.#belonging.isOurs(fields[places.symbol], fields[places.venue])) {
      this.tally.elsewhere += 1
      this.tally.rows -= 1
      return
    }
    const candle = this.#candleOf(fields, line)
    this.#unread.read(candle.openTime)
    if (candle.openTime < this.#latest) this.tally.outOfOrder += 1
    this.#latest = Math.max(this.#latest, candle.openTime)
    if (this.#slots.add(candle.openTime)) this.#pending.set(candle.openTime, candle)
    else this.#again(candle)
  }

  refused(): void {
    this.#unread.refused(this.#reading)
  }

  pause(): boolean {
    if (this.#pending.size < this.#batch) return false
    this.#options.store.transaction(() => this.#write())
    return true
  }

  #candleOf(fields: readonly string[], line: number): CandleOfFile {
    const { table } = this
    const openTime = this.#times.read(table.timeText(fields, table.places.time))
    this.#reading = openTime
    this.#checks.open(openTime)
    const read = pricesIn(table, fields, this.#negative)
    this.#checks.prices(read)
    const prices = this.#options.widen === true ? widened(read) : read
    if (prices[1] !== read[1] || prices[2] !== read[2]) this.#widened += 1
    const volume = this.#options.noVolume === true ? 0 : volumeIn(table, fields)
    const [open, high, low, close] = prices
    this.#checks.volume(fields, close, volume)
    refuseNonsense(prices)
    refuseOpen(openTime, this.timeframe, this.#now)
    return { openTime, open, high, low, close, volume, line }
  }

  /** A second row for a slot of this file: a repeat, or a conflict that the fuller row wins. */
  #again(candle: CandleOfFile): void {
    const pending = this.#pending.get(candle.openTime)
    if (pending === undefined) return this.#againAfterWriting(candle)
    const row = [pending.openTime, pending.open, pending.high, pending.low, pending.close, pending.volume]
    if (isSame(candle, pending)) this.tally.repeats += 1
    else {
      const stands = isFuller(candle, row) ? 'given' : 'stored'
      this.tally.differ(differenceOf(row, candle, stands))
      if (stands === 'given') this.#pending.set(candle.openTime, candle)
    }
  }

  #againAfterWriting(candle: Candle): void {
    const { store, market, timeframe } = this.#options
    const when = { first: null, corrected: this.#now }
    store.transaction(() => {
      const by = { source: this.#ledger.id() }
      this.tally.putAgain(store.addCandles(market, timeframe, [candle], when, by))
      this.#composeLonger(rangeOf(candle.openTime, candle.openTime + this.#step))
    })
  }

  /** Whether the file can be imported at all; asked before anything of it is stored. */
  #check(): void {
    const { path, columns } = this.#options
    this.#belonging.check(path)
    this.#checks.check(columns !== undefined)
    const refusal = refusalOf(path, this.tally, this.#checks.advice())
    if (refusal !== null) throw refusal
  }

  #write(): void {
    const isFirst = this.#written === null
    if (isFirst) this.#check()
    this.#refuseFar()
    if (isFirst) this.#check()
    const candles = [...this.#pending.values()].toSorted((a, b) => a.openTime - b.openTime)
    const [first, last] = [candles[0], candles.at(-1)]
    if (first === undefined || last === undefined) return
    const { store, market, timeframe } = this.#options
    const batch = rangeOf(first.openTime, last.openTime + this.#step)
    const whole = this.#written === null ? batch : hull(this.#written, batch)
    const when = { first: null, corrected: this.#now }
    this.tally.put(store.addCandles(market, timeframe, candles, when, this.#ledger.by))
    const opens = candles.map(({ openTime }) => openTime)
    if (this.#quiet) this.#coverQuiet(opens, batch, whole)
    else this.#cover('candles', runsOf(opens, this.#step))
    const bridge = this.#written ?? batch
    this.#composeLonger(rangeOf(Math.min(batch.from, bridge.to), Math.max(batch.to, bridge.from)))
    this.#written = whole
    this.#pending = new Map()
  }

  /** All between first and last is known, except where rows could not be read, or nothing came for too long. */
  #coverQuiet(opens: readonly number[], batch: TimeRange, whole: TimeRange): void {
    const bridge = this.#written ?? batch
    const edges = [
      { from: Math.min(batch.to, bridge.to), to: Math.max(batch.from, bridge.from) },
      ...opens.map((open, index) => ({ from: (opens[index - 1] ?? open) + this.#step, to: open })),
    ]
    if (!this.#options.sparse) {
      for (const { from, to } of edges) if (to - from > LONGEST_QUIET) this.#silences.push(rangeOf(from, to))
    }
    this.#cover(this.timeframe === '1s' ? 'candles' : 'sparse', missingFrom(this.#unknown(), whole))
  }

  /** Whatever could not be read: a slot that the file has a candle for is known. */
  #unknown(): TimeRange[] {
    return unionOf(this.#slots.missingFrom(this.#unread.holes()), this.#silences)
  }

  #cover(kind: CoverageKind, ranges: readonly TimeRange[]): void {
    const { store, market, timeframe } = this.#options
    store.cover(market, timeframe, kind, ranges, null, this.#ledger.id())
  }

  #refuseFar(): void {
    const { store, market } = this.#options
    const times = [...this.#pending.keys()].toSorted((a, b) => a - b)
    const far = farRanges(times, historyOf(store, market))
    if (far.length === 0) return
    const rows = [...this.#pending.values()]
    for (const [index, { openTime, line }] of rows.entries()) {
      if (!far.some(({ from, to }) => openTime >= from && openTime < to)) continue
      this.#pending.delete(openTime)
      this.tally.refuse(line, farReason(openTime))
      this.#unread.between(rows[index - 1]?.openTime ?? null, rows[index + 1]?.openTime ?? null)
    }
  }

  #composeLonger(range: TimeRange): void {
    const { store, market, timeframe } = this.#options
    const longer = TIMEFRAMES[TIMEFRAMES.indexOf(timeframe) + 1]
    if (longer !== undefined) store.recompose(market, longer, range, { first: null, corrected: this.#now })
  }

  #gaps(): ImportGap[] {
    if (this.#written === null) return []
    const gaps = this.#quiet
      ? clip(this.#unknown(), this.#written)
      : missingFrom(this.#slots.runs(), this.#written)
    return gaps.map((gap) => ({ ...gap, missing: (gap.to - gap.from) / this.#step }))
  }

  #note(): void {
    const { timezone, noVolume } = this.#options
    this.#belonging.note(this.tally)
    if (this.#times.usedZone && timezone !== undefined)
      this.tally.note(`Times without a zone are read as ${timezone}.`)
    if (this.#widened > 0)
      this.tally.note(`High and low were widened to hold open and close in ${this.#widened} rows.`)
    if (noVolume === true) this.tally.note('The market has no volume: 0 is stored.')
  }
}

function isSame(a: Candle, b: Candle): boolean {
  return (
    a.open === b.open && a.high === b.high && a.low === b.low && a.close === b.close && a.volume === b.volume
  )
}

function hull(a: TimeRange, b: TimeRange): TimeRange {
  return rangeOf(Math.min(a.from, b.from), Math.max(a.to, b.to))
}
