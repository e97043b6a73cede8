// Live inference's stores, asked of each database: sessions, signals, calls and their outcomes; counts, pages and memory.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SignalOut } from '../../../src/contract/inference.ts'
import { SECOND, epochMs, shift } from '../../../src/core/time.ts'
import { callCounts } from '../../../src/inference/call-counts.ts'
import { CallStore } from '../../../src/inference/call-store.ts'
import { checkpointUse } from '../../../src/inference/checkpoint-use.ts'
import { answeredSeconds, endedCalls, liveDays } from '../../../src/inference/forward/live-span.ts'
import { MismatchStore } from '../../../src/inference/mismatch-store.ts'
import { inferenceMigrations, type InferenceTables } from '../../../src/inference/schema.ts'
import type { Market } from '../../../src/market/types.ts'
import { GroupedWrites } from '../../../src/inference/grouped-writes.ts'
import { InferenceStore } from '../../../src/inference/store.ts'
import { onEachDatabase, type OpenedDatabase } from '../../postgres/each-database.ts'

const NOON = epochMs(Date.UTC(2124, 0, 15, 12))
const SESSION = {
  model: 'cnn',
  checkpoint: '0001',
  market: { venue: 'demo-1', symbol: 'ETH/USDT' },
  confidenceN: 3,
  pattern: 'flag',
  barriers: { target_pct: 1, stop_pct: 0.5, stop_assumed: true, seconds: 60, fee_pct_per_side: 0.05 },
  unlikePast: 2.5,
  warnings: ['first'],
  startedAt: NOON,
  resumes: true,
  partOf: null,
} as const
const FOREVER = { model: 'cnn', checkpoint: '0001', from: epochMs(0), to: epochMs(Infinity) }
type Signal = Parameters<InferenceStore['add']>[1]
type Opened = NonNullable<Parameters<InferenceStore['add']>[2]['opened']>

/** One of the sessions. */
const of = (id: string) => ({ id, market: SESSION.market })

/** Every fourth second opens a call, which lasts until the next one. */
function signal(n: number): Signal {
  const at = shift(NOON, n * SECOND)
  const opensAt = shift(NOON, (n - (n % 4)) * SECOND)
  return {
    timestamp: at,
    emittedAt: shift(at, 5),
    seenAt: at,
    action: n % 4 === 0 ? 'BUY' : 'HOLD',
    scores: { BUY: 0.1 + 0.2, SELL: 0.1, HOLD: 0.6 },
    confidence: { confidence: null, n: 0, interval: null },
    price: 61_234.01,
    latencyMs: (n * 37) % 11,
    call: { id: String(n - (n % 4)), action: 'BUY', opensAt, score: 0.3 },
    opens: n % 4 === 0,
    reason: null,
    intent: null,
    oddness: 0.25,
    position: null,
  }
}

function openedBy(session: string, n: number, confidence: number | null): Opened {
  return {
    id: `${session}.${n}`,
    session,
    action: 'BUY',
    opened_at: NOON + n * SECOND,
    closed_at: null,
    seen_at: NOON + n * SECOND,
    price: 100,
    score: 0.3,
    buy: 0.3,
    sell: 0.1,
    hold: 0.6,
    rule_on: 0.2,
    rule_off: 0.1,
    confidence,
    confidence_n: 9,
    confidence_low: confidence === null ? null : confidence - 5,
    confidence_high: confidence === null ? null : confidence + 5,
    outcome_pct: null,
    outcome_at: null,
    verdict: null,
    annotation: null,
  }
}

