// A provider on the local exchange, over a real store, and what the exchange knows to be true of it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../src/core/database.ts'
import { epochMs, type EpochMs } from '../../src/core/time.ts'
import { createExchangeSource } from '../../src/market/exchange/exchange-source.ts'
import { createDataProvider } from '../../src/market/live-provider.ts'
import type { DataProvider, ProviderStatus } from '../../src/market/provider.ts'
import { candlesOf } from '../../src/market/columns.ts'
import { createMarketReader } from '../../src/market/reader.ts'
import { clip, missingFrom, rangeOf } from '../../src/market/ranges.ts'
import { marketMigrations } from '../../src/market/store/schema.ts'
import { openMarketStore, type MarketStore } from '../../src/market/store/market-store.ts'
import type { TimeRange } from '../../src/market/types.ts'
import type { LocalBinance } from './binance-server.ts'
import { klines } from './binance-rest.ts'
import { until } from '../patience.ts'

const MARKET = { venue: 'binance', symbol: 'ETH/USDT' }

export class LiveMarket {
  readonly folder: string
  readonly exchange: LocalBinance
  readonly store: MarketStore
  readonly provider: DataProvider
  readonly faults: unknown[] = []
  /** Every state the provider told, in order, without repeats; and everything that it said was wrong. */
  readonly states: string[] = []
  readonly troubles = new Set<string>()
  readonly #close: () => Promise<void>
  readonly #watching: ReturnType<typeof setInterval>

  static async start(exchange: LocalBinance, folder?: string, silence = 4000): Promise<LiveMarket> {
    const place = folder ?? mkdtempSync(join(tmpdir(), 'annotate-exchange-'))
    const source = await createExchangeSource({
      exchange: MARKET.venue,
      symbol: MARKET.symbol,
      settings: exchange.settings(),
      silence,
      books: false,
    })
    const { sqlite, close } = openDatabase(join(place, 'annotate.db'), marketMigrations)
    const store = openMarketStore(sqlite)
    const faults: unknown[] = []
    const provider = createDataProvider({
      store,
      reader: createMarketReader(store),
      source,
      onFault: (error) => faults.push(error),
    })
    const live = new LiveMarket(place, exchange, store, provider, close, faults)
    await provider.start()
    return live
  }

  private constructor(
    folder: string,
    exchange: LocalBinance,
    store: MarketStore,
    provider: DataProvider,
    close: () => Promise<void>,
    faults: unknown[],
  ) {
    this.folder = folder
    this.exchange = exchange
    this.store = store
    this.provider = provider
    this.#close = close
    this.faults = faults
    this.#watching = setInterval(() => this.#look(), 20)
  }

  get status(): ProviderStatus {
    return this.provider.status()
  }

  /** Stops it; the store is kept where `keep` says so, for another start. */
  async stop(keep = false): Promise<void> {
    clearInterval(this.#watching)
    await this.provider.stop()
    await this.#close()
    if (!keep) rmSync(this.folder, { recursive: true, force: true })
  }

  /** Waits until `is` holds. */
  until(what: string, is: () => boolean, limit = 40_000): Promise<void> {
    return until(what, is, { limit, state: () => this.status })
  }

  /** Waits until everything before now is confirmed; returns that instant. */
  async caughtUp(): Promise<EpochMs> {
    const now = Math.floor(this.exchange.now() / 1000) * 1000
    await this.until('catching up', () => {
      const to = this.covered().at(-1)?.to ?? 0
      return to >= now && this.status.state === 'streaming'
    })
    return epochMs(now)
  }

  /** Seconds that trades cover. */
  covered(): readonly TimeRange[] {
    const id = this.store.find(MARKET)
    return id === null ? [] : this.store.coverage.byTrades(id)
  }

  /** Where trades and 1s candles of the covered seconds before `to` differ from the exchange's: nothing, if all is well. */
  differences(to: EpochMs): string[] {
    const id = this.store.open(MARKET)
    return clip(this.covered(), rangeOf(0, to)).flatMap((range) => [
      ...compare('trades', this.#trades(id, range), this.#trueTrades(range)),
      ...compare('1s', this.#seconds(id, range), this.#trueSeconds(range)),
    ])
  }

  /** Seconds between the first covered one and `to` that are not covered. */
  gaps(to: EpochMs): TimeRange[] {
    const covered = this.covered()
    return missingFrom(covered, rangeOf(covered[0]!.from, to))
  }

  #trades(id: number, range: TimeRange): string[] {
    const rows = this.store.trades.read(id, range)
    return rows.map(({ id: key, time, price, amount, side }) => [key, time, price, amount, side].join(' '))
  }

  #trueTrades({ from, to }: TimeRange): string[] {
    const all = this.exchange.trades.filter(({ time }) => time >= from && time < to)
    return all.map(({ id, time, price, amount, maker }) =>
      [id, time, Number(price), Number(amount), maker ? 'sell' : 'buy'].join(' '),
    )
  }

  #seconds(id: number, range: TimeRange): string[] {
    const rows = candlesOf(this.store.candles.read(id, '1s', range)).filter(({ volume }) => volume > 0)
    return rows.map(({ openTime, open, high, low, close, volume }) =>
      [openTime, open, high, low, close, volume].join(' '),
    )
  }

  #trueSeconds({ from, to }: TimeRange): string[] {
    const rows = klines(this.exchange.trades, from, to - 1000, 1000).filter(
      ([, , , , , volume]) => Number(volume) > 0,
    )
    return rows.map((row) => row.slice(0, 6).map(Number).join(' '))
  }

  #look(): void {
    const { state, connection } = this.status
    if (this.states.at(-1) !== state) this.states.push(state)
    if (connection?.trouble !== null && connection?.trouble !== undefined)
      this.troubles.add(connection.trouble)
  }
}

function compare(what: string, found: readonly string[], expected: readonly string[]): string[] {
  const [a, b] = [new Set(found), new Set(expected)]
  const doubles = found.length - a.size
  return [
    ...(doubles > 0 ? [`${what}: ${doubles} doubles`] : []),
    ...found.filter((row) => !b.has(row)).map((row) => `${what}: not at the exchange: ${row}`),
    ...expected.filter((row) => !a.has(row)).map((row) => `${what}: missing: ${row}`),
  ]
}
