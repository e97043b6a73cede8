// The embedded store of one workspace's markets: trades, candles of four timeframes and what is covered; composed rows follow by themselves.
import { isBusy, patiently } from '../../core/busy.ts'
import type { Sqlite } from '../../core/database.ts'
import { inTransaction } from '../../core/transaction.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Candle, Market, TimeRange, Trade } from '../types.ts'
import type { Timeframe } from '../timeframe.ts'
import { CandleTable } from './candle-table.ts'
import { ChangeLog } from './change-log.ts'
import { CoverageTable, KINDS_OF, type CoverageKind } from './coverage-table.ts'
import { CutCoverage } from './cut-coverage.ts'
import { ImportBlocks } from './import-blocks.ts'
import { ImportRecords } from './import-records.ts'
import type { Knowledge, PutResult } from './putting.ts'
import { Recomposer } from './recompose.ts'
import { RowsAside } from './rows-aside.ts'
import { TradeTable, type Put } from './trade-table.ts'
import { isLogged, transactionEnds } from './transaction-ends.ts'
import type { Claim } from './what-stands.ts'

/** The import that rows come with. */
export interface Importing {
  /** Its number in the table `import`. */
  readonly source: number
  /** Its rows stand before those that are there. */
  readonly win?: boolean
}

/** By which what was committed comes to the disk beside other work. */
type Disk = { syncSoon(): void } | null

/** Opens the market's part of a database whose schema is up to date (`marketMigrations`). One per connection. `disk`: see `commit`. */
export function openMarketStore(sqlite: Sqlite, disk: Disk = null): MarketStore {
  return new MarketStore(sqlite, disk)
}

export class MarketStore {
  readonly sqlite: Sqlite
  readonly trades: TradeTable
  readonly candles: CandleTable
  readonly coverage: CoverageTable
  readonly changes: ChangeLog
  readonly imports: ImportRecords
  readonly blocks: ImportBlocks
  readonly aside: RowsAside
  readonly cutCoverage: CutCoverage
  readonly #recomposer: Recomposer
  readonly #end: () => void
  readonly #disk: Disk
  readonly #keeps = (source: number | null): boolean => this.imports.keeps(source)
  readonly #ids = new Map<string, number>()

  constructor(sqlite: Sqlite, disk: Disk) {
    this.sqlite = sqlite
    // What is logged must be here before it is there.
    this.#disk = isLogged(sqlite) ? null : disk
    // No mmap: a page that the disk does not give would end the process by SIGBUS, not fail the read.
    sqlite.exec('PRAGMA cache_size = -65536; PRAGMA mmap_size = 0;')
    this.trades = new TradeTable(sqlite)
    this.candles = new CandleTable(sqlite)
    this.coverage = new CoverageTable(sqlite)
    this.changes = new ChangeLog(sqlite)
    this.imports = new ImportRecords(sqlite)
    this.blocks = new ImportBlocks(sqlite)
    this.aside = new RowsAside(sqlite)
    this.#end = transactionEnds(sqlite)
    this.cutCoverage = new CutCoverage(sqlite, this.coverage)
    this.changes.listen((change) => this.coverage.forget(change?.market))
    this.#recomposer = new Recomposer(this.trades, this.candles, this.coverage, this.changes)
  }

  /**
   * All of `work` or nothing, as soon as no other process is writing; others run meanwhile.
   * @throws AppError `database_busy`
   */
  async write<T>(work: () => T): Promise<T> {
    return patiently(() => this.transaction(work))
  }

  /**
   * The same for what a stream tells, which comes again where it is lost: it is on the disk a second later, or once anything else waits for that. No end
   * of the process loses it, only one of the machine.
   */
  async commit<T>(work: () => T): Promise<T> {
    const disk = this.#disk
    if (disk === null) return this.write(work)
    const result = await patiently(() => this.#unsynced(work))
    disk.syncSoon()
    return result
  }

  #unsynced<T>(work: () => T): T {
    this.sqlite.exec('PRAGMA synchronous = NORMAL')
    try {
      return this.transaction(work)
    } finally {
      this.sqlite.exec('PRAGMA synchronous = FULL')
    }
  }

  /** All of `work` or nothing, now or not at all; inside another transaction it is part of that one. */
  transaction<T>(work: () => T): T {
    if (this.sqlite.inTransaction) return work()
    try {
      return inTransaction(this.sqlite, () => {
        const result = work()
        this.#end()
        return result
      })
    } catch (error) {
      // Another is writing: nothing was begun.
      if (isBusy(error)) throw error
      this.#ids.clear()
      this.changes.announceAll()
      throw error
    }
  }

  markets(): Market[] {
    const rows = this.sqlite
      .prepare('SELECT venue, symbol FROM market WHERE forgotten_at IS NULL ORDER BY venue, symbol')
      .raw()
      .all()
    return (rows as [string, string][]).map(([venue, symbol]) => ({ venue, symbol }))
  }

