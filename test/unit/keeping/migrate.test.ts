// A workspace's database to a real PostgreSQL and back: the same rows, gone on with after `kill -9` wherever it struck, never into what is another's.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../../src/core/clock.ts'
import { openDatabase, type Database } from '../../../src/core/database.ts'
import { openChosen } from '../../../src/core/open-chosen.ts'
import { CopyingPostgres } from '../../../src/core/postgres/copying.ts'
import { anyTables, digestOf, roomTables } from '../../../src/core/room-tables.ts'
import { workspaceAt, type Workspace } from '../../../src/core/workspace.ts'
import { backUp } from '../../../src/keeping/backup.ts'
import { loggedFile, type MigrateOptions } from '../../../src/keeping/migrate.ts'
import { compareMarkets, heldMarkets } from '../../../src/keeping/move-markets.ts'
import { moveToFile } from '../../../src/keeping/move-to-file.ts'
import { moveToPostgres } from '../../../src/keeping/move-to-postgres.ts'
import { restore } from '../../../src/keeping/restore.ts'
import { importTrades } from '../../../src/market/importing/trades/import-trades.ts'
import { openMarketStore } from '../../../src/market/store/market-store.ts'
import { openWorkspace } from '../../../src/server/open-workspace.ts'
import { SCHEMAS } from '../../../src/server/schemas.ts'
import { onPostgresAlone, type Place } from '../../postgres/each-database.ts'
import { annotationRow } from '../annotation/annotation-row.ts'
import { at, span, storeTrades, trade } from '../market/fixture.ts'

const T0 = at('2024-01-15T10:00:00Z')
const ETH = { venue: 'test', symbol: 'ETH/USDT' }
const BTC = { venue: 'test', symbol: 'BTC/USDT' }
/** Three pages, the last of them not full. */
const MARKS = 450
const CHILD = new URL('migrate-process.ts', import.meta.url).pathname
const ALL = [...SCHEMAS.market, ...SCHEMAS.rooms]

function emptyWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-migrate-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return workspaceAt(folder)
}

function opened<T>({ database: path }: Workspace, work: (database: Database) => T): T {
  const database = openDatabase(path, ALL)
  try {
    return work(database)
  } finally {
    void database.close()
  }
}

let prepared: string
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-migrate-'))
  await fill(workspaceAt(folder))
  prepared = join(folder, 'whole.db')
  opened(workspaceAt(folder), ({ sqlite }) => sqlite.prepare('VACUUM INTO ?').run(prepared))
})
afterAll(() => rmSync(dirname(prepared), { recursive: true, force: true }))

/** The same each time. */
function filled(): Workspace {
  const workspace = emptyWorkspace()
  copyFileSync(prepared, workspace.database)
  return workspace
}

/** Two markets with trades, their candles and imports whose numbers they share, and marks in an order that is not theirs. */
async function fill(workspace: Workspace): Promise<void> {
  const database = openDatabase(workspace.database, ALL)
  const store = openMarketStore(database.sqlite)
  const times = Array.from({ length: 300 }, (_, n) => `${T0 + n * 500},${100 + (n % 7)},1,buy,${n}`)
  const path = join(workspace.root, 'trades.csv')
  writeFileSync(path, ['time,price,amount,side,id', ...times].join('\n'))
  for (const market of [BTC, ETH]) await importTrades({ path, market, store })
  storeTrades(store, [trade(T0 + 500_000, 7, 3)], span(T0 + 499_000, T0 + 501_000), ETH)
  for (let n = 0; n < MARKS; n += 150) await mark(database, n, 150)
  await database.close()
}

async function mark(database: Pick<Database, 'tables'>, from: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) => {
    const id = `${['ä', 'B', 'a', '😀'][n % 4]}-${((from + n) * 7919) % 4_999}`
    return { ...annotationRow({ id, ...ETH, entry_time: T0 + from + n, notes: `line\n${id}` }) }
  })
  await anyTables(database).insertInto('annotation').values(rows).execute()
}

