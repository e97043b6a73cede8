// Pages of signals: the right ones in every mix of sessions, by plans that read a page and not the history.
import { Kysely, type CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SignalsQuery } from '../../../src/contract/inference.ts'
import { openDatabase, type Database, type Sqlite } from '../../../src/core/database.ts'
import { sqliteDialect } from '../../../src/core/sqlite-dialect.ts'
import { epochMs } from '../../../src/core/time.ts'
import { inferenceMigrations } from '../../../src/inference/schema.ts'
import { InferenceStore } from '../../../src/inference/store.ts'

const folder = mkdtempSync(join(tmpdir(), 'annotate-signals-'))
const SESSIONS = [
  { id: 'old', model: 'cnn', symbol: 'ETH/USDT' },
  { id: 'quiet', model: 'dqn', symbol: 'ETH/USDT' },
  { id: 'busy', model: 'cnn', symbol: 'BTC/USDT' },
  { id: 'empty', model: 'transformer', symbol: 'BTC/USDT' },
] as const
type Row = { id: number; session: string; opens: boolean }

let database: Database
let store: InferenceStore
const rows: Row[] = []
const queries: CompiledQuery[] = []

/** The rooms' builder over the market's connection, every query noted. */
function noting(sqlite: Sqlite): Database['tables'] {
  const dialect = sqliteDialect(sqlite)
  return () => new Kysely({ dialect, log: ({ query }) => void queries.push(query) }) as never
}

