// Lists a page at a time, and what overlaps what: the same as the whole lists say, at the cost of the page.
import fc from 'fast-check'
import { Kysely, type CompiledQuery, type KyselyPlugin } from 'kysely'
import { describe, expect, it } from 'vitest'
import { AnnotationStore } from '../../../src/annotation/annotation-store.ts'
import { Annotations } from '../../../src/annotation/annotations.ts'
import { overlapsIn, type Overlapping } from '../../../src/annotation/overlaps.ts'
import type { Page, PageWanted } from '../../../src/annotation/pages.ts'
import type { AnnotationRow } from '../../../src/annotation/schema.ts'
import { TestCases } from '../../../src/annotation/test-cases.ts'
import type { AnnotationBody } from '../../../src/contract/annotations.ts'
import type { Sqlite } from '../../../src/core/database.ts'
import { sqliteDialect } from '../../../src/core/sqlite-dialect.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { markAt, MARKET, openFilledRoom, second, START, type Room } from './fixture.ts'

const TEN_MINUTES = 600_000

/** Every page, from the end of the list on, put together again. */
async function everyPage<T>(limit: number, read: (wanted: PageWanted) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = []
  let before: string | undefined
  do {
    const { rows, next } = await read({ limit, before })
    expect(rows.length).toBeLessThanOrEqual(limit)
    all.unshift(...rows)
    before = next ?? undefined
  } while (before !== undefined)
  return all
}

describe('pages', () => {
  it.each([1, 2, 3, 7, 100])(
    'of %i are the whole list, in its order, ties and filters too',
    async (limit) => {
      const { annotations, testCases } = openFilledRoom()
      const marks: AnnotationBody[] = [300, 300, 310, 320, 320, 330, 400].map((entry, index) =>
        markAt(entry, 20, { tags: index % 2 === 0 ? ['odd', 'all'] : ['all'] }),
      )
      for (const mark of marks) await annotations.create(mark, MARKET)
      const gone = await annotations.create(markAt(315), MARKET)
      await annotations.remove(gone.id)
      for (const filter of [{}, { tag: 'odd' }, { market: MARKET, from: second(310) }, { deleted: true }])
        expect(await everyPage(limit, (wanted) => annotations.page(filter, wanted))).toEqual(
          await annotations.list(filter),
        )
      expect(await everyPage(limit, (wanted) => testCases.page({ market: MARKET }, wanted, 8))).toEqual(
        await testCases.list({ market: MARKET }),
      )
    },
  )

  it('of reviewed spans are the whole list of their market', async () => {
    const { reviewedSpans } = openFilledRoom()
    for (const [from, to] of [
      [0, 9],
      [0, 5],
      [3, 4],
      [0, 5],
    ] as const)
      await reviewedSpans.create({ symbol: MARKET.symbol, from: from * 1000, to: to * 1000 }, MARKET)
    await reviewedSpans.create({ symbol: 'BTC/USDT', from: 0, to: 1 }, { ...MARKET, symbol: 'BTC/USDT' })
    const paged = await everyPage(2, (wanted) => reviewedSpans.page(MARKET, wanted))
    expect(paged).toHaveLength(4)
    expect(new Set(paged)).toEqual(new Set(await reviewedSpans.list(MARKET)))
    expect(await reviewedSpans.count()).toBe(5)
  })

  it('that are all there is say so, and none comes before the first', async () => {
    const { annotations } = openFilledRoom()
    await annotations.create(markAt(300), MARKET)
    await annotations.create(markAt(400), MARKET)
    expect((await annotations.page({}, { limit: 2 })).next).toBeNull()
    const { next } = await annotations.page({}, { limit: 1 })
    expect((await annotations.page({}, { limit: 1, before: next! })).next).toBeNull()
  })
})

