// Calls counted by what one asks for: each in one group, shares with intervals only where enough ended, filters as in the list.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CallCountsBy } from '../../../src/contract/call-counts.ts'
import { openDatabase, type Database } from '../../../src/core/database.ts'
import { HOUR } from '../../../src/core/time.ts'
import { callCounts } from '../../../src/inference/call-counts.ts'
import { CallStore } from '../../../src/inference/call-store.ts'
import { inferenceMigrations } from '../../../src/inference/schema.ts'
import { wholeBand } from '../../../src/signals/confidence-band.ts'
import { wilson } from '../../../src/signals/confidence.ts'

const NOON = Date.UTC(2124, 0, 15, 12)
const root = mkdtempSync(join(tmpdir(), 'annotate-counts-'))
let database: Database
let number = 0

function add(
  outcome: string,
  {
    confidence = 75,
    doubt = 10,
    session = 's',
    at = NOON,
  }: { confidence?: number | null; doubt?: number; session?: string; at?: number },
): void {
  const [low, high] = confidence === null ? [null, null] : [confidence - doubt, confidence + doubt]
  database.sqlite
    .prepare(
      "INSERT INTO call (id, session, action, opened_at, price, score, buy, sell, hold, rule_on, rule_off, confidence, confidence_n, confidence_low, confidence_high, outcome) VALUES (?, ?, 'BUY', ?, 1, 1, 1, 0, 0, 0, 0, ?, 9, ?, ?, ?)",
    )
    .run(String(number++), session, at, confidence, low, high, outcome)
}

beforeAll(() => {
  database = openDatabase(join(root, 'annotate.db'), inferenceMigrations)
  for (const [id, pattern] of [
    ['s', 'flag'],
    ['t', null],
  ])
    database.sqlite
      .prepare(
        "INSERT INTO inference_session (id, model, checkpoint, symbol, venue, confidence_n, started_at, pattern) VALUES (?, 'cnn', ?, 'ETH/USDT', 'test', 9, 0, ?)",
      )
      .run(id, id === 's' ? '0001' : '0002', pattern)
  for (const outcome of ['right', 'right', 'right', 'wrong', 'expired', 'open']) add(outcome, {})
  for (const outcome of ['right', 'wrong', 'wrong', 'wrong'])
    add(outcome, { confidence: 100, doubt: 0, at: NOON + 3 * HOUR })
  add('right', { confidence: null, session: 't', at: NOON - 10 * HOUR })
})
afterAll(async () => {
  await database.close()
  rmSync(root, { recursive: true, force: true })
})

const count = (by: CallCountsBy, query = {}) => callCounts(new CallStore(database), { by, ...query })

it('by confidence: the share of right ones with Wilson’s interval, from five that ended on', async () => {
  const { counts, all, is_more } = await count('confidence')
  expect(counts).toEqual([
    {
      name: '70-80',
      right: 3,
      wrong: 1,
      expired: 1,
      open: 1,
      right_share: 0.6,
      right_interval: wilson(0.6, 5),
      mean_confidence: 75,
    },
    {
      name: '90-100',
      right: 1,
      wrong: 3,
      expired: 0,
      open: 0,
      right_share: null,
      right_interval: null,
      mean_confidence: 100,
    },
    {
      name: 'not_calibrated',
      right: 1,
      wrong: 0,
      expired: 0,
      open: 0,
      right_share: null,
      right_interval: null,
      mean_confidence: null,
    },
  ])
  expect(all).toMatchObject({ name: 'all', right: 5, wrong: 4, expired: 1, open: 1, right_share: 0.5 })
  expect(is_more).toBe(false)
})

it.each([
  ['band', ['high', 'several', 'not_calibrated']],
  ['hour', ['02', '12', '15']],
  ['pattern', ['flag', 'none']],
  ['market', ['ETH/USDT test']],
] as const)('by %s, every call in one group', async (by, names) => {
  const { counts, all } = await count(by)
  expect(counts.map(({ name }) => name)).toEqual(names)
  const total = counts.reduce(
    (sum, { right, wrong, expired, open }) => sum + right + wrong + expired + open,
    0,
  )
  expect(total).toBe(all.right + all.wrong + all.expired + all.open)
})

it.each([
  ['Europe/Berlin', ['03', '13', '16']],
  ['Asia/Kolkata', ['07', '17', '20']],
  ['-03:30', ['08', '11', '22']],
] as const)('by hour of %s', async (timezone, names) => {
  const { counts, all } = await count('hour', { timezone })
  expect(counts.map(({ name }) => name)).toEqual(names)
  expect(all.right + all.wrong + all.expired + all.open).toBe(11)
})

it('by hour of a zone whose clocks were put forward: as they were at the call', async () => {
  // 2124-07-01 is in summer time, the others are not.
  const summer = Date.UTC(2124, 6, 1, 12)
  add('open', { at: summer })
  const { counts } = await count('hour', { timezone: 'Europe/Berlin', from: summer })
  expect(counts.map(({ name }) => name)).toEqual(['14'])
  const known = await count('hour', { timezone: 'Europe/Nowhere' }).catch(
    ({ code }: { code: string }) => code,
  )
  expect(known).toBe('unknown_timezone')
})

it('in bands as the confidence’s words name them', async () => {
  const cases: [confidence: number, doubt: number][] = [
    [75, 5],
    [70, 0],
    [70.1, 0],
    [50, 0],
    [49.9, 0],
    [60, 10],
    [40, 20],
  ]
  for (const [i, [confidence, doubt]] of cases.entries()) {
    const at = NOON + 24 * HOUR + i
    add('open', { confidence, doubt, at })
    const { counts } = await count('band', { from: at, to: at + 1 })
    const band = wholeBand([confidence - doubt, confidence + doubt]) ?? 'several'
    expect(counts.map(({ name }) => name)).toEqual([band])
  }
})

it('takes the filters of the list', async () => {
  expect((await count('hour', { checkpoint: '0002' })).counts.map(({ name }) => name)).toEqual(['02'])
  expect((await count('hour', { from: NOON + 1 })).all).toMatchObject({ right: 1, wrong: 3 })
  await expect(count('hour', { from: 'yesterday' })).rejects.toMatchObject({ code: 'invalid_timestamp' })
})