onEachDatabase((open) => {
  let database: OpenedDatabase
  let store: InferenceStore
  let calls: CallStore
  const changed: string[][] = []
  const added: SignalOut[] = []
  beforeAll(async () => {
    database = await open(inferenceMigrations)
    store = new InferenceStore(database)
    calls = new CallStore(database)
    for (const id of ['b', 'a']) await store.open({ ...SESSION, id })
    for (let n = 0; n < 12; n += 1) {
      const opened = n % 4 === 0 ? openedBy('b', n, [75, 100, null][n / 4] ?? null) : null
      const gap = n === 2 ? { from: shift(NOON, 1), to: shift(NOON, 2001) } : null
      const one = await store.add(of('b'), signal(n), { missed: n === 2 ? 2 : 0, opened, gap })
      changed.push(one.calls)
      added.push(one.signal)
    }
  })
  afterAll(() => database.close())

  it('sessions of one moment come newest first, a page at a time, and know what was warned of', async () => {
    await store.warn('a', 'second "one"')
    await store.restate('a', 12)
    const ids = async (query: Parameters<InferenceStore['sessions']>[0]): Promise<string[]> =>
      (await store.sessions(query)).map(({ id }) => id)
    expect(await ids({})).toEqual(['a', 'b'])
    expect(await ids({ before: 'a' })).toEqual(['b'])
    expect(await ids({ state: 'stopped' })).toEqual([])
    const session = await store.session('a')
    expect(session).toMatchObject({ warnings: ['first', 'second "one"'], confidence_n: 12, unlike_past: 2.5 })
    expect((await store.left()).map(({ id, resumes }) => [id, resumes])).toHaveLength(2)
  })

  it('signals come back as they went in, with figures that were counted', async () => {
    const [newest] = await store.signals({ session: 'b', limit: 1 })
    expect(newest).toMatchObject({
      timestamp: '2124-01-15T12:00:11Z',
      scores: signal(0).scores,
      price: 61_234.01,
      oddness: 0.25,
      call_id: 'b.8',
      call_opens: false,
    })
    expect(await store.signals({ session: 'b' })).toStrictEqual(added.toReversed())
    expect((await store.signals({ calls: true, model: 'cnn' })).map(({ call_id }) => call_id)).toEqual([
      'b.8',
      'b.4',
      'b.0',
    ])
    const session = await store.session('b')
    expect(session).toMatchObject({ signals: 12, calls: 3, missed_seconds: 2, signals_per_minute: 60 })
    expect(session?.latency_ms).toEqual({ p50: 4, p99: 10 })
    expect(session?.gaps).toHaveLength(1)
    expect((await store.counts()).active).toBe(2)
  })

  it('a second is answered once: what came with it a second time is not stored either', async () => {
    await expect(store.add(of('b'), signal(3), { missed: 7 })).rejects.toThrow(/unique/i)
    expect(await store.session('b')).toMatchObject({ signals: 12, missed_seconds: 2 })
  })

  it('signals of one moment go into one transaction, and one that cannot be stored takes no other along', async () => {
    const together = ['c', 'd', 'e']
    for (const id of together) await store.open({ ...SESSION, checkpoint: '0002', id })
    const again = store.add(of('b'), signal(3), { missed: 7 })
    const stored = together.map((id) => store.add(of(id), signal(1), { missed: 0 }))
    await expect(again).rejects.toThrow(/unique/i)
    expect((await Promise.all(stored)).map(({ signal: { session } }) => session)).toEqual(together)
    expect(await store.session('b')).toMatchObject({ signals: 12, missed_seconds: 2 })
    const writes = new GroupedWrites<{ market: Market }, unknown>({
      db: database.tables<InferenceTables>(),
      write: async (one, entries) => entries.map(() => one),
    })
    const transactions = await Promise.all([1, 2, 3].map(() => writes.run({ market: SESSION.market })))
    expect(new Set(transactions).size).toBe(1)
    await Promise.all([2, 3].map((n) => store.add(of('c'), signal(n), { missed: 1 })))
    expect(await store.session('c')).toMatchObject({ signals: 3, missed_seconds: 2 })
    for (const id of together) await store.close(id, 'stopped_by_user', NOON)
  })

  describe('calls', () => {
    it('end where another begins', async () => {
      expect(changed.filter((ids) => ids.length > 0)).toEqual([['b.0'], ['b.0', 'b.4'], ['b.4', 'b.8']])
      expect((await calls.find('b.0'))?.closed_at).toBe(NOON + 4 * SECOND)
      expect((await calls.find('b.8'))?.closed_at).toBeNull()
      expect((await calls.list({ limit: 2 })).map(({ id }) => id)).toEqual(['b.8', 'b.4'])
      expect(await calls.undecided()).toHaveLength(3)
    })

    it('are decided once, judged, and counted by what one asks for', async () => {
      const right = { outcome: 'right', pct: 0.9, at: shift(NOON, 9000) } as const
      await calls.decide('b.0', right)
      await calls.decide('b.0', { ...right, outcome: 'wrong' })
      await calls.judge('b.0', 'hold', null)
      expect(await calls.find('b.0')).toMatchObject({ outcome: 'right', outcome_pct: 0.9, verdict: 'hold' })
      expect(await calls.counts('b')).toMatchObject({ right: 1, open: 2, right_share: 1 })
      const names = async (by: Parameters<typeof callCounts>[1]['by']) =>
        (await callCounts(calls, { by })).counts.map(({ name }) => name)
      expect(await names('confidence')).toEqual(['70-80', '90-100', 'not_calibrated'])
      expect(await names('band')).toEqual(['high', 'several', 'not_calibrated'])
      expect(await names('hour')).toEqual(['12'])
      expect(await names('pattern')).toEqual(['flag'])
      expect(await names('market')).toEqual(['ETH/USDT demo-1'])
      const { all } = await callCounts(calls, { by: 'hour', checkpoint: '0001' })
      expect(all).toMatchObject({ right: 1, open: 2 })
    })

    it('are counted for their checkpoint, and in the time of a forward record', async () => {
      expect(await checkpointUse(database, 'cnn', '0001')).toEqual({
        sessions: { count: 2, is_more: false, running: 2 },
        calls: { count: 3, is_more: false, right: 1, wrong: 0, expired: 0, open: 2 },
      })
      const db = database.tables<InferenceTables>()
      expect((await endedCalls(db, FOREVER)).map(({ id }) => id)).toEqual(['b.0'])
      const [day] = await liveDays(db, FOREVER, shift(NOON, 60_000))
      expect(day && (await answeredSeconds(db, FOREVER, day))).toHaveLength(12)
    })
  })

  it('seconds that the store tells otherwise are counted, the newest twenty kept', async () => {
    const mismatches = new MismatchStore(database)
    const tensors = { ohlcv_1s: [1], ohlcv_1m: [2], ohlcv_1h: [3], ohlcv_1d: [4] }
    const side = { inputs: { tensors }, scores: null, own: null }
    for (let n = 0; n < 23; n += 1)
      await mismatches.add('a', {
        second: shift(NOON, n * SECOND),
        place: 'scores',
        live: side,
        stored: side,
      } as never)
    await mismatches.add('a', null)
    const kept = await mismatches.list('a')
    expect(kept).toHaveLength(20)
    expect(kept[0]).toMatchObject({ timestamp: '2124-01-15T12:00:22Z', live: { ohlcv_1s: [1] } })
    expect(await store.session('a')).toMatchObject({ checked_seconds: 24, mismatched_seconds: 23 })
  })

  it('a session that is over stays as it ended, and so does its last call', async () => {
    await store.close('b', 'stopped', shift(NOON, 20_000))
    await store.close('b', 'again', shift(NOON, 30_000))
    expect(await store.session('b')).toMatchObject({ state: 'stopped', stop_reason: 'stopped', signals: 12 })
    expect((await calls.find('b.8'))?.closed_at).toBe(NOON + 12 * SECOND)
    expect((await store.left()).map(({ id }) => id)).toEqual(['a'])
  })
})