/** All that a database says, in figures. */
async function figures(database: Pick<Database, 'tables'>): Promise<unknown[]> {
  const digests = []
  for (const table of roomTables(SCHEMAS.rooms)) digests.push(await digestOf(anyTables(database), table))
  return digests
}

const markets = (workspace: Workspace) => opened(workspace, ({ sqlite }) => heldMarkets(sqlite))
const rooms = async (workspace: Workspace): Promise<unknown[]> => {
  const database = openDatabase(workspace.database, ALL)
  try {
    return await figures(database)
  } finally {
    await database.close()
  }
}

onPostgresAlone((newPlace) => {
  const placed = async (): Promise<Place> => {
    const place = await newPlace()
    onTestFinished(() => place.remove())
    return place
  }
  const how = (workspace: Workspace, { url }: Place, changes: Partial<MigrateOptions> = {}) => ({
    workspace,
    postgres: url,
    schemas: SCHEMAS,
    replace: false,
    clock: systemClock,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...changes,
  })
  const served = async (workspace: Workspace, { url }: Place): Promise<Database> =>
    openChosen({ file: workspace.database, postgres: url }, SCHEMAS)
  const killed = async (to: string, { root }: Workspace, { url }: Place, words: string): Promise<void> => {
    const child = fork(CHILD, [to, root, url, words])
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  }

  it('moves all of it, killed at a market, at rows of a room and while it compares; the file keeps its rows', async () => {
    const [workspace, place] = [filled(), await placed()]
    const before = [await rooms(workspace), markets(workspace)]
    for (const words of ['ETH/USDT on test', 'annotation: 200 rows', 'comparing the markets']) {
      await killed('postgres', workspace, place, words)
      await expect(served(workspace, place)).rejects.toMatchObject({ code: 'half_moved' })
    }
    const another = filled()
    await expect(moveToPostgres(how(another, place))).rejects.toMatchObject({ code: 'half_moved' })
    const report = await moveToPostgres(how(workspace, place))
    expect(report).toMatchObject({ resumed: true, set_aside: null })
    expect(report.tables.find(({ table }) => table === 'annotation')?.rows).toBe(MARKS)
    expect(report.markets.map(({ symbol }) => symbol)).toEqual(['BTC/USDT', 'ETH/USDT'])
    expect([await rooms(workspace), markets(workspace)]).toEqual(before)
    expect(readdirSync(workspace.root).filter((name) => name.includes('.compared'))).toEqual([])
    const database = await served(workspace, place)
    expect(await figures(database)).toEqual(before[0])
    await database.close()
    expect(() => openWorkspace({ workspace, clock: systemClock })).toThrow(/Say its address/)
    await expect(moveToPostgres(how(another, place))).rejects.toMatchObject({ code: 'database_not_empty' })
    await expect(moveToPostgres(how(workspace, place))).rejects.toMatchObject({ code: 'moved_already' })
    const replaced = await moveToPostgres(how(another, place, { replace: true }))
    expect(replaced.resumed).toBe(false)
  })

  it('moves it back with what came since, killed on the way; the old file is set aside', async () => {
    const [workspace, place] = [filled(), await placed()]
    await moveToPostgres(how(workspace, place))
    const database = await served(workspace, place)
    await mark(database, MARKS, 10)
    const copying = new CopyingPostgres(place.url)
    const { store } = loggedFile(database.sqlite, copying, systemClock)
    // Not in its log yet.
    storeTrades(store, [trade(T0 + 600_000, 9, 2)], span(T0 + 599_000, T0 + 601_000), ETH)
    await copying.close()
    const before = [await figures(database), heldMarkets(database.sqlite)]
    await database.close()
    await killed('sqlite', workspace, place, 'annotation: 200 rows')
    expect(() => openWorkspace({ workspace, clock: systemClock })).toThrow(/Say its address/)
    writeFileSync(workspace.moments, 'made of the old file')
    const report = await moveToFile(how(workspace, place))
    expect(report).toMatchObject({ resumed: true, markets_compared: true })
    expect(existsSync(report.set_aside ?? '')).toBe(true)
    expect([await rooms(workspace), markets(workspace)]).toEqual(before)
    expect(existsSync(workspace.moments)).toBe(false)
    const tables = opened(workspace, ({ sqlite }) =>
      sqlite.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'market_log%'").all(),
    )
    expect(tables).toEqual([])
    await openWorkspace({ workspace, clock: systemClock }).close()
    expect(readdirSync(workspace.root).filter((name) => name.includes('.moving'))).toEqual([])

    const fresh = emptyWorkspace()
    expect(await moveToFile(how(fresh, place))).toMatchObject({ set_aside: null, markets_compared: false })
    opened(workspace, ({ sqlite: one }) =>
      opened(fresh, ({ sqlite: other }) => expect(compareMarkets(one, other)).toHaveLength(2)),
    )
    const another = filled()
    await expect(moveToFile(how(another, place))).rejects.toMatchObject({ code: 'database_not_empty' })
    expect((await moveToFile(how(another, place, { replace: true }))).set_aside).toContain('.moved-')
  })

  it('is backed up as a whole workspace on SQLite, of one moment, while others write', async () => {
    const [workspace, place] = [filled(), await placed()]
    await moveToPostgres(how(workspace, place))
    const database = await served(workspace, place)
    const db = anyTables(database)
    const backup = { isOver: false }
    const version = (n: number): string => String(n).padStart(4, '0')
    const writing = (async () => {
      for (let n = 1; !backup.isOver; n += 1)
        await db.transaction().execute(async (within) => {
          const row = { model: 'cnn', version: version(n), promoted_at: null, kind: 'promote' }
          await within.insertInto('promotion').values(row).execute()
          const note = { model: 'cnn', version: version(n), note: 'one' }
          await within.insertInto('checkpoint_note').values(note).execute()
        })
    })()
    const reading = await openChosen({ file: workspace.database, postgres: place.url }, null)
    const file = join(workspace.root, 'backup.zip')
    const source = { postgres: place.url, rooms: SCHEMAS.rooms }
    const common = { clock: systemClock, signal: new AbortController().signal, onProgress: () => undefined }
    const report = await backUp({ workspace, database: reading, file, rooms: source, ...common })
    backup.isOver = true
    await writing
    await reading.close()
    expect(report.annotations).toBe(MARKS)
    const restored = emptyWorkspace()
    const lock = () => ({ release: () => undefined })
    await restore({ file, workspace: restored, setAside: false, lock, ...common })
    opened(restored, ({ sqlite }) => {
      const all = (sql: string): unknown[] => sqlite.prepare(sql).raw().all()
      const versions = all('SELECT version FROM promotion ORDER BY number')
      expect(versions.length).toBeGreaterThan(0)
      expect(all('SELECT version FROM checkpoint_note ORDER BY version')).toEqual(versions)
      expect(all('SELECT count(*) FROM annotation')).toEqual([[MARKS]])
      expect(compareMarkets(database.sqlite, sqlite)).toHaveLength(2)
    })
    await openWorkspace({ workspace: restored, clock: systemClock }).close()
    await database.close()
    const stranger = emptyWorkspace()
    const elsewhere = await served(stranger, place)
    const again = join(stranger.root, 'backup.zip')
    await expect(
      backUp({ workspace: stranger, database: elsewhere, file: again, rooms: source, ...common }),
    ).rejects.toMatchObject({ code: 'not_served_here' })
    await elsewhere.close()
  })

  it('says which table of which market is not the same', () => {
    const [one, other] = [filled(), filled()]
    opened(one, ({ sqlite }) => {
      expect(opened(other, (same) => compareMarkets(sqlite, same.sqlite))).toHaveLength(2)
      sqlite.exec('UPDATE trade SET amount = 2 WHERE time = (SELECT max(time) FROM trade)')
      const compare = () => opened(other, (changed) => compareMarkets(sqlite, changed.sqlite))
      expect(compare).toThrow(/rows of trade of ETH\/USDT on test are not the same/)
    })
  })
})
