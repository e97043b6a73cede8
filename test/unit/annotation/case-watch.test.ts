// Which cases the market's changes concern, asked of each database: the changes lie in the workspace's file, the cases in either.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CaseWatch } from '../../../src/annotation/case-watch.ts'
import { annotationMigrations, type AnnotationTables } from '../../../src/annotation/schema.ts'
import { openMarketStore } from '../../../src/market/store/market-store.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import { onEachDatabase, type OpenedDatabase } from '../../postgres/each-database.ts'
import { annotationRow } from './annotation-row.ts'
import { at, flat, MARKET, START } from './fixture.ts'

const BY_TIME = { first: null, corrected: at('2030-01-01T00:00:00Z') }
const MINUTE = 60_000

onEachDatabase((open) => {
  let database: OpenedDatabase
  beforeAll(async () => {
    database = await open(annotationMigrations, marketMigrations)
    const db = database.tables<AnnotationTables>()
    for (const [id, minutes, symbol] of [
      ['early', 1, MARKET.symbol],
      ['late', 10, MARKET.symbol],
      ['other', 10, 'BTC/USDT'],
    ] as const) {
      const row = annotationRow({ id, ...MARKET, symbol, entry_time: START + minutes * MINUTE })
      await db.insertInto('annotation').values(row).execute()
      const state = { annotation_id: id, stamp: '', state: '{}', revision: null, due: 0 } as const
      await db.insertInto('case_state').values(state).execute()
    }
  })
  afterAll(() => database.close())

  async function due(): Promise<string[]> {
    const db = database.tables<AnnotationTables>()
    const rows = db.selectFrom('case_state').select('annotation_id').where('due', '=', 1)
    return (await rows.orderBy('annotation_id').execute()).map(({ annotation_id: id }) => id)
  }
  const settle = () => database.tables<AnnotationTables>().updateTable('case_state').set({ due: 0 }).execute()
  const change = (minute: number): unknown =>
    openMarketStore(database.sqlite).addCandles(MARKET, '1m', [flat(START + minute * MINUTE, 90)], BY_TIME)

  it('later ones of the market are due, and how far was read is kept beside the changes', async () => {
    const watch = new CaseWatch(database, false)
    await watch.advance()
    expect(await due()).toEqual([])
    change(5)
    await watch.advance()
    expect(await due()).toEqual(['late'])
    const kept = database.sqlite.prepare('SELECT candles FROM case_watch').raw().get()
    expect(kept).toEqual([1])
    await settle()
    await new CaseWatch(database, false).advance()
    expect(await due()).toEqual([])
  })

  it('what changed while nobody watched is found by the next', async () => {
    change(0)
    await new CaseWatch(database, false).advance()
    expect(await due()).toEqual(['early', 'late'])
    await settle()
  })

  it('where nothing says how far was read, all are', async () => {
    await database.local<AnnotationTables>().updateTable('case_watch').set({ candles: -1 }).execute()
    await new CaseWatch(database, false).advance()
    expect(await due()).toEqual(['early', 'late', 'other'])
  })
})
