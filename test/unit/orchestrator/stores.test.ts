// Promotions, forward records and names of checkpoints, asked of each database: in order, never rewritten, twice the same is once.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { epochMs, shift } from '../../../src/core/time.ts'
import { CheckpointNames } from '../../../src/orchestrator/checkpoint-names.ts'
import { ForwardRecords } from '../../../src/orchestrator/forward/records.ts'
import { forwardTerms } from '../../../src/orchestrator/forward/terms.ts'
import { Promotions } from '../../../src/orchestrator/promotions.ts'
import { orchestratorMigrations, type OrchestratorTables } from '../../../src/orchestrator/schema.ts'
import { onEachDatabase, type OpenedDatabase } from '../../postgres/each-database.ts'

const START = epochMs(Date.UTC(2124, 0, 15))
const TERMS = forwardTerms(0.1)
const WHOLE = { model: 'cnn', pattern: null }
const BREAKOUT = { model: 'cnn', pattern: 'breakout' }
const DAY = { kind: 'day', venue: 'test', symbol: 'ETH/USDT', day: '2124-01-15', seconds: 9 } as const

onEachDatabase((open) => {
  let database: OpenedDatabase
  beforeAll(async () => {
    database = await open(orchestratorMigrations)
  })
  afterAll(() => database.close())

  it('promotions and their records begin together, and none is ever changed', async () => {
    const promotions = new Promotions(database)
    const records = new ForwardRecords(database)
    const first = { version: '0001', publishedAt: START }
    // Of two at the same moment one is the first.
    await Promise.all([1, 2].map(() => promotions.addFirst('cnn', first, START, TERMS)))
    const next = { model: 'cnn', pattern: '', promoted_at: shift(START, 1000), kind: 'promote' } as const
    await promotions.add({ ...next, version: '0002', reason: 'because' }, shift(START, 1000), TERMS)
    await promotions.beginMissing('cnn', START, TERMS)
    expect(await promotions.current(WHOLE)).toBe('0002')
    expect(await promotions.previous(WHOLE)).toBe('0001')
    expect((await promotions.list(WHOLE)).map(({ checkpoint, to }) => [checkpoint, to])).toEqual([
      ['0002', null],
      ['0001', '2124-01-15T00:00:01Z'],
    ])
    expect(await records.models()).toEqual(['cnn'])
    const numbers = await records.newest('cnn', 2)
    expect(numbers).toHaveLength(2)
    await promotions.add({ ...next, pattern: 'breakout', version: '0003', reason: null }, START, TERMS)
    expect([await promotions.current(BREAKOUT), await promotions.current(WHOLE)]).toEqual(['0003', '0002'])
    expect(await promotions.patterns('cnn')).toEqual(['breakout'])
    expect(await records.newest('cnn', 1)).toHaveLength(2)
    const db = database.tables<OrchestratorTables>()
    await expect(db.updateTable('promotion').set({ reason: 'better' }).execute()).rejects.toThrow(
      /never changed/,
    )
    await expect(db.deleteFrom('forward_entry').execute()).rejects.toThrow(/never shortened/)
  })

  it('a record grows once for a subject, in one chain, and says where somebody broke it', async () => {
    const records = new ForwardRecords(database)
    const [, record = 0] = await records.newest('cnn', 2)
    const day = { ...DAY, plain_rule: [], random: [] }
    const add = () => records.append({ model: 'cnn', record }, START, day)
    await Promise.all([add(), add(), add()])
    const read = await records.newestOf(WHOLE, '0002')
    expect(read?.entries).toHaveLength(2)
    expect(read?.broken).toBeNull()
    expect(await records.firstBreak('cnn')).toBeNull()
    const db = database.tables<OrchestratorTables>()
    await db
      .insertInto('promotion')
      .values({
        model: 'cnn',
        pattern: '',
        version: '0003',
        promoted_at: null,
        kind: 'promote',
        reason: null,
      })
      .execute()
    expect(await records.firstBreak('cnn')).toMatchObject({ fault: 'its first entry is missing' })
  })

  it('names: one challenger a model and pattern, one note a checkpoint', async () => {
    const names = new CheckpointNames(database)
    await names.setChallenger(WHOLE, '0001')
    await names.setChallenger(WHOLE, '0002')
    await names.setChallenger(BREAKOUT, '0003')
    expect(await names.challenger(WHOLE)).toBe('0002')
    await names.setChallenger(WHOLE, null)
    expect(await names.challenger(WHOLE)).toBeNull()
    expect(await names.challenger(BREAKOUT)).toBe('0003')
    expect(await names.patterns('cnn')).toEqual(['breakout'])
    await names.setNote('cnn', '0001', 'first')
    await names.setNote('cnn', '0001', 'second')
    await names.setNote('cnn', '0002', 'other')
    await names.setNote('cnn', '0002', null)
    expect(await names.notes('cnn')).toEqual(new Map([['0001', 'second']]))
  })
})
