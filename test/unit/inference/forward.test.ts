// Forward records brought up to now: which calls count, what the opponents would have earned, and that nothing changes what was written.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { openDatabase, type Database } from '../../../src/core/database.ts'
import { HOUR, MINUTE, SECOND, epochMs, toIso } from '../../../src/core/time.ts'
import { forwardFigures } from '../../../src/inference/forward/figures.ts'
import { callsOf, keepUp } from '../../../src/inference/forward/keep-up.ts'
import { inferenceMigrations } from '../../../src/inference/schema.ts'
import type { MarketReader } from '../../../src/market/provider.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import { openMarketStore } from '../../../src/market/store/market-store.ts'
import type { CallEntry, DayEntry } from '../../../src/orchestrator/forward/entry.ts'
import { beginRecord, ForwardRecords, type RecordId } from '../../../src/orchestrator/forward/records.ts'
import { forwardTerms } from '../../../src/orchestrator/forward/terms.ts'
import { orchestratorMigrations, type OrchestratorTables } from '../../../src/orchestrator/schema.ts'
import { at, BY_TIME, MARKET, span, storeTrades, trade } from '../market/fixture.ts'

const BEGAN = at('2024-08-09T21:00:00Z')
/** As a promotion is: between two seconds. */
const PROMOTED = epochMs(BEGAN - 371)
/** Seconds of the market, from an hour before the promotion on. */
const LONG = 2 * 3600 + 900
const BARRIERS = { target_pct: 0.3, stop_pct: 0.2, stop_assumed: true, seconds: 120, fee_pct_per_side: 0.05 }
const TERMS = forwardTerms(0.1, { calls: 2, days: 1 })

let database: Database
let records: ForwardRecords

interface Session {
  readonly checkpoint?: string
  readonly model?: string
  readonly symbol?: string
}

function addSession(id: string, startedAt: number, session: Session = {}): void {
  const { checkpoint = '0001', model = 'cnn', symbol = MARKET.symbol } = session
  database.sqlite
    .prepare(
      'INSERT INTO inference_session (id, model, checkpoint, symbol, venue, confidence_n, started_at, stopped_at, barriers) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?)',
    )
    .run(id, model, checkpoint, symbol, MARKET.venue, startedAt, BEGAN + HOUR, JSON.stringify(BARRIERS))
}

function addSignals(session: string, seconds: number): void {
  const { sqlite } = database
  sqlite.exec('BEGIN')
  const insert = sqlite.prepare(
    "INSERT INTO signal (session, timestamp, emitted_at, action, buy, sell, hold, confidence_n, latency_ms, call_opens) VALUES (?, ?, 0, 'HOLD', 0.1, 0.1, 0.8, 0, 1, 0)",
  )
  for (let i = 0; i < seconds; i++) insert.run(session, BEGAN + i * SECOND)
  sqlite.exec('COMMIT')
}

async function promote(model: string, promotedAt: number): Promise<RecordId> {
  const { lastInsertRowid } = database.sqlite
    .prepare("INSERT INTO promotion (model, version, promoted_at, kind) VALUES (?, '0001', ?, 'promote')")
    .run(model, promotedAt)
  const id = { model, record: Number(lastInsertRowid) }
  const begun = { ...id, pattern: null, checkpoint: '0001', at: epochMs(promotedAt), terms: TERMS }
  await beginRecord(database.tables<OrchestratorTables>(), begun)
  return id
}

function addCall(session: string, second: number, facts: { pct?: number; seen?: number | null } = {}): void {
  const { pct = 0.2, seen = 1 } = facts
  database.sqlite
    .prepare(
      "INSERT INTO call (id, session, action, opened_at, seen_at, price, score, buy, sell, hold, rule_on, rule_off, confidence_n, outcome, outcome_pct, outcome_at) VALUES (?, ?, 'BUY', ?, ?, 100, 0.9, 0.9, 0, 0.1, 0.5, 0.4, 0, 'right', ?, ?)",
    )
    .run(`${session}.${second}`, session, BEGAN + second * SECOND, seen, pct, BEGAN + (second + 60) * SECOND)
}