describe('overlaps', () => {
  it('are those that share an instant, however long any is held', () => {
    const mark = fc.record({ entry: fc.integer({ min: 0, max: 60 }), held: fc.integer({ min: 1, max: 30 }) })
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 25 }), (marks) => {
        const rows = marks
          .map(({ entry, held }, index): Overlapping => {
            return { id: String(index), direction: 'LONG', entry_time: entry, exit_time: entry + held }
          })
          .toSorted((a, b) => a.entry_time - b.entry_time)
        const longest = Math.max(0, ...marks.map(({ held }) => held))
        const found = overlapsIn(rows.toReversed(), rows, longest)
        for (const row of rows) {
          const touching = rows.filter(
            (other) =>
              other.id !== row.id && other.entry_time <= row.exit_time && other.exit_time >= row.entry_time,
          )
          expect(found.get(row.id)).toEqual(touching)
        }
      }),
    )
  })

  it('are found by market, and near a range', async () => {
    const room = openFilledRoom()
    const store = new AnnotationStore(room.database)
    const { id } = await room.annotations.create(markAt(300, 400), MARKET)
    await room.annotations.create(markAt(650, 5), MARKET)
    const row = (await store.find(id))!
    await store.insert({ ...row, id: 'elsewhere', symbol: 'BTC/USDT' })
    const near = await room.annotations.touching(MARKET, { from: second(500), to: second(600) })
    expect(near.map((one) => one.id)).toEqual([id])
    expect(near[0]!.warnings).toHaveLength(1)
    expect((await store.overlapping([(await store.find('elsewhere'))!])).get('elsewhere')).toEqual([])
  })
})

/** What was asked of the database: a statement, its values, the rows it gave. */
interface Asked extends Pick<CompiledQuery, 'sql' | 'parameters'> {
  rows: number
}

/** The room with every statement of its own tables noted. */
function noted(room: Room) {
  const { database, workspace, store, clock } = room
  const asked: Asked[] = []
  const dialect = sqliteDialect(database.sqlite)
  const counting: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    // They take turns: the rows are those of the statement noted last but for the ones answered.
    transformResult: async ({ result }) => {
      const open = asked.find(({ rows }) => rows < 0)
      if (open !== undefined) open.rows = result.rows.length
      return Promise.resolve(result)
    },
  }
  const tables = () =>
    new Kysely({
      dialect,
      plugins: [counting],
      log: ({ query: { sql, parameters } }) => void asked.push({ sql, parameters, rows: -1 }),
    })
  const parts = {
    database: { ...database, tables: tables as never },
    workspace,
    reader: createMarketReader(store),
    clock,
  }
  return { asked, annotations: new Annotations(parts), testCases: new TestCases(parts) }
}

/** How SQLite goes about it. */
function planOf(sqlite: Sqlite, { sql, parameters }: Asked): string[] {
  const steps = sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[]
  return steps.map(({ detail }) => detail)
}

/** `count` marks an hour and more before the market's first second, ten minutes apart, with what is known of their cases. */
async function addMarks({ database, annotations, testCases }: Room, count: number): Promise<void> {
  const store = new AnnotationStore(database)
  const { id } = await annotations.create(markAt(300, 5), MARKET)
  const row = (await store.find(id))!
  for (let n = 0; n < count; n++) await store.insert(movedTo(row, START - (n + 6) * TEN_MINUTES, n))
  await testCases.glance(0)
}

function movedTo(row: AnnotationRow, entry: number, n: number): AnnotationRow {
  return { ...row, id: `earlier-${n}`, entry_time: entry, exit_time: entry + 60_000 }
}

describe('a save among many', () => {
  it('asks the database the same as among few, reads as many rows, and walks through no table', async () => {
    const saveAmong = async (count: number) => {
      const room = openFilledRoom()
      await addMarks(room, count)
      const { asked, annotations, testCases } = noted(room)
      // What has changed of the market is known by now, as it is to a server that runs.
      await testCases.glance(0)
      asked.length = 0
      const { id } = await annotations.create(markAt(600), MARKET)
      await testCases.stateOf(id)
      return {
        statements: asked.map(({ sql, rows }) => ({ sql, rows })),
        plans: asked.flatMap((one) => planOf(room.sqlite, one)),
      }
    }
    const few = await saveAmong(10)
    const many = await saveAmong(1000)
    expect(few.statements.length).toBeGreaterThan(5)
    expect(many).toEqual(few)
    expect(many.plans.filter((step) => /^SCAN (annotation|case_state)\b/.test(step))).toEqual([])
    // Of marks in their order, those between two instants.
    const ordered = many.plans.filter((step) => step.includes('annotation_entry'))
    expect(ordered.length).toBeGreaterThan(0)
    for (const step of ordered) expect(step).toMatch(/entry_time>\? AND entry_time<\?/)
  })

  it('reads of a page of the list what is on it', async () => {
    const room = openFilledRoom()
    await addMarks(room, 1000)
    const { asked, annotations, testCases } = noted(room)
    await annotations.page({ market: MARKET }, { limit: 10 })
    await testCases.page({ market: MARKET }, { limit: 10 }, 0)
    expect(asked.length).toBeGreaterThan(3)
    expect(Math.max(...asked.map(({ rows }) => rows))).toBe(11)
  })
})
