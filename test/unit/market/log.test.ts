// The markets' log on a real PostgreSQL: two machines' files hold the same rows, whatever was stored, and whoever was killed, cut off or too late.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../../src/core/clock.ts'
import { CopyingPostgres } from '../../../src/core/postgres/copying.ts'
import { openPostgres } from '../../../src/core/postgres/open.ts'
import { epochMs, shift } from '../../../src/core/time.ts'
import { BookLedger } from '../../../src/market/book/book-ledger.ts'
import { importCandles } from '../../../src/market/importing/candles/import-candles.ts'
import { importTrades } from '../../../src/market/importing/trades/import-trades.ts'
import { LogFollower } from '../../../src/market/log/log-follower.ts'
import { ownMarket } from '../../../src/market/log/market-owner.ts'
import { marketLogMigrations } from '../../../src/market/log/schema.ts'
import type { NewEntry } from '../../../src/market/log/shared-log.ts'
import { LOGGED, marketColumnOf } from '../../../src/market/log/tables.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { forgetImport } from '../../../src/market/store/forget-import.ts'
import { forgetStretch } from '../../../src/market/store/forget-range.ts'
import { StreamWriter } from '../../../src/market/streams/stream-writer.ts'
import { until } from '../../patience.ts'
import { onPostgresAlone, type Place } from '../../postgres/each-database.ts'
import { top } from './book-fixture.ts'
import { at, MARKET, openStore, span, storeTrades, temporaryFolder, trade } from './fixture.ts'
import { countsOf, openMachine, rowsOf, type Machine } from './log-fixture.ts'

const T0 = at('2024-01-15T10:00:00Z')
const OTHER = { venue: 'test', symbol: 'BTC/USDT' }
const CHILD = new URL('log-owner-process.ts', import.meta.url).pathname

function file(lines: readonly string[], name: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, lines.join('\n'))
  return path
}

const trades = (from: number, count: number, amount = 1): string =>
  file(
    [
      'time,price,amount,side,id',
      ...Array.from({ length: count }, (_, n) => `${from + n * 500},${100 + (n % 7)},${amount},buy,${n}`),
    ],
    'trades.csv',
  )

const seconds = (from: number, count: number, close = 101): string =>
  file(
    [
      'open_time,open,high,low,close,volume',
      ...Array.from({ length: count }, (_, n) => `${from + n * 1000},100,110,90,${close},${1 + n / 7}`),
    ],
    'candles.csv',
  )

/** Live trades of the first minute, one late, books, and a book's import. */
function follow({ store, books }: Machine): void {
  const writer = new StreamWriter(store, MARKET, T0, 0)
  for (let second = 1; second <= 60; second += 1) {
    writer.add(trade(T0 + second * 1000 - 300, 100 + second / 3, 0.1 * second))
    if (second === 40) writer.add(trade(T0 + 5_100, 7, 3))
    writer.confirm(shift(T0, second * 1000), shift(T0, second * 1000 - 1000), shift(T0, second * 1000))
    books.append(MARKET, [top(second, 100 + second / 10)])
  }
  const ledger = new BookLedger(store, systemClock)
  ledger.begin(MARKET, 'book.jsonl')
  ledger.keep(MARKET, () => books.append(MARKET, [top(60, 106), top(61, 107)]))
}

