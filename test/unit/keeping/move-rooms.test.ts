// The rooms' rows from SQLite to a real PostgreSQL and back: the same rows in the same order, gone on with where it was cut off, never into what is another's.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Database } from '../../../src/core/database.ts'
import { openChosen } from '../../../src/core/open-chosen.ts'
import { anyTables, type Row } from '../../../src/core/room-tables.ts'
import { moveRooms, type MovedTable } from '../../../src/keeping/move-rooms.ts'
import { SCHEMAS } from '../../../src/server/schemas.ts'
import { onPostgresAlone, type Place } from '../../postgres/each-database.ts'
import { annotationRow } from '../annotation/annotation-row.ts'

const NOW = Date.UTC(2124, 0, 15)
const MARKET = { venue: 'test', symbol: 'ETH/USDT' }
/** Three pages, the last of them not full. */
const MARKS = 450

async function opened(postgres: string | null = null): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-move-'))
  const database = await openChosen({ file: join(folder, 'annotate.db'), postgres }, SCHEMAS)
  onTestFinished(async () => {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return database
}

/** Rows of every kind: texts of any letters, shares, bytes of none, numbers with holes, and lists in another order than their ids. */
async function filled(): Promise<Database> {
  const database = await opened()
  const db = anyTables(database)
  const insert = (table: string, rows: readonly Row[]) => db.insertInto(table).values(rows).execute()
  const ids = Array.from({ length: MARKS }, (_, n) => `${['ä', 'B', 'a', '😀'][n % 4]}-${(n * 7919) % MARKS}`)
  for (let n = 0; n < MARKS; n += 150) {
    const marks = ids.slice(n, n + 150).map((id, i) => ({
      ...annotationRow({ id, ...MARKET, entry_time: NOW + i, seconds_spent: i / 7, notes: `line\n${id}` }),
    }))
    await insert('annotation', marks)
  }
  const session = { model: 'cnn', checkpoint: '0001', ...MARKET, confidence_n: 0, started_at: NOW }
  await insert(
    'inference_session',
    ['z', 'm', 'a'].map((id) => ({ ...session, id })),
  )
  const signal = {
    session: 'm',
    emitted_at: NOW,
    action: 'HOLD',
    confidence_n: 0,
    latency_ms: -0.5,
    call_opens: 0,
  }
  await insert(
    'signal',
    [3, 4, 9].map((id) => ({ ...signal, id, timestamp: NOW + id })),
  )
  await insert('promotion', [
    { number: 5, model: 'cnn', version: '0001', promoted_at: null, kind: 'promote' },
  ])
  const entry = { model: 'cnn', record: 5, entry: '{}', hash: 'ff' }
  await insert(
    'forward_entry',
    [1, 0].map((place) => ({ ...entry, place, subject: `s${place}` })),
  )
  await db.updateTable('forward_before').set({ promotion: 4 }).execute()
  await insert('checkpoint_note', [{ model: 'cnn', version: '0001', note: 'one' }])
  return database
}

/** Gone when the test is, after what is open of it. */
async function placeOf(newPlace: () => Promise<Place>): Promise<Place> {
  const place = await newPlace()
  onTestFinished(() => place.remove())
  return place
}

const RESUMED = {
  schema: SCHEMAS.rooms,
  resume: true,
  signal: new AbortController().signal,
  onProgress: () => undefined,
}
const NEW = { ...RESUMED, resume: false }
const rowsOf = (moved: readonly MovedTable[]): Record<string, number> =>
  Object.fromEntries(moved.filter(({ rows }) => rows > 0).map(({ table, rows }) => [table, rows]))

onPostgresAlone((newPlace) => {
  it('moves all of it, and back, to the same rows in the same order', async () => {
    const place = await placeOf(newPlace)
    const [from, to] = [await filled(), await opened(place.url)]
    const moved = await moveRooms({ ...NEW, from, to })
    expect(rowsOf(moved)).toEqual({
      annotation: MARKS,
      promotion: 1,
      checkpoint_note: 1,
      forward_entry: 2,
      forward_before: 1,
      inference_session: 3,
      signal: 3,
    })
    const before = await anyTables(to).selectFrom('forward_before').selectAll().execute()
    expect(before).toEqual([{ promotion: 4 }])
    const next = { model: 'cnn', version: '0002', promoted_at: NOW, kind: 'promote' }
    const back = await opened()
    expect(await moveRooms({ ...NEW, from: to, to: back })).toEqual(moved)
    const ids = back.sqlite.prepare('SELECT id FROM inference_session ORDER BY rowid').raw().all()
    expect(ids).toEqual([['z'], ['m'], ['a']])
    for (const database of [to, back]) {
      await anyTables(database).insertInto('promotion').values(next).execute()
      const numbers = anyTables(database).selectFrom('promotion').select('number').orderBy('number')
      expect(await numbers.execute()).toEqual([{ number: 5 }, { number: 6 }])
    }
  })

  it('goes on where it was cut off, when told; what is no beginning of it is left alone', async () => {
    const place = await placeOf(newPlace)
    const [from, to] = [await filled(), await opened(place.url)]
    const cut = (table: string, rows: number): void => {
      if (table === 'annotation' && rows >= 400) throw new Error('cut off')
    }
    await expect(moveRooms({ ...NEW, from, to, onProgress: cut })).rejects.toThrow('cut off')
    await expect(moveRooms({ ...NEW, from, to })).rejects.toMatchObject({ code: 'database_not_empty' })
    const told: number[] = []
    const onProgress = (table: string, rows: number): void => void (table === 'annotation' && told.push(rows))
    const moved = await moveRooms({ ...RESUMED, from, to, onProgress })
    expect([told, rowsOf(moved)['annotation']]).toEqual([[MARKS], MARKS])
    expect(await moveRooms({ ...RESUMED, from, to })).toEqual(moved)

    await anyTables(to)
      .updateTable('annotation')
      .set({ notes: 'another' })
      .where('entry_time', '=', NOW)
      .execute()
    const another = { venue: 'test', symbol: 'X/Y', entry_time: NOW, id: 'zz' }
    await anyTables(from)
      .insertInto('annotation')
      .values({ ...annotationRow(another) })
      .execute()
    await expect(moveRooms({ ...RESUMED, from, to })).rejects.toMatchObject({ code: 'database_not_empty' })
    expect(await place.ask(`SELECT count(*) AS n FROM ${place.schema}.annotation`)).toEqual([
      { n: String(MARKS) },
    ])
  })

  it('says so where the rows are not the same afterwards', async () => {
    const place = await placeOf(newPlace)
    const [from, to] = [await filled(), await opened(place.url)]
    const write = (table: string): void => {
      if (table === 'promotion') from.sqlite.exec("UPDATE annotation SET notes = 'meanwhile' WHERE rowid = 1")
    }
    await expect(moveRooms({ ...NEW, from, to, onProgress: write })).rejects.toMatchObject({
      code: 'move_differs',
    })
  })
})