beforeAll(async () => {
  database = openDatabase(join(folder, 'annotate.db'), inferenceMigrations)
  store = new InferenceStore({ ...database, tables: noting(database.sqlite) })
  for (const { id, model, symbol } of SESSIONS) {
    const market = { venue: 'demo-1', symbol }
    const session = {
      id,
      model,
      checkpoint: '0001',
      market,
      confidenceN: 0,
      pattern: null,
      barriers: null,
      unlikePast: null,
      warnings: [],
    }
    await store.open({ ...session, startedAt: epochMs(0), resumes: false, partOf: null })
  }
  for (let n = 0; n < 400; n += 1) {
    const session = n < 100 ? 'old' : n % 7 === 0 ? 'quiet' : 'busy'
    const { id } = (
      await store.add({ id: session, market: { venue: 'demo-1', symbol: 'ETH/USDT' } }, signal(n), {
        missed: 0,
      })
    ).signal
    rows.unshift({ id, session, opens: n % 11 === 0 })
  }
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

function signal(n: number): Parameters<InferenceStore['add']>[1] {
  return {
    timestamp: epochMs(n * 1000),
    emittedAt: epochMs(n * 1000 + 5),
    seenAt: epochMs(n * 1000),
    action: n % 11 === 0 ? 'BUY' : 'HOLD',
    scores: { BUY: 0.2, SELL: 0.1, HOLD: 0.7 },
    confidence: { confidence: null, n: 0, interval: null },
    price: 100,
    latencyMs: (n * 37) % 101,
    call: n % 11 === 0 ? { id: `${n}`, action: 'BUY', opensAt: epochMs(n * 1000), score: 0.2 } : null,
    opens: n % 11 === 0,
    reason: null,
    intent: null,
    oddness: null,
    position: null,
  }
}

function expected({ session, model, symbol, calls, before, limit = 50 }: SignalsQuery): number[] {
  const isMeant = (row: Row): boolean => {
    const of = SESSIONS.find(({ id }) => id === row.session)
    if (session !== undefined && row.session !== session) return false
    if (model !== undefined && of?.model !== model) return false
    if (symbol !== undefined && of?.symbol !== symbol) return false
    return (calls !== true || row.opens) && (before === undefined || row.id < before)
  }
  return rows
    .filter(isMeant)
    .map(({ id }) => id)
    .slice(0, limit)
}

const PAGES: SignalsQuery[] = [
  {},
  { limit: 7, before: 50 },
  { session: 'old' },
  { session: 'old', before: 40 },
  { session: 'old', before: 1 },
  { session: 'busy', limit: 1000 },
  { session: 'none' },
  { model: 'cnn', limit: 300 },
  { model: 'cnn', before: 120 },
  { model: 'dqn' },
  { model: 'transformer' },
  { symbol: 'ETH/USDT', limit: 60 },
  { venue: 'elsewhere' },
  { calls: true },
  { session: 'old', calls: true, before: 80 },
  { model: 'cnn', calls: true, limit: 20 },
]

describe.each(PAGES.map((page) => [JSON.stringify(page), page] as const))('signals of %s', (_, page) => {
  it('are the newest that are meant', async () => {
    expect((await store.signals(page)).map(({ id }) => id)).toEqual(
      page.venue === 'elsewhere' ? [] : expected(page),
    )
  })

  it('are found without reading or sorting all of them', async () => {
    queries.length = 0
    await store.signals(page)
    for (const query of queries) {
      const steps = plansOf([query])
      expect(query.sql).toMatch(/ limit |"id" in |^select "inference_session"/)
      // Without a filter the newest by number are taken from the end of the table.
      if (query.sql.includes('where')) expect(steps.join('\n')).not.toMatch(/SCAN signal/)
      if (query.sql.includes('from "signal"')) expect(steps.join('\n')).not.toMatch(/TEMP B-TREE/)
    }
  })
})

describe('sessions', () => {
  it('come a page at a time, newest first, by market and by whether they run', async () => {
    const ids = async (query: Parameters<InferenceStore['sessions']>[0]): Promise<string[]> =>
      (await store.sessions(query)).map(({ id }) => id)
    expect(await ids({})).toEqual(['empty', 'busy', 'quiet', 'old'])
    expect(await ids({ limit: 2 })).toEqual(['empty', 'busy'])
    expect(await ids({ limit: 2, before: 'busy' })).toEqual(['quiet', 'old'])
    expect(await ids({ before: 'old' })).toEqual([])
    expect(await ids({ symbol: 'ETH/USDT', limit: 1 })).toEqual(['quiet'])
    expect(await ids({ state: 'stopped' })).toEqual([])
    expect(await ids({ state: 'running', symbol: 'BTC/USDT' })).toEqual(['empty', 'busy'])
  })

  it('of a page are found without sorting all of them', async () => {
    queries.length = 0
    await store.sessions({ limit: 2 })
    await store.sessions({ state: 'running' })
    const own = queries.filter(({ sql }) => sql.startsWith('select * from "inference_session"'))
    expect(own).toHaveLength(2)
    for (const step of plansOf(own)) expect(step).toMatch(/USING INDEX inference_session_|LAST TERM/)
  })
})

describe('the figures of a session', () => {
  it('are those of its signals', async () => {
    const session = await store.session('busy')
    const own = rows.filter((row) => row.session === 'busy')
    expect(session).toMatchObject({ signals: own.length, calls: own.filter(({ opens }) => opens).length })
    const latencies = own.map(({ id }) => ((id - 1) * 37) % 101).toSorted((a, b) => a - b)
    expect(session?.latency_ms).toEqual({
      p50: latencies[Math.ceil(own.length / 2) - 1],
      p99: latencies[Math.ceil(own.length * 0.99) - 1],
    })
  })

  it('are read by index alone, and count no more than a minute', async () => {
    queries.length = 0
    await store.session('busy')
    for (const step of plansOf(queries)) expect(step).not.toMatch(/^SCAN|TEMP B-TREE/)
    for (const { sql } of queries.filter((query) => /count\(.* from "signal"/.test(query.sql)))
      expect(sql).toMatch(/"timestamp" >=/)
  })
})

/** What SQLite would do, step by step. */
function plansOf(asked: readonly CompiledQuery[]): string[] {
  return asked.flatMap(({ sql, parameters }) => {
    const plan = database.sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all([...parameters])
    return (plan as { detail: string }[]).map(({ detail }) => detail)
  })
}