onPostgresAlone((newPlace) => {
  const prepared = async (): Promise<Place> => {
    const place = await newPlace()
    const { close } = await openPostgres(place.url, marketLogMigrations)
    await close()
    return place
  }
  const machine = (place: Place, folder = temporaryFolder()): Machine => {
    const opened = openMachine(place.url, folder)
    onTestFinished(opened.close)
    return opened
  }
  const numberOf = async (place: Place): Promise<number> => {
    const [row] = await place.ask(
      `SELECT number FROM ${place.schema}.market_log_head WHERE symbol = 'ETH/USDT'`,
    )
    return Number(row?.['number'])
  }

  it('holds the same rows on two machines after live trades, imports, forgetting and replacing', async () => {
    const place = await prepared()
    const [a, b] = [machine(place), machine(place)]
    await importTrades({ path: trades(T0, 10), market: OTHER, store: b.store })
    const owner = await ownMarket(a.file, MARKET)
    const same = async (): Promise<void> => {
      const { number } = await owner.flush()
      expect(await b.file.catchUp(MARKET)).toMatchObject({ number })
      expect(rowsOf(b)).toEqual(rowsOf(a))
    }
    follow(a)
    await same()
    expect(countsOf(b)).toMatchObject({ trade: 61, coverage: 1, book_block: 2, book_import_span: 2 })
    expect(countsOf(b)['candle_version']).toBeGreaterThan(0)
    const first = await importTrades({ path: trades(T0 + 20_000, 100), market: MARKET, store: a.store })
    await importTrades({ path: trades(T0, 10), market: OTHER, store: a.store })
    await importCandles({
      path: seconds(T0, 90),
      market: MARKET,
      store: a.store,
      timeframe: '1s',
      sparse: false,
    })
    await same()
    await importCandles({
      path: seconds(T0 + 30_000, 20, 99),
      market: MARKET,
      store: a.store,
      timeframe: '1s',
      sparse: false,
      replace: true,
    })
    // An import's trade, said otherwise by a stream.
    const said = { ...trade(T0 + 20_000, 100, 0.5), id: '0' }
    storeTrades(a.store, [said], span(T0 + 20_000, T0 + 21_000))
    await same()
    expect(countsOf(b)).toMatchObject({ coverage_cut: expect.any(Number), import_block: 3 })
    expect(countsOf(b)['row_aside']).toBeGreaterThan(0)
    await forgetImport(first.import, { store: a.store, clock: systemClock, books: a.books })
    await same()
    const options = { store: a.store, clock: systemClock, books: a.books }
    await forgetStretch({ market: MARKET, holds: null, range: span(0, 1e15) }, options)
    await same()
    expect(b.store.markets()).toEqual([OTHER])
    await place.remove()
  })

  it('cuts a transaction that is too large to be held at once', async () => {
    const place = await prepared()
    const [a, b] = [machine(place), machine(place)]
    const owner = await ownMarket(a.file, MARKET)
    const candle = { open: 100, high: 101, low: 99, close: 100, volume: 1 }
    const candles = Array.from({ length: 10_000 }, (_, n) => ({
      ...candle,
      openTime: epochMs(T0 + n * 1000),
    }))
    a.store.addCandles(MARKET, '1s', candles, { first: null, corrected: epochMs(T0) })
    const { number } = await owner.flush()
    expect(number).toBeGreaterThan(1)
    expect(await b.file.catchUp(MARKET)).toMatchObject({ number })
    expect(countsOf(b)).toEqual(countsOf(a))
    await place.remove()
  })

  it('makes the same of it as its owner: a state as of then, and as it is known now', async () => {
    const place = await prepared()
    const [a, b] = [machine(place), machine(place)]
    const owner = await ownMarket(a.file, MARKET)
    // What is in memory before it is applied is forgotten.
    const readers = [a, b].map(({ store }) => createMarketReader(store))
    const slices = async (knownAt: number): Promise<unknown[]> =>
      Promise.all(
        readers.map((reader) =>
          reader.slice(MARKET, span(T0 + 60_000, T0 + 60_000), { knownAt: epochMs(knownAt) }),
        ),
      )
    await slices(T0)
    follow(a)
    await owner.flush()
    await b.file.catchUp(MARKET)
    for (const knownAt of [T0 + 39_000, T0 + 80_000]) {
      const [ours, theirs] = await slices(knownAt)
      expect(theirs).toEqual(ours)
    }
    const [early, late] = [(await slices(T0 + 39_000))[1], (await slices(T0 + 80_000))[1]]
    expect(early).not.toEqual(late)
    await place.remove()
  })

  it('logs what a file held before it was logged, too, and cuts a large import at the ends of its transactions', async () => {
    const place = await prepared()
    const folder = temporaryFolder()
    const before = openStore(folder)
    await importTrades({ path: trades(T0, 2_500), market: MARKET, store: before })
    const [a, b] = [machine(place, folder), machine(place)]
    const owner = await ownMarket(a.file, MARKET)
    const { number } = await owner.flush()
    expect(number).toBeGreaterThan(1)
    await importTrades({
      path: trades(T0 + 2e6, 5_000, 2),
      market: MARKET,
      store: a.store,
      batchRows: 1_500,
    })
    const ends = a.store.sqlite.prepare('SELECT seq FROM market_outbox_end').raw().all() as [number][]
    await owner.flush()
    const entries = await place.ask(
      `SELECT seq FROM ${place.schema}.market_log WHERE number > ${number} ORDER BY number`,
    )
    expect(entries.length).toBeGreaterThan(1)
    for (const { seq } of entries) expect(ends.flat()).toContain(Number(seq))
    let changes = 0
    b.store.changes.listen(() => (changes += 1))
    await b.file.catchUp(MARKET)
    expect(rowsOf(b)).toEqual(rowsOf(a))
    expect(changes).toBeGreaterThan(0)
    expect(countsOf(a)['trade']).toBe(7_500)
    const left = a.store.sqlite.prepare('SELECT count(*) FROM market_outbox').raw().get()
    expect(left).toEqual([0])
    await place.remove()
  })

  it.each(['stored', 'appended'])(
    'loses and doubles nothing where its owner is killed once it has %s',
    async (when) => {
      const place = await prepared()
      const folder = temporaryFolder()
      const child = fork(CHILD, [place.url, folder, when], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      const [said] = await once(child, 'message')
      expect(said).toBe(when)
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(await numberOf(place)).toBe(when === 'stored' ? 1 : 2)
      const [a, b] = [machine(place, folder), machine(place)]
      expect(a.file.outbox.isEmpty(a.store.open(MARKET))).toBe(false)
      const owner = await ownMarket(a.file, MARKET)
      expect(await owner.flush()).toMatchObject({ number: 2 })
      expect(a.file.outbox.isEmpty(a.store.open(MARKET))).toBe(true)
      storeTrades(a.store, [trade(T0 + 5_000, 12, 1)], span(T0 + 4_000, T0 + 6_000))
      expect(await owner.flush()).toMatchObject({ number: 3 })
      await b.file.catchUp(MARKET)
      expect(rowsOf(b)).toEqual(rowsOf(a))
      expect(countsOf(b)['trade']).toBe(3)
      await place.remove()
    },
  )

  it('refuses the older of two owners, adds nothing of it, and starts its file anew when told', async () => {
    const place = await prepared()
    const [a, b] = [machine(place), machine(place)]
    const older = await ownMarket(a.file, MARKET)
    storeTrades(a.store, [trade(T0, 10, 1)], span(T0, T0 + 2_000))
    await older.flush()
    const newer = await ownMarket(b.file, MARKET)
    expect(rowsOf(b)).toEqual(rowsOf(a))
    storeTrades(a.store, [trade(T0 + 2_000, 66, 6)], span(T0 + 2_000, T0 + 3_000))
    const count = async (): Promise<unknown> => place.ask(`SELECT count(*) FROM ${place.schema}.market_log`)
    const stood = await count()
    await expect(older.flush()).rejects.toMatchObject({ code: 'market_not_owned', status: 409 })
    expect(await count()).toEqual(stood)
    storeTrades(b.store, [trade(T0 + 2_500, 11, 1)], span(T0 + 2_000, T0 + 3_000))
    await newer.flush()
    await expect(a.file.catchUp(MARKET)).rejects.toMatchObject({ code: 'market_differs', status: 409 })
    expect(countsOf(a)['trade']).toBe(2)
    const again = createMarketReader(a.store)
    await again.slice(MARKET, span(T0 + 3_000, T0 + 3_000))
    await a.file.startAnew(MARKET)
    expect(rowsOf(a)).toEqual(rowsOf(b))
    const [ours, theirs] = await Promise.all(
      [again, createMarketReader(b.store)].map((reader) =>
        reader.slice(MARKET, span(T0 + 3_000, T0 + 3_000)),
      ),
    )
    expect(ours).toEqual(theirs)
    await expect(older.flush()).resolves.toMatchObject({ number: await numberOf(place) })
    await place.remove()
  })

  it('a machine beside the owner follows; what its stream alone had is dropped and said, what was imported there is not', async () => {
    const place = await prepared()
    const [a, b] = [machine(place), machine(place)]
    const older = await ownMarket(a.file, MARKET)
    storeTrades(a.store, [trade(T0, 10, 1)], span(T0, T0 + 2_000))
    await older.flush()
    const newer = await ownMarket(b.file, MARKET)
    const moved: unknown[] = []
    const onMoved = (market: unknown): void => void moved.push(market)
    const follower = new LogFollower({ file: a.file, isOwn: () => false, onMoved, onFault: () => undefined })
    expect([await follower.catchUp(), moved]).toEqual([[], []])
    const entered = a.store.sqlite.prepare(
      'INSERT INTO import (market, kind, file, started_at) VALUES (?, ?, ?, ?)',
    )
    const id = a.store.open(MARKET)
    entered.run([id, 'trades', 'stream test', T0])
    entered.run([id, 'candles', 'exchange test', T0])
    storeTrades(b.store, [trade(T0 + 2_500, 11, 1)], span(T0 + 2_000, T0 + 3_000))
    await newer.flush()
    expect(await follower.catchUp()).toEqual([expect.stringMatching(/^market_started_anew: /)])
    expect([rowsOf(a), moved]).toEqual([rowsOf(b), [MARKET]])
    entered.run([id, 'trades', 'mine.csv', T0])
    await expect(follower.catchUp()).rejects.toMatchObject({ code: 'market_differs' })
    await place.remove()
  })

  it('adds nothing where the connection is cut in the middle, and all of it the next time', async () => {
    const place = await prepared()
    const [a, b] = [machine(place), machine(place)]
    const owner = await ownMarket(a.file, MARKET)
    storeTrades(a.store, [trade(T0, 10, 1)], span(T0, T0 + 2_000))
    await owner.flush()
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY market_log%' AND pid <> pg_backend_pid()`
    const owned = await a.log.own(MARKET)
    async function* entries(): AsyncGenerator<NewEntry> {
      yield { seq: 1, operations: 1, data: new Uint8Array(300_000) }
      await sleep(50)
      await place.ask(cut)
      for (let seq = 2; seq < 50; seq += 1) yield { seq, operations: 1, data: new Uint8Array(300_000) }
    }
    const from = { number: 1, at: epochMs(0) }
    await expect(a.log.append(owned, from, entries())).rejects.toMatchObject({
      code: 'database_unreachable',
      status: 503,
    })
    expect(await numberOf(place)).toBe(1)
    async function* failing(): AsyncGenerator<NewEntry> {
      yield { seq: 1, operations: 1, data: new Uint8Array(3) }
      throw new Error('the file cannot be read')
    }
    await expect(a.log.append(owned, from, failing())).rejects.toThrow('the file cannot be read')
    await expect(a.log.append(owned, { number: 0, at: epochMs(0) }, failing())).rejects.toThrow('the file')
    const next = await ownMarket(a.file, MARKET)
    storeTrades(a.store, [trade(T0 + 2_000, 11, 1)], span(T0 + 2_000, T0 + 3_000))
    expect(await next.flush()).toMatchObject({ number: 2 })
    storeTrades(a.store, [trade(T0 + 3_000, 12, 1)], span(T0 + 3_000, T0 + 4_000))
    const db = new CopyingPostgres(place.url)
    onTestFinished(() => db.close())
    await db.transaction(async (within) => {
      await within.ask('LOCK TABLE market_log_head IN EXCLUSIVE MODE')
      const late = next.flush().catch((error: unknown) => error)
      const waiting =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%FOR UPDATE' AND wait_event_type = 'Lock'"
      await until('an append that waits', async () => (await place.ask(waiting)).length > 0)
      expect(await late).toMatchObject({ code: 'database_unreachable' })
    })
    expect(await numberOf(place)).toBe(2)
    expect(await next.flush()).toMatchObject({ number: 3 })
    await b.file.catchUp(MARKET)
    expect(rowsOf(b)).toEqual(rowsOf(a))
    await place.remove()
  })

  it('has a partition a day, and reads on over midnight', async () => {
    const place = await prepared()
    const db = new CopyingPostgres(place.url)
    onTestFinished(() => db.close())
    const [a, b] = [machine(place), machine(place)]
    const owner = await ownMarket(a.file, MARKET)
    storeTrades(a.store, [trade(T0, 10, 1)], span(T0, T0 + 1_000))
    await owner.flush()
    const id = a.store.open(MARKET)
    a.file.places.move(id, { number: 1, at: epochMs(Date.now() + 86_400_000) })
    storeTrades(a.store, [trade(T0 + 1_000, 11, 1)], span(T0 + 1_000, T0 + 2_000))
    // Another stands still in the middle of an append: nobody waits for it.
    await db.transaction(async (within) => {
      await within.ask('LOCK TABLE market_log IN ROW EXCLUSIVE MODE')
      await owner.flush()
    })
    const [tables] = await place.ask(
      `SELECT count(*) AS count FROM pg_inherits WHERE inhparent = '${place.schema}.market_log'::regclass`,
    )
    expect(tables).toEqual({ count: '2' })
    await b.file.catchUp(MARKET)
    expect(rowsOf(b)).toEqual(rowsOf(a))
    await place.ask(`DELETE FROM ${place.schema}.market_log WHERE number = 1`)
    await expect(b.file.startAnew(MARKET)).rejects.toMatchObject({ code: 'broken_market_log' })
    await place.remove()
  })
})

it('knows every table and column of a market, but the notes of what changed', () => {
  const { sqlite } = openStore()
  const rows = sqlite
    .prepare(
      `SELECT m.name AS name, c.name AS "column" FROM sqlite_master m JOIN pragma_table_info(m.name) c
       WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT IN ('migration', 'candle_change', 'book_change')`,
    )
    .all() as { name: string; column: string }[]
  const own = new Set(['market.id', 'market.venue', 'market.symbol', 'import_block.id', 'book_block.id'])
  const stored = rows.map(({ name, column }) => `${name}.${column}`).filter((place) => !own.has(place))
  const logged = LOGGED.flatMap((table) => {
    const market = table.name === 'market' ? [] : [marketColumnOf(table)]
    return [...market, ...table.columns].map((column) => `${table.name}.${column}`)
  })
  expect(logged.toSorted()).toEqual(stored.toSorted())
})