function keep(now: number, reader = readerOf()): Promise<void> {
  return keepUp({ database, records, reader, now: epochMs(now) })
}

function readerOf(): MarketReader {
  return createMarketReader(openMarketStore(database.sqlite))
}

const root = mkdtempSync(join(tmpdir(), 'annotate-forward-'))
afterAll(async () => {
  await database.close()
  rmSync(root, { recursive: true, force: true })
})

beforeAll(async () => {
  database = openDatabase(join(root, 'annotate.db'), [
    ...marketMigrations,
    ...orchestratorMigrations,
    ...inferenceMigrations,
  ])
  records = new ForwardRecords(database)
  const { sqlite } = database
  const from = BEGAN - HOUR
  // Up and down, and a step up that the rule calls.
  const step = (i: number) => (i < 3600 + 1500 ? 0 : 300)
  const trades = Array.from({ length: LONG }, (_, i) =>
    trade(
      from + i * SECOND,
      Math.round(10_000 + step(i) + 60 * Math.sin(i / 240) + 40 * Math.sin(i / 37)) / 100,
      1,
    ),
  )
  const store = openMarketStore(sqlite)
  storeTrades(store, trades, span(from, from + LONG * SECOND))
  store.recompose(MARKET, '1m', span(from, from + LONG * SECOND), BY_TIME)
  await promote('cnn', PROMOTED)
  addSession('s', BEGAN - HOUR)
  addSession('beside', BEGAN)
  addSession('other', BEGAN, { checkpoint: '0002' })
  addCall('s', -30)
  addCall('s', 900)
  addCall('beside', 901, { pct: 0.9 })
  addCall('other', 1000)
  addCall('s', 2000, { seen: null })
  addCall('s', 2400, { pct: -0.3 })
  addSignals('s', 3000)
})

describe('a record brought up to now', () => {
  it('counts each live call after the promotion once, net of the fees that were written down', async () => {
    await keep(BEGAN + HOUR)
    const calls = callsOf(await records.read({ model: 'cnn', record: 1 }))
    expect(calls.map(({ call, net_pct }) => [call, Number(net_pct.toFixed(6))])).toEqual([
      ['s.900', 0.1],
      ['s.2400', -0.4],
    ])
  })

  it('adds a day when it is over: the rule where the checkpoint answered, and random entries like each call', async () => {
    await keep(BEGAN + 3 * HOUR + 10 * MINUTE)
    expect((await records.read({ model: 'cnn', record: 1 })).entries).toHaveLength(3)
    await keep(BEGAN + 3 * HOUR + 20 * MINUTE)
    const { entries, broken } = await records.read({ model: 'cnn', record: 1 })
    const day = entries.at(-1) as DayEntry
    expect(broken).toBeNull()
    expect(day).toMatchObject({ kind: 'day', day: '2024-08-09', seconds: 3000 })
    expect(day.random.map(({ call }) => call)).toEqual(['s.900', 's.2400'])
    for (const { net_pct: net } of day.random) expect(net).toBeGreaterThanOrEqual(-0.41)
    for (const { net_pct: net } of day.random) expect(net).toBeLessThanOrEqual(0.11)
    expect(day.plain_rule.length).toBeGreaterThan(0)
    const last = toIso(epochMs(BEGAN + 3000 * SECOND))
    for (const { opened_at: opened } of day.plain_rule)
      expect(opened >= toIso(BEGAN) && opened < last).toBe(true)
  })

  it('stays as it is however often it is looked at, and whatever becomes of calls and signals', async () => {
    const before = await records.read({ model: 'cnn', record: 1 })
    database.sqlite.exec(
      "UPDATE call SET outcome_pct = 9; DELETE FROM signal; DELETE FROM call WHERE id = 's.900'",
    )
    await keep(BEGAN + 5 * HOUR)
    expect(await records.read({ model: 'cnn', record: 1 })).toEqual(before)
  })

  it('ends with the last second before the next promotion, which is between two', async () => {
    const id = await promote('ended', PROMOTED)
    await promote('ended', BEGAN + 1000 * SECOND + 500)
    addSession('ended', BEGAN, { model: 'ended' })
    addSignals('ended', 2000)
    await keep(BEGAN + 5 * HOUR)
    expect((await records.read(id)).entries.at(-1)).toMatchObject({ day: '2024-08-09', seconds: 1001 })
  })

  it('is so where another could not be: what was the matter with that one is told at the end', async () => {
    const ids = [await promote('a', PROMOTED), await promote('b', PROMOTED)]
    addSession('a', BEGAN, { model: 'a', symbol: 'ODD/USDT' })
    addSession('b', BEGAN, { model: 'b' })
    for (const session of ['a', 'b']) addSignals(session, 100)
    const reader = readerOf()
    const slice: MarketReader['slice'] = async (market, ...rest) => {
      if (market.symbol === 'ODD/USDT') throw new Error('It can not be read.')
      return reader.slice(market, ...rest)
    }
    const kept = keep(BEGAN + 5 * HOUR, { ...reader, slice })
    await expect(kept).rejects.toThrow(`a, promotion ${ids[0]?.record}: It can not be read.`)
    const [odd, other] = await Promise.all(ids.map((id) => records.read(id)))
    expect(odd?.entries).toHaveLength(1)
    expect(other?.entries.at(-1)).toMatchObject({ kind: 'day', seconds: 100 })
  })
})

