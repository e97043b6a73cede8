// Imports a file of trades: each once, in the file's order within a millisecond; the seconds between first and last row become known.
import { leaveRoom } from '../../core/busy.ts'
import { systemClock } from '../../core/clock.ts'
import { ceilTo, DAY, floorTo, HOUR, MINUTE, type EpochMs } from '../../core/time.ts'
import { clip, rangeOf } from '../ranges.ts'
import type { Side, TimeRange, Trade } from '../types.ts'
import { instantIn, positiveIn, RefusedRow } from './fields.ts'
import { BATCH_ROWS, Ledger, readRows, type ImportOptions, type RowReader } from './import-file.ts'
import { Tally, type ImportReport } from './report.ts'
import { Table } from './table.ts'
import { TooFarOutOfOrder, TradeKeys } from './trade-keys.ts'

const LAYOUT = {
  time: {
    names: [
      'timestamp_ms',
      'timestamp',
      'time',
      'ts',
      'transact_time',
      'date',
      'datetime',
      '__index_level_0__',
    ],
    required: true,
  },
  price: { names: ['price'], required: true },
  amount: { names: ['amount', 'qty', 'quantity', 'size', 'volume'], required: true },
  side: { names: ['side', 'taker_side'], required: false },
  id: { names: ['id', 'trade_id', 'tradeid', 'agg_trade_id'], required: false },
  maker: { names: ['is_buyer_maker', 'isbuyermaker'], required: false, named: true },
} as const

type Name = keyof typeof LAYOUT

/** Larger files become candles piece by piece, each so long that it holds about a batch of trades. */
const PIECES = [DAY, HOUR, 10 * MINUTE, MINUTE] as const

/**
 * Rows: time (UTC ms, or µs), price, amount, taker side and id where the file has them; with a header by name, else as Binance publishes and
 * freqtrade stores them, where they look like it, else in that order. `is_buyer_maker` tells the side where none is given. A trade without
 * an id is keyed by time, price, amount, side and its count among equal rows of the file. Importing again adds only what is missing, and
 * repairs what a crash left.
 * @throws AppError `unreadable_file`, `unknown_format`, `bad_checksum`, `bad_header`, `wrong_kind`, `no_usable_rows`.
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

class TradeImport implements RowReader<Name> {
  readonly table = new Table<Name>('trades', LAYOUT)
  readonly tally = new Tally()
  readonly #options: ImportOptions
  readonly #keys: TradeKeys
  readonly #ledger: Ledger
  readonly #addedBefore: number
  readonly #batch: number
  readonly #now: EpochMs
  #pending: Trade[] = []
  /** Ids seen before in this file. */
  #again: Trade[] = []
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY

  /** A file whose order asks for all keys at hand is read once more: what the first reading has `addedBefore` is of this import, too. */
  constructor(options: ImportOptions, ledger: Ledger, again?: { readonly addedBefore: number }) {
    this.#options = options
    this.#keys = new TradeKeys(again !== undefined)
    this.#addedBefore = again?.addedBefore ?? 0
    this.#ledger = ledger
    this.#batch = options.batchRows ?? BATCH_ROWS
    this.#now = (options.clock ?? systemClock).now()
  }

  async run(): Promise<ImportReport> {
    const read = await readRows(this.#options, this)
    const touched = rangeOf(floorTo(this.#first, 1000), floorTo(this.#last, 1000) + 1000)
    const from = ceilTo(this.#first, 1000)
    const to = floorTo(this.#last, 1000)
    const coverage = from < to ? rangeOf(from, to) : null
    const { store } = this.#options
    const pieces = this.#piecesOf(touched)
    for (const piece of pieces.slice(0, -1)) {
      store.transaction(() => this.#compose(piece, coverage))
      await leaveRoom()
    }
    return store.transaction(() => {
      this.#compose(pieces.at(-1) ?? touched, coverage)
      this.tally.added += this.#addedBefore
      this.tally.present -= this.#addedBefore
      return this.#ledger.finish(read, this.tally, coverage, [])
    })
  }

  row(fields: readonly string[]): void {
    const { places } = this.table
    const time = instantIn(fields[places.time], this.#now)
    const price = positiveIn(fields[places.price], 'price')
    const amount = positiveIn(fields[places.amount], 'amount')
    const side = sideIn(fields[places.side]) ?? takerOf(fields[places.maker])
    const given = fields[places.id]?.trim() ?? ''
    const key = given === '' ? `${price}|${amount}|${side ?? ''}` : given
    const { sequence, count } = this.#keys.next(time, key)
    const id = given === '' ? `${key}|${count}` : given
    const trade = { id, time, sequence, price, amount, side, arrivedAt: time }
    if (given !== '' && count > 0) this.#again.push(trade)
    else this.#keep(trade)
  }

  pause(): boolean {
    if (this.#pending.length < this.#batch) return false
    this.#write()
    return true
  }

  #piecesOf(touched: TimeRange): TimeRange[] {
    if (this.tally.rows <= this.#batch) return [touched]
    const rowsAMs = this.tally.rows / (touched.to - touched.from)
    return partedAt(PIECES.find((step) => step * rowsAMs <= this.#batch) ?? MINUTE, touched)
  }

  #keep(trade: Trade): void {
    if (trade.time < this.#last) this.tally.outOfOrder += 1
    this.#first = Math.min(this.#first, trade.time)
    this.#last = Math.max(this.#last, trade.time)
    this.#pending.push(trade)
  }

  #write(): void {
    const { store, market } = this.#options
    store.transaction(() => {
      this.#ledger.id()
      this.tally.put(store.addTrades(market, this.#pending))
      const again = store.addTrades(market, this.#again)
      this.tally.repeats += again.present
      this.tally.conflicts += again.conflicts
    })
    this.#pending = []
    this.#again = []
  }

  /** Makes a stretch of trades known and composes its candles; repeating it is harmless. */
  #compose(range: TimeRange, coverage: TimeRange | null): void {
    const { store, market } = this.#options
    this.#write()
    if (coverage !== null) store.cover(market, '1s', 'trades', clip([coverage], range))
    store.recompose(market, '1s', range, { first: null, corrected: this.#now })
  }
}

function sideIn(text: string | undefined): Side | null {
  const side = text?.trim().toLowerCase() ?? ''
  if (side === '') return null
  if (side === 'buy' || side === 'b') return 'buy'
  if (side === 'sell' || side === 's') return 'sell'
  throw new RefusedRow(`side is "${text?.trim()}": expected buy or sell`)
}

/** The taker sold where the buyer was the maker. */
function takerOf(buyerIsMaker: string | undefined): Side | null {
  const text = buyerIsMaker?.trim().toLowerCase() ?? ''
  if (text === '') return null
  if (text === 'true' || text === '1') return 'sell'
  if (text === 'false' || text === '0') return 'buy'
  throw new RefusedRow(`is_buyer_maker is "${buyerIsMaker}": expected true or false`)
}

/** Parted at multiples of `step`. */
function partedAt(step: number, { from, to }: TimeRange): TimeRange[] {
  const parts: TimeRange[] = []
  for (let start: number = from; start < to; start = floorTo(start, step) + step) {
    parts.push(rangeOf(start, Math.min(floorTo(start, step) + step, to)))
  }
  return parts
}
