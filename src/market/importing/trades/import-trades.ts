// Imports a file of trades: each once, in the order in which they happened; the seconds between first and last row become known.
import { leaveRoom } from '../../../core/busy.ts'
import { systemClock } from '../../../core/clock.ts'
import { SECOND, type EpochMs } from '../../../core/time.ts'
import { zoneOf } from '../../../core/zone.ts'
import { clip } from '../../ranges.ts'
import type { TimeRange, Trade } from '../../types.ts'
import { DaySpans } from '../coverage/day-spans.ts'
import { farRanges, farReason } from '../coverage/far-rows.ts'
import { historyOf } from '../coverage/history.ts'
import { Unread } from '../coverage/unread.ts'
import { Belonging } from '../identity/belonging.ts'
import { BATCH_ROWS, readRows, type ImportOptions, type ReadFile, type RowReader } from '../import-file.ts'
import { Ledger } from '../ledger.ts'
import { Tally, type ImportReport } from '../report.ts'
import type { Table } from '../tables/table.ts'
import { TimeReader } from '../times/time-reader.ts'
import { refusalOf } from '../verdict.ts'
import { TooFarOutOfOrder, TradeKeys } from './trade-keys.ts'
import { TradeOrder } from './trade-order.ts'
import { printOf, tradeTable, type Print, type TradeColumn } from './trade-row.ts'

/**
 * Rows: time, price, amount, taker side and id where the file has them; with a header by name, else as Binance publishes and
 * freqtrade stores them, where they look like it, else in that order. `is_buyer_maker` tells the side where none is given. A trade without
 * an id is keyed by time, price, amount, side and its count among equal rows of the file. Importing again adds only what is missing, and
 * repairs what a crash left.
 * @throws AppError `unreadable_file`, `unknown_format`, `bad_checksum`, `bad_header`, `wrong_kind`, `contradicts_file`, `mostly_refused`,
 * `no_usable_rows`, `unknown_timezone`, `invalid_columns`: nothing was stored then.
 */
export async function importTrades(options: ImportOptions): Promise<ImportReport> {
  const ledger = new Ledger(options, 'trades', null)
  const first = new TradeImport(options, ledger)
  try {
    return await first.run()
  } catch (error) {
    if (!(error instanceof TooFarOutOfOrder)) throw error
    return new TradeImport(options, ledger, { addedBefore: first.tally.added }).run()
  }
}

class TradeImport implements RowReader<TradeColumn> {
  readonly table: Table<TradeColumn>
  readonly tally = new Tally()
  readonly timeframe = null
  readonly time = 'time'
  readonly #options: ImportOptions
  readonly #keys: TradeKeys
  readonly #order = new TradeOrder()
  readonly #ledger: Ledger
  readonly #addedBefore: number
  readonly #batch: number
  readonly #now: EpochMs
  readonly #times: TimeReader
  readonly #belonging: Belonging
  readonly #unread = new Unread(SECOND)
  readonly #negative: boolean
  #pending: Print[] = []
  /** Time of the row that is being read; null while it is not known. */
  #reading: number | null = null
  #latest = Number.NEGATIVE_INFINITY
  readonly #days = new DaySpans()
  #isChecked = false

  /** A file whose order asks for all keys at hand is read once more: what the first reading has `addedBefore` is of this import, too. */
  constructor(options: ImportOptions, ledger: Ledger, again?: { readonly addedBefore: number }) {
    this.#options = options
    this.table = tradeTable(options.columns)
    this.#keys = new TradeKeys(again !== undefined)
    this.#addedBefore = again?.addedBefore ?? 0
    this.#ledger = ledger
    this.#batch = options.batchRows ?? BATCH_ROWS
    this.#now = (options.clock ?? systemClock).now()
    const zone = options.timezone === undefined ? null : zoneOf(options.timezone)
    this.#times = new TimeReader({ now: this.#now, zone, days: false, distinct: false })
    this.#belonging = new Belonging(options.market)
    this.#negative = options.negativePrices === true || options.store.takesNegativePrices(options.market)
  }