  /** The number of a market in the tables; null where nothing of it is stored. */
  find({ venue, symbol }: Market): number | null {
    const key = `${venue} ${symbol}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const rows = this.sqlite
      .prepare('SELECT id FROM market WHERE venue = ? AND symbol = ?')
      .raw()
      .all([venue, symbol]) as [number][]
    const id = rows[0]?.[0] ?? null
    if (id !== null) this.#ids.set(key, id)
    return id
  }

  /** Whole slots whose candle is known, traded or quiet; none of a market of which nothing is stored. */
  known(market: Market, timeframe: Timeframe): readonly TimeRange[] {
    const id = this.find(market)
    return id === null ? [] : this.coverage.known(id, timeframe)
  }

  /** The number of a market, which is created where it is new. */
  open(market: Market): number {
    const known = this.find(market)
    if (known !== null) return known
    const insert = this.sqlite.prepare('INSERT INTO market (venue, symbol) VALUES (?, ?)')
    const { lastInsertRowid } = this.transaction(() => insert.run([market.venue, market.symbol]))
    return Number(lastInsertRowid)
  }

  /**
   * Leaves a market of which nothing is stored any more out of lists until something is; what was said of its prices is forgotten, too.
   * False where something is.
   */
  hideEmpty(market: number, now: EpochMs): boolean {
    const tables = ['candle', 'trade', 'coverage', 'book_block']
    const isAny = tables.map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE market = ?1)`).join(' OR ')
    const left = this.sqlite.prepare(`SELECT ${isAny}`).raw().get([market]) as [number]
    if (left[0] !== 0) return false
    this.sqlite
      .prepare('UPDATE market SET forgotten_at = ?, negative_prices = 0 WHERE id = ?')
      .run([now, market])
    return true
  }

  /** Whether the market was said to trade at 0 and below. */
  takesNegativePrices(market: Market): boolean {
    const id = this.find(market)
    if (id === null) return false
    const row = this.sqlite.prepare('SELECT negative_prices FROM market WHERE id = ?').raw().get([id])
    return (row as [number] | undefined)?.[0] === 1
  }

  /** From now on prices of 0 and below are taken for what they are. */
  takeNegativePrices(market: Market): void {
    const id = this.open(market)
    this.sqlite.prepare('UPDATE market SET negative_prices = 1 WHERE id = ?').run([id])
  }

  /** Adds trades. Candles follow with `recompose`, once the coverage of the trades is recorded. */
  addTrades(market: Market, trades: readonly Trade[], by?: Importing): Put {
    return this.transaction(() => {
      const id = this.open(market)
      const source = by?.source ?? this.#noImport()
      if (by !== undefined) this.blocks.addTrades(source, id, trades)
      const aside = (claim: Claim<Trade>): void => this.aside.putTrade(id, claim)
      return this.trades.put(id, trades, { source, win: by?.win ?? false, aside })
    })
  }

  /** Adds the venue's own candles: ascending by open time, one a slot. Longer timeframes follow with `recompose`. */
  addCandles(
    market: Market,
    timeframe: Timeframe,
    candles: readonly Candle[],
    when: Knowledge,
    by?: Importing,
  ): PutResult {
    return this.transaction(() => {
      const id = this.open(market)
      const source = by?.source ?? this.#noImport()
      if (by !== undefined) this.blocks.addCandles(source, id, timeframe, candles)
      const result = this.candles.putNative(id, timeframe, candles, {
        source,
        when,
        win: by?.win ?? false,
        keeps: this.#keeps,
        aside: (claim) => this.aside.putCandle(id, timeframe, claim),
      })
      const [first, last] = [candles[0], candles.at(-1)]
      if (first !== undefined && last !== undefined && result.added + result.conflicts > 0) {
        this.changes.note(id, timeframe, first.openTime, last.openTime + 1)
      }
      return result
    })
  }

  /** The venue's own candles with from ≤ open < to, with who gave them. */
  nativeClaims(market: number, timeframe: Timeframe, range: TimeRange): Claim<Candle>[] {
    return this.candles.natives(market, timeframe, range, this.#keeps)
  }

  /** The source of what a stream or a download gives now: see `Claim`. */
  #noImport(): number {
    return 0 - this.imports.latest()
  }

  /** Records that ranges are known: see `CoverageTable`. `knownAt` null means by their own time; `source` is an import, or 0. */
  cover(
    market: Market,
    timeframe: Timeframe,
    kind: CoverageKind,
    ranges: readonly TimeRange[],
    knownAt: EpochMs | null = null,
    source = 0,
  ): void {
    this.transaction(() => {
      const id = this.open(market)
      if (!this.coverage.add(id, timeframe, kind, ranges, knownAt, source)) return
      for (const { from, to } of ranges) this.changes.note(id, timeframe, from, to)
    })
  }

  /** Takes back that trades cover `range`, which whole seconds bound: some of them were missed and cannot be had any more. */
  uncover(market: Market, range: TimeRange, now: EpochMs): void {
    this.transaction(() => {
      const id = this.open(market)
      this.cutCoverage.trim(id, '1s', range, KINDS_OF.trades)
      if (!this.coverage.remove(id, '1s', 'trades', range)) return
      this.changes.note(id, '1s', range.from, range.to)
      this.#recomposer.run(id, '1s', range, { first: now, corrected: now })
    })
  }

  /**
   * Brings composed candles in line with trades, the venue's own candles and coverage: those of `timeframe` and all longer ones whose
   * span meets `range`. A pure function of what is stored: repeating it changes nothing.
   */
  recompose(market: Market, timeframe: Timeframe, range: TimeRange, when: Knowledge): void {
    this.transaction(() => this.#recomposer.run(this.open(market), timeframe, range, when))
  }
}
