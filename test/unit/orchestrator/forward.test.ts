// Forward records: begun with their promotion, added to in a chain of hashes, never changed, and named where something changed them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../src/core/canonical-json.ts'
import { ManualClock } from '../../../src/core/clock.ts'
import { openDatabase, type Database } from '../../../src/core/database.ts'
import { epochMs } from '../../../src/core/time.ts'
import { forwardOut } from '../../../src/inference/forward/forward-out.ts'
import { MODELS } from '../../../src/models/registry.ts'
import { Checkpoints } from '../../../src/orchestrator/checkpoints.ts'
import { forwardFindings } from '../../../src/orchestrator/forward/forward-findings.ts'
import { ForwardRecords, type Addition } from '../../../src/orchestrator/forward/records.ts'
import { Orchestrator } from '../../../src/orchestrator/orchestrator.ts'
import { orchestratorMigrations } from '../../../src/orchestrator/schema.ts'
import { contentOf } from './content.ts'

const START = epochMs(Date.UTC(2124, 0, 15))

let root: string
let database: Database
let orchestrator: Orchestrator
let records: ForwardRecords
const clock = new ManualClock(START)

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'annotate-forward-'))
  database = openDatabase(join(root, 'annotate.db'), orchestratorMigrations)
  const checkpoints = new Checkpoints(join(root, 'checkpoints'))
  orchestrator = new Orchestrator({ database, checkpoints, models: MODELS, clock, feePctPerSide: 0.2 })
  records = new ForwardRecords(database)
  for (const seed of [1, 2]) await checkpoints.publish('cnn', contentOf(seed))
  await orchestrator.promoted('cnn')
})
afterEach(async () => {
  await database.close()
  await rm(root, { recursive: true, force: true })
})

function callOf(n: number, facts: Partial<Extract<Addition, { kind: 'call' }>> = {}): Addition {
  return {
    kind: 'call',
    call: `call-${n}`,
    venue: 'test',
    symbol: 'ETH/USDT',
    action: 'BUY',
    opened_at: `2124-01-${String(15 + n).padStart(2, '0')}T10:00:00Z`,
    outcome: 'right',
    barriers: { target_pct: 1, stop_pct: 0.5, seconds: 60 },
    gross_pct: 1,
    net_pct: 0.6,
    ...facts,
  }
}

const out = async (checkpoint?: string) => forwardOut(await orchestrator.forward('cnn', checkpoint))
const add = (n: number, facts = {}, record = 1) =>
  records.append({ model: 'cnn', record }, START, callOf(n, facts))

/** As somebody does who can write to the file. */
function tamper(sql: string): void {
  const { sqlite } = database
  sqlite.exec('DROP TRIGGER IF EXISTS forward_entry_kept; DROP TRIGGER IF EXISTS forward_entry_fixed')
  sqlite.exec(sql)
}

describe('a forward record', () => {
  it('begins with the promotion, which writes down what it needs and what fees count', async () => {
    expect(await out()).toMatchObject({
      checkpoint: '0001',
      state: 'too_few',
      began_at: '2124-01-15T00:00:00Z',
      terms: { calls_needed: 30, days_needed: 10, fee_pct_per_side: 0.2 },
      calls_missing: 30,
      days_missing: 10,
      figures: null,
      entries: 1,
    })
    await orchestrator.promote('cnn', '0002', 'because', { needed: { calls: 2, days: 1 } })
    expect(await out()).toMatchObject({ checkpoint: '0002', terms: { calls_needed: 2, days_needed: 1 } })
    expect(await out('0001')).toMatchObject({ ended_at: '2124-01-15T00:00:00Z', state: 'too_few' })
  })

  it('says how many are missing, and figures once there are enough', async () => {
    await orchestrator.promote('cnn', '0002', 'because', { needed: { calls: 3, days: 3 } })
    await add(0, {}, 2)
    await add(1, {}, 2)
    expect((await out()).words).toBe(
      'Too few to say: 2 of 3 calls on 2 of 3 days; 1 call and 1 day are missing.',
    )
    await add(1, {}, 2)
    await add(2, { net_pct: -0.9, outcome: 'wrong' }, 2)
    const found = await out()
    expect(found).toMatchObject({ state: 'enough', calls: 3, days: 3, entries: 4 })
    expect(found.figures).toMatchObject({
      net: { trades: 3, mean_pct: expect.closeTo(0.1, 9) },
      paid_share: 2 / 3,
      opponents: [{ verdict: 'too_few' }, { verdict: 'too_few' }],
    })
    expect(await out()).toEqual(found)
  })

  it('is of one form: what was promoted before records were kept begins one at the next start', async () => {
    tamper('DELETE FROM forward_entry; UPDATE forward_before SET promotion = 1')
    expect((await out()).state).toBe('none')
    clock.moveTo(epochMs(START + 1000))
    await orchestrator.recover()
    await orchestrator.recover()
    expect(await out()).toMatchObject({ began_at: '2124-01-15T00:00:01Z', entries: 1 })
    clock.moveTo(START)
  })

  it('is neither changed nor shortened by a statement', () => {
    expect(() => database.sqlite.exec("UPDATE forward_entry SET hash = ''")).toThrow(/never changed/)
    expect(() => database.sqlite.exec('DELETE FROM forward_entry')).toThrow(/never shortened/)
  })

  it.each([
    ['changed', "UPDATE forward_entry SET entry = replace(entry, '0.6', '0.9') WHERE place = 2", 2],
    ['taken out', 'DELETE FROM forward_entry WHERE place = 2', 3],
    ['made unreadable', "UPDATE forward_entry SET entry = '{' WHERE place = 1", 1],
  ])('names the entry that was %s, says no figure, and is left as it is', async (_, sql, place) => {
    for (const n of [0, 1, 2]) await add(n)
    expect(await forwardFindings(database)).toEqual([])
    tamper(sql)
    const found = await out()
    expect(found).toMatchObject({ state: 'broken', figures: null, broken: { place } })
    expect(found.words).toContain(`entry ${place} of promotion 1`)
    expect(await forwardFindings(database)).toMatchObject([
      { part: 'forward_record', name: `cnn, promotion 1, entry ${place}` },
    ])
  })

  it('is missed where it was taken away whole, by the record after it', async () => {
    await add(0)
    await orchestrator.promote('cnn', '0002', 'because')
    tamper('DELETE FROM forward_entry WHERE record = 1')
    expect(await out()).toMatchObject({ state: 'broken', broken: { place: 0 } })
    tamper('DELETE FROM forward_entry')
    await orchestrator.recover()
    expect(await out()).toMatchObject({ state: 'broken', broken: { fault: 'its first entry is missing' } })
    expect(await forwardFindings(database)).toHaveLength(1)
  })
})

it('the same facts have one canonical text, in whatever order they are given', () => {
  expect(canonicalJson({ b: [1e21, -0, 'ü'], a: { d: null, c: true }, e: undefined })).toBe(
    '{"a":{"c":true,"d":null},"b":[1e+21,0,"ü"]}',
  )
  expect(() => canonicalJson({ a: Number.NaN })).toThrow(RangeError)
})
