// Whether the markets' log is PostgreSQL's own partitions or TimescaleDB's hypertable: chosen once, the same to whoever appends and reads.
import { expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../../src/core/clock.ts'
import { CopyingPostgres } from '../../../src/core/postgres/copying.ts'
import { openPostgres } from '../../../src/core/postgres/open.ts'
import { DAY, epochMs } from '../../../src/core/time.ts'
import { logChoice, type LogTable } from '../../../src/market/log/log-table.ts'
import { ownMarket } from '../../../src/market/log/market-owner.ts'
import { marketLogMigrations } from '../../../src/market/log/schema.ts'
import { SharedLog, type NewEntry } from '../../../src/market/log/shared-log.ts'
import { until } from '../../patience.ts'
import { onPostgresAlone } from '../../postgres/each-database.ts'
import { onTimescaleAlone, type TestDatabase } from '../../postgres/timescale.ts'
import { at, MARKET, span, storeTrades, temporaryFolder, trade } from './fixture.ts'
import { openMachine, rowsOf } from './log-fixture.ts'

const T0 = at('2024-01-15T10:00:00Z')
const ENTRY: NewEntry = { seq: 1, operations: 1, data: new Uint8Array(3) }
const NATIVE = `CREATE TABLE market_log_1970 (LIKE market_log INCLUDING ALL);
  ALTER TABLE market_log ATTACH PARTITION market_log_1970 FOR VALUES FROM (0) TO (${DAY});`
const FRESH: LogTable = {
  isPartitioned: true,
  isBegun: false,
  isLoaded: true,
  isAvailable: true,
  isCreated: false,
}

it.each<[string, Partial<LogTable>, string]>([
  ['a fresh one, and the extension can be had', {}, 'create_and_turn'],
  ['a fresh one, and the extension was created', { isCreated: true }, 'turn'],
  ['a fresh one, and there is no extension', { isAvailable: false, isLoaded: false }, 'stay'],
  ['a fresh one, on a server without the library', { isLoaded: false }, 'say_not_loaded'],
  ['the same where it was created before', { isLoaded: false, isCreated: true }, 'say_not_loaded'],
  ['one with days of its own', { isBegun: true, isCreated: true }, 'stay'],
  ['a hypertable', { isPartitioned: false, isCreated: true }, 'stay'],
  ['a hypertable with days', { isPartitioned: false, isBegun: true, isCreated: true }, 'stay'],
])('%s', (_, told, choice) => {
  expect(logChoice({ ...FRESH, ...told })).toBe(choice)
})

async function* of(...entries: NewEntry[]): AsyncGenerator<NewEntry> {
  yield* entries
}

/** As a process by itself: one entry in a market's log, and another of the same day. */
async function append(url: string, symbol = MARKET.symbol): Promise<{ said: string[] }> {
  const db = new CopyingPostgres(url)
  const said: string[] = []
  try {
    const log = new SharedLog(db, systemClock, (words) => said.push(words))
    const owner = await log.own({ venue: 'test', symbol })
    const first = await log.append(owner, { number: 0, at: epochMs(0) }, of(ENTRY))
    await log.append(owner, first, of({ ...ENTRY, seq: 2 }))
    const seqs: number[] = []
    for await (const { seq } of log.after(owner.id, { number: 0, at: epochMs(0) })) seqs.push(seq)
    expect(seqs).toEqual([1, 2])
  } finally {
    await db.close()
  }
  return { said }
}

async function migrated(url: string): Promise<void> {
  await (await openPostgres(url, marketLogMigrations)).close()
}

onPostgresAlone((newPlace) => {
  it('is chosen by what the server has, and nothing is said where that has no TimescaleDB', async () => {
    const place = await newPlace()
    await migrated(place.url)
    const { said } = await append(place.url)
    const [server] = await place.ask(
      `SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb') AS has, current_setting('timescaledb.disable_load', true) IS NOT NULL AS loaded`,
    )
    const { has, loaded } = server as unknown as { has: boolean; loaded: boolean }
    const [table] = await place.ask(
      `SELECT relkind FROM pg_class WHERE oid = '${place.schema}.market_log'::regclass`,
    )
    expect(table).toEqual({ relkind: has && loaded ? 'r' : 'p' })
    expect(said).toEqual(has && !loaded ? [expect.stringContaining('shared_preload_libraries')] : [])
    await place.remove()
  })

  it('stays in partitions where one is there, whatever the server has', async () => {
    const place = await newPlace()
    await migrated(place.url)
    await place.ask(`SET search_path = ${place.schema}; ${NATIVE}`)
    expect(await append(place.url)).toEqual({ said: [] })
    const kinds = await place.ask(
      `SELECT relkind, count(*) FROM pg_class WHERE relname ~ '^market_log(_\\d+)*$' AND relnamespace = '${place.schema}'::regnamespace GROUP BY 1 ORDER BY 1`,
    )
    expect(kinds).toEqual([
      { relkind: 'p', count: '1' },
      { relkind: 'r', count: '2' },
    ])
    await place.remove()
  })
})

onTimescaleAlone((newDatabase) => {
  const database = async (): Promise<TestDatabase> => {
    const made = await newDatabase()
    onTestFinished(() => made.remove())
    return made
  }
  const chunksOf = ({ ask }: TestDatabase) =>
    ask(
      `SELECT range_start_integer AS from, range_end_integer AS to FROM timescaledb_information.chunks WHERE hypertable_name = 'market_log' ORDER BY 1`,
    )
  const kindOf = async ({ ask }: TestDatabase) =>
    (await ask("SELECT relkind FROM pg_class WHERE oid = 'market_log'::regclass"))[0]?.['relkind']

  it('creates the extension, and is a hypertable of a day a chunk, its key as before and no index more', async () => {
    const made = await database()
    await migrated(made.url)
    expect(await append(made.url)).toEqual({ said: [] })
    const [dimension] = await made.ask(
      "SELECT column_name, column_type::text, integer_interval FROM timescaledb_information.dimensions WHERE hypertable_name = 'market_log'",
    )
    expect(dimension).toEqual({ column_name: 'at', column_type: 'bigint', integer_interval: String(DAY) })
    const indexes = await made.ask(
      "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'market_log'",
    )
    expect(indexes).toEqual([
      { indexname: 'market_log_pkey', indexdef: expect.stringContaining('(market, number, at)') },
    ])
    const [chunk, ...others] = await chunksOf(made)
    expect(others).toEqual([])
    expect(Number(chunk?.['from']) % DAY).toBe(0)
    expect(Number(chunk?.['to']) - Number(chunk?.['from'])).toBe(DAY)
    // What made the chunk is not there.
    expect(await made.ask('SELECT count(*) FROM market_log')).toEqual([{ count: '2' }])
    // A schema brought up to date again finds all done.
    await migrated(made.url)
  })

  it('is one where the extension was created before, by who may only use it', async () => {
    const made = await database()
    await made.ask('CREATE EXTENSION timescaledb')
    await migrated(made.plainUrl)
    expect(await append(made.plainUrl)).toEqual({ said: [] })
    expect(await chunksOf(made)).toHaveLength(1)
  })

  it('is one where a user who owns nothing may create in the database', async () => {
    const made = await database()
    await made.ask(
      `DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), '${new URL(made.plainUrl).username}'); END $$`,
    )
    await migrated(made.plainUrl)
    expect(await append(made.plainUrl)).toEqual({ said: [] })
    expect([await kindOf(made), await chunksOf(made)]).toEqual(['r', [expect.anything()]])
  })

  it('is in partitions where one may not create the extension, which is said once, and stays so where it is created later', async () => {
    const made = await database()
    await migrated(made.plainUrl)
    const { said } = await append(made.plainUrl)
    expect(said).toEqual([expect.stringMatching(/^timescale_not_used: .*permission denied/)])
    await made.ask('CREATE EXTENSION timescaledb')
    expect(await append(made.plainUrl, 'BTC/USDT')).toEqual({ said: [] })
    expect(await kindOf(made)).toBe('p')
  })

  it('is chosen by one of several that begin at once', async () => {
    const made = await database()
    await migrated(made.url)
    const symbols = Array.from({ length: 6 }, (_, n) => `S${n}/USDT`)
    const all = await Promise.all(symbols.map((symbol) => append(made.url, symbol)))
    expect(all.flatMap(({ said }) => said)).toEqual([])
    expect(await chunksOf(made)).toHaveLength(1)
    expect(await made.ask('SELECT count(*) FROM market_log')).toEqual([{ count: '12' }])
  })

  it('nobody waits for another’s first append of a day that stands still', async () => {
    const made = await database()
    await migrated(made.url)
    const db = new CopyingPostgres(made.url)
    onTestFinished(() => db.close())
    const log = new SharedLog(db, systemClock)
    const owner = await log.own({ venue: 'test', symbol: 'STILL/USDT' })
    let goOn = (): void => undefined
    let underWay = (): void => undefined
    const goesOn = new Promise<void>((resolve) => (goOn = resolve))
    onTestFinished(() => goOn())
    const isUnderWay = new Promise<void>((resolve) => (underWay = resolve))
    async function* slow(): AsyncGenerator<NewEntry> {
      // More than a connection holds back: the server has rows of it.
      for (let seq = 1; seq <= 20; seq += 1) yield { ...ENTRY, seq, data: new Uint8Array(300_000) }
      underWay()
      await goesOn
    }
    const late = log.append(owner, { number: 0, at: epochMs(0) }, slow())
    await isUnderWay
    let isAppended = false
    const other = append(made.url).then(() => (isAppended = true))
    await until('another’s append', () => isAppended, { limit: 10_000 })
    await other
    goOn()
    expect(await late).toMatchObject({ number: 20 })
  })

  it('two machines hold the same rows over midnight, a chunk for each day', async () => {
    const made = await database()
    await migrated(made.url)
    const [a, b] = [openMachine(made.url, temporaryFolder()), openMachine(made.url, temporaryFolder())]
    try {
      const owner = await ownMarket(a.file, MARKET)
      storeTrades(a.store, [trade(T0, 10, 1)], span(T0, T0 + 1_000))
      await owner.flush()
      a.file.places.move(a.store.open(MARKET), { number: 1, at: epochMs(Date.now() + DAY) })
      storeTrades(a.store, [trade(T0 + 1_000, 11, 1)], span(T0 + 1_000, T0 + 2_000))
      await owner.flush()
      await b.file.catchUp(MARKET)
      expect(rowsOf(b)).toEqual(rowsOf(a))
      expect(await chunksOf(made)).toHaveLength(2)
    } finally {
      await Promise.all([a.close(), b.close()])
    }
  })

  it('a row that is there already is refused as by partitions, and emptied it begins anew', async () => {
    const made = await database()
    await migrated(made.url)
    await append(made.url)
    await expect(append(made.url)).rejects.toMatchObject({ code: 'market_log_ahead', status: 409 })
    await made.ask('TRUNCATE market_log, market_log_head')
    expect(await append(made.url)).toEqual({ said: [] })
    expect(await kindOf(made)).toBe('r')
  })
})