  async run(): Promise<ImportReport> {
    const { store, replace } = this.#options
    const read = await readRows(this.#options, this)
    if (this.tally.rows <= this.#batch && replace !== true) {
      return store.transaction(() => {
        this.#write()
        return this.#finish(read, this.#days.pieces(this.#batch))
      })
    }
    this.#write()
    const pieces = this.#days.pieces(this.#batch)
    const { known } = this.#days.extent(this.#unread.holes())
    for (const piece of pieces.slice(0, replace === true ? undefined : -1)) {
      store.transaction(() => this.#compose(piece, known))
      await leaveRoom()
    }
    await this.#ledger.replaceRest(this.tally)
    return store.transaction(() => this.#finish(read, pieces.slice(-1)))
  }

  first(): void {
    this.#times.believe(this.table.zoneOfTimes('time'), this.#options.path)
  }

  row(fields: readonly string[], line: number): void {
    this.#reading = null
    const { table } = this
    if (!this.#belonging.isOurs(fields[table.places.symbol], fields[table.places.venue])) {
      this.tally.elsewhere += 1
      this.tally.rows -= 1
      return
    }
    const time = this.#times.read(table.timeText(fields, table.places.time))
    this.#reading = time
    const { below } = this.#times
    const print = printOf(table, fields, { time, below, line, negative: this.#negative })
    this.#unread.read(time)
    this.#order.see(print)
    if (time < this.#latest) this.tally.outOfOrder += 1
    this.#latest = Math.max(this.#latest, time)
    this.#pending.push(print)
  }

  refused(): void {
    this.#unread.refused(this.#reading)
  }

  pause(): boolean {
    if (this.#pending.length < this.#batch) return false
    // The millisecond that the last row is of may go on.
    const last = this.#pending.at(-1)?.time
    this.#write(this.#pending.findLastIndex(({ time }) => time !== last) + 1)
    return true
  }

  /** Writes the first `end` of the rows that are held. */
  #write(end = this.#pending.length): void {
    const prints = this.#pending.slice(0, end)
    if (!this.#isChecked) this.#check()
    const ordered = this.#withoutFar(prints)
    if (!this.#isChecked) this.#check()
    this.#isChecked = true
    this.#pending = this.#pending.slice(end)
    const [first, last] = [ordered[0], ordered.at(-1)]
    if (first === undefined || last === undefined) return
    this.#store(ordered)
    this.#keys.forget(this.#order.newestFirst ? first.time : last.time)
  }

  /** Whether the file can be imported at all; asked before anything of it is stored. */
  #check(): void {
    this.#belonging.check(this.#options.path)
    const refusal = refusalOf(this.#options.path, this.tally, null)
    if (refusal !== null) throw refusal
  }

  /** The rows as they happened; those that lie far away are refused. */
  #withoutFar(prints: readonly Print[]): readonly Print[] {
    const { store, market } = this.#options
    const ordered = this.#order.sorted(prints)
    const times = ordered.map(({ time }) => time)
    const far = farRanges(times, historyOf(store, market))
    if (far.length === 0) return ordered
    const isFar = ({ time }: Print): boolean => far.some(({ from, to }) => time >= from && time < to)
    for (const [index, print] of prints.entries()) {
      if (!isFar(print)) continue
      this.tally.refuse(print.line, farReason(print.time))
      this.#unread.between(prints[index - 1]?.time ?? null, prints[index + 1]?.time ?? null)
    }
    return ordered.filter((print) => !isFar(print))
  }

  #store(ordered: readonly Print[]): void {
    const { store, market } = this.#options
    const trades: Trade[] = []
    /** Ids seen before in this file. */
    const repeats: Trade[] = []
    for (const print of ordered) {
      const { time, price, amount, side, given } = print
      this.#days.add(time)
      const key = given === '' ? `${price}|${amount}|${side ?? ''}` : given
      const { place, count } = this.#keys.next(time, key)
      const id = given === '' ? `${key}|${count}` : given
      const sequence = this.#order.sequenceOf(print, place)
      const trade = { id, time, sequence, price, amount, side, arrivedAt: time }
      if (given !== '' && count > 0) repeats.push(trade)
      else trades.push(trade)
    }
    store.transaction(() => {
      const { by } = this.#ledger
      this.tally.put(store.addTrades(market, trades, by))
      this.tally.putAgain(store.addTrades(market, repeats, { source: by.source }))
    })
  }

  /** The seconds between the rows become known and their candles composed, piece by piece; repeating it is harmless. */
  #finish(read: ReadFile, pieces: readonly TimeRange[]): ImportReport {
    const { coverage, known, gaps } = this.#days.extent(this.#unread.holes())
    for (const piece of pieces) this.#compose(piece, known)
    this.tally.added += this.#addedBefore
    this.tally.present -= this.#addedBefore
    this.#note()
    const missing = gaps.map((gap) => ({ ...gap, missing: (gap.to - gap.from) / SECOND }))
    return this.#ledger.finish(read, this.tally, coverage, missing)
  }

  #compose(range: TimeRange, known: readonly TimeRange[]): void {
    const { store, market } = this.#options
    store.cover(market, '1s', 'trades', clip(known, range), null, this.#ledger.id())
    store.recompose(market, '1s', range, { first: null, corrected: this.#now })
  }

  #note(): void {
    const { timezone } = this.#options
    this.#belonging.note(this.tally)
    if (this.#order.newestFirst)
      this.tally.note('The file runs from the newest to the oldest: it is read from its end.')
    if (!this.#order.byIds) this.tally.note('Its ids do not grow with time: they say nothing of the order.')
    if (this.#times.usedZone && timezone !== undefined)
      this.tally.note(`Times without a zone are read as ${timezone}.`)
  }
}