describe('its figures', () => {
  const call = (day: number, net: number, n = 0): CallEntry => ({
    version: 1,
    model: 'cnn',
    record: 1,
    place: 1,
    at: '',
    kind: 'call',
    call: `${day}-${n}`,
    ...MARKET,
    action: 'BUY',
    opened_at: `2024-08-${String(day).padStart(2, '0')}T10:00:00Z`,
    outcome: 'right',
    barriers: { target_pct: 1, stop_pct: 1, seconds: 60 },
    gross_pct: net,
    net_pct: net,
  })
  const day = (calls: readonly CallEntry[], net: number): DayEntry => ({
    version: 1,
    model: 'cnn',
    record: 1,
    place: 1,
    at: '',
    kind: 'day',
    ...MARKET,
    day: calls[0]!.opened_at.slice(0, 10),
    seconds: 100,
    plain_rule: calls.map(({ opened_at }) => ({ action: 'BUY', opened_at, net_pct: net })),
    random: calls.map((each) => ({ call: each.call, net_pct: net })),
  })

  it('draw whole days: calls of one day that go one way are not much evidence', () => {
    // Ten calls a day, all alike within their day: 40 calls, four pieces of evidence.
    const days = [1, -1, 1, -0.6].map((net, i) => Array.from({ length: 10 }, (_, n) => call(i + 1, net, n)))
    const { net } = forwardFigures({ ...TERMS, days_needed: 4 }, days.flat(), [])
    expect(net.mean_pct).toBeCloseTo(0.1, 9)
    expect(net.interval[0]).toBeLessThan(-0.7)
    expect(net.interval[1]).toBeGreaterThan(0.9)
  })

  it('tell better from worse and from not distinguishable, by the same draws each time', () => {
    const days = Array.from({ length: 12 }, (_, i) => [call(i + 1, 0.5 + 0.1 * (i % 3))])
    const against = (net: number) =>
      forwardFigures(
        TERMS,
        days.flat(),
        days.map((calls) => day(calls, net)),
      ).opponents.map(({ verdict }) => verdict)
    expect(against(0.1)).toEqual(['better', 'better'])
    expect(against(0.9)).toEqual(['worse', 'worse'])
    expect(against(0.6)).toEqual(['not_distinguishable', 'not_distinguishable'])
    expect(forwardFigures(TERMS, days.flat(), [])).toEqual(forwardFigures(TERMS, days.flat(), []))
  })
})
