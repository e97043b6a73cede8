// Promotions: written down in order and never changed, gated by what both checkpoints held out, and undone one by one.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HeldOutEpisode } from '../../../src/contract/validation.ts'
import { ManualClock } from '../../../src/core/clock.ts'
import { openDatabase, type Database } from '../../../src/core/database.ts'
import { epochMs, shift, type EpochMs } from '../../../src/core/time.ts'
import { MODELS } from '../../../src/models/registry.ts'
import { Checkpoints } from '../../../src/orchestrator/checkpoints.ts'
import { Orchestrator } from '../../../src/orchestrator/orchestrator.ts'
import { orchestratorMigrations } from '../../../src/orchestrator/schema.ts'
import { contentOf } from './content.ts'

const START = epochMs(Date.UTC(2124, 0, 15))
const HOUR = 3_600_000
const EPISODES = Array.from({ length: 12 }, (_, i) => `episode-${i}`)

let root: string
let database: Database
let checkpoints: Checkpoints
let orchestrator: Orchestrator
let clock: ManualClock
let heldOut: Record<string, HeldOutEpisode[]>

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'annotate-promotions-'))
  database = openDatabase(join(root, 'annotate.db'), orchestratorMigrations)
  checkpoints = new Checkpoints(join(root, 'checkpoints'))
  clock = new ManualClock(START)
  heldOut = {}
  orchestrator = new Orchestrator({
    database,
    checkpoints,
    models: MODELS,
    clock,
    feePctPerSide: 0.1,
    heldOut: (_, version) => Promise.resolve(heldOut[version] ?? null),
  })
  for (const seed of [1, 2, 3]) await checkpoints.publish('cnn', withCases(seed, EPISODES))
})
afterEach(async () => {
  await database.close()
  await rm(root, { recursive: true, force: true })
})

function withCases(seed: number, ids: readonly string[]) {
  const content = contentOf(seed)
  const test_cases = ids.map((id) => ({ test_case_id: `annotation_${id}`, sha256: 'a'.repeat(64) }))
  return { ...content, metadata: { ...content.metadata, data: { ...content.metadata.data, test_cases } } }
}

/** Of twelve episodes with one annotation each, those below `hits` are hit. */
function episodes(hits: number, false_calls = 0): HeldOutEpisode[] {
  return EPISODES.map((id, i) => ({
    venue: 'demo-1',
    symbol: 'ETH/USDT',
    annotation_ids: [id],
    hits: i < hits ? 1 : 0,
    false_calls,
  }))
}

function at(hours: number): EpochMs {
  return shift(START, hours * HOUR)
}

describe('the gate', () => {
  it('lets one that is better on the episodes that both held out pass, and writes down why', async () => {
    heldOut = { '0001': episodes(3), '0002': episodes(11) }
    await orchestrator.promote('cnn', '0002')
    const [last] = await orchestrator.history('cnn')
    expect(last).toMatchObject({ checkpoint: '0002', to: null, kind: 'promote' })
    expect(last?.reason).toMatch(/on 12 episodes held out from both, F1 is 0\.96 against 0\.40 .*better/)
  })

  it.each([
    ['as good', 6, 6, 0, 'not_distinguishable'],
    ['better by a hair', 7, 6, 0, 'not_distinguishable'],
    ['worse', 2, 11, 0, 'worse'],
    ['as often right, with two false calls an episode', 8, 8, 2, 'worse'],
  ])('refuses one that is %s, with both figures', async (_, own, promoted, falseCalls, verdict) => {
    heldOut = { '0001': episodes(promoted), '0002': episodes(own, falseCalls) }
    await expect(orchestrator.promote('cnn', '0002')).rejects.toMatchObject({
      code: 'gate_failed',
      status: 409,
      field: 'reason',
      details: {
        verdict,
        episodes: 12,
        candidate: { checkpoint: '0002', hits: own, annotations: 12, false_calls: 12 * falseCalls },
        promoted: { checkpoint: '0001', hits: promoted },
      },
    })
    expect(await orchestrator.promoted('cnn')).toBe('0001')
    expect(await orchestrator.history('cnn')).toHaveLength(1)
  })

  it('has nothing to compare where one held nothing out, and asks for a reason', async () => {
    heldOut = { '0002': episodes(12) }
    await expect(orchestrator.promote('cnn', '0002')).rejects.toThrow(/nothing to compare on.*Give a reason/)
    await orchestrator.promote('cnn', '0002', ' trained on all of May ')
    expect(await orchestrator.promoted('cnn')).toBe('0002')
    expect((await orchestrator.history('cnn'))[0]?.reason).toBe('trained on all of May')
  })

  it('does not compare an episode whose test case changed in between', async () => {
    await checkpoints.publish('cnn', withCases(4, EPISODES.slice(0, 3)))
    heldOut = { '0001': episodes(0), '0004': episodes(12) }
    await expect(orchestrator.promote('cnn', '0004')).rejects.toMatchObject({
      details: { verdict: 'too_few', episodes: 3 },
    })
  })

  it('has no say over the promoted one again', async () => {
    await orchestrator.promote('cnn', '0001')
    expect(await orchestrator.history('cnn')).toHaveLength(1)
  })
})

describe('the history', () => {
  async function threeHours(): Promise<void> {
    await orchestrator.promoted('cnn')
    for (const [hour, version] of [
      [1, '0002'],
      [2, '0003'],
    ] as const) {
      clock.moveTo(at(hour))
      await orchestrator.promote('cnn', version, `hour ${hour}`)
    }
  }

  it('says what was live at any instant', async () => {
    await threeHours()
    expect((await orchestrator.liveAt('cnn', epochMs(0))).checkpoint).toBeNull()
    expect((await orchestrator.liveAt('cnn', at(0.5))).checkpoint).toBe('0001')
    expect(await orchestrator.liveAt('cnn', at(1))).toMatchObject({
      checkpoint: '0002',
      from: '2124-01-15T01:00:00Z',
      to: '2124-01-15T02:00:00Z',
      reason: 'hour 1',
    })
    expect((await orchestrator.liveAt('cnn', at(9))).checkpoint).toBe('0003')
  })

  it('goes back one promotion at a time, never forward again, and keeps all that was', async () => {
    await threeHours()
    await orchestrator.rollBack('cnn')
    expect(await orchestrator.promoted('cnn')).toBe('0002')
    await orchestrator.rollBack('cnn')
    expect(await orchestrator.promoted('cnn')).toBe('0001')
    await expect(orchestrator.rollBack('cnn')).rejects.toMatchObject({
      code: 'nothing_to_roll_back',
      status: 409,
    })
    expect((await orchestrator.history('cnn')).map(({ checkpoint, kind }) => [checkpoint, kind])).toEqual([
      ['0001', 'rollback'],
      ['0002', 'rollback'],
      ['0003', 'promote'],
      ['0002', 'promote'],
      ['0001', 'first'],
    ])
  })

  it('does not go back to a checkpoint that is gone', async () => {
    await threeHours()
    await rm(checkpoints.folder('cnn', '0002'), { recursive: true })
    await expect(orchestrator.rollBack('cnn')).rejects.toMatchObject({ code: 'unknown_checkpoint' })
    expect(await orchestrator.promoted('cnn')).toBe('0003')
  })

  it('can not be rewritten', async () => {
    await threeHours()
    expect(() => database.sqlite.exec("UPDATE promotion SET reason = 'better'")).toThrow(/never changed/)
    expect(() => database.sqlite.exec('DELETE FROM promotion')).toThrow(/never deleted/)
  })

  it('takes over what was promoted before it was written down', async () => {
    const path = join(root, 'old.db')
    const old = openDatabase(path, orchestratorMigrations.slice(0, 1))
    old.sqlite.exec("INSERT INTO promoted_checkpoint VALUES ('cnn', '0002')")
    await old.close()
    const migrated = openDatabase(path, orchestratorMigrations)
    try {
      const again = new Orchestrator({
        database: migrated,
        checkpoints,
        models: MODELS,
        clock,
        feePctPerSide: 0.1,
      })
      expect(await again.history('cnn')).toEqual([
        { checkpoint: '0002', from: null, to: null, reason: null, kind: 'promote', pattern: null },
      ])
    } finally {
      await migrated.close()
    }
  })
})

describe('of a pattern', () => {
  const breakouts = { pattern: 'breakout' }

  beforeEach(async () => {
    for (const seed of [4, 5]) {
      const content = withCases(seed, EPISODES)
      await checkpoints.publish('cnn', { ...content, metadata: { ...content.metadata, ...breakouts } })
    }
    await orchestrator.promoted('cnn')
  })

  it('is promoted beside the model as a whole, by a gate, a history and a way back of its own', async () => {
    expect(await orchestrator.promoted('cnn', 'breakout')).toBeNull()
    await expect(orchestrator.checkpoint('cnn', undefined, 'breakout')).rejects.toMatchObject({
      code: 'no_checkpoint',
      field: 'pattern',
    })
    await orchestrator.promote('cnn', '0004', undefined, breakouts)
    clock.moveTo(shift(START, HOUR))
    await expect(orchestrator.promote('cnn', '0005', undefined, breakouts)).rejects.toMatchObject({
      code: 'gate_failed',
      details: { promoted: { checkpoint: '0004' } },
    })
    heldOut = { '0004': episodes(2), '0005': episodes(11) }
    await orchestrator.promote('cnn', '0005', undefined, breakouts)
    expect((await orchestrator.checkpoint('cnn', 'champion', 'breakout')).version).toBe('0005')
    expect(await orchestrator.promoted('cnn')).toBe('0001')
    expect(await orchestrator.history('cnn')).toMatchObject([{ checkpoint: '0001', to: null, pattern: null }])
    expect(await orchestrator.history('cnn', 'breakout')).toMatchObject([
      { checkpoint: '0005', to: null, pattern: 'breakout' },
      { checkpoint: '0004', pattern: 'breakout' },
    ])
    expect(await orchestrator.liveAt('cnn', START, 'breakout')).toMatchObject({ checkpoint: '0004' })
    await orchestrator.rollBack('cnn', 'breakout')
    expect(await orchestrator.promoted('cnn', 'breakout')).toBe('0004')
    await expect(orchestrator.rollBack('cnn', 'breakout')).rejects.toMatchObject({
      code: 'nothing_to_roll_back',
    })
  })

  it('is a checkpoint that was trained on it, no other', async () => {
    await expect(orchestrator.promote('cnn', '0002', 'because', breakouts)).rejects.toMatchObject({
      code: 'other_pattern',
      message: expect.stringMatching(
        /0002 of cnn was trained on no pattern of its own, not on "breakout"/,
      ) as string,
    })
    await expect(
      orchestrator.promote('cnn', '0004', 'because', { pattern: 'pullback' }),
    ).rejects.toMatchObject({ code: 'other_pattern', field: 'pattern' })
    await expect(orchestrator.setAlias('cnn', 'challenger', '0002', 'breakout')).rejects.toMatchObject({
      code: 'other_pattern',
    })
  })

  it('has a champion, a challenger and a forward record of its own', async () => {
    await orchestrator.promote('cnn', '0004', undefined, { ...breakouts, needed: { calls: 5 } })
    await orchestrator.setAlias('cnn', 'challenger', '0005', 'breakout')
    await orchestrator.setAlias('cnn', 'challenger', '0005')
    const { patterns, checkpoints: listed } = await orchestrator.model('cnn')
    expect(patterns).toEqual([{ pattern: 'breakout', promoted: '0004', challenger: '0005' }])
    expect(listed.map((each) => [each.aliases, each.pattern_aliases])).toEqual([
      [['champion'], []],
      [[], []],
      [[], []],
      [[], ['champion']],
      [['challenger'], ['challenger']],
    ])
    const { version, record } = await orchestrator.forward('cnn', undefined, 'breakout')
    expect([version, record?.first?.pattern, record?.first?.terms.calls_needed]).toEqual([
      '0004',
      'breakout',
      5,
    ])
    expect(record?.endedAt).toBeNull()
    await orchestrator.promote('cnn', '0004', 'for all', {})
    expect((await orchestrator.forward('cnn', '0001')).record?.endedAt).not.toBeNull()
    expect((await orchestrator.forward('cnn', '0004', 'breakout')).record?.endedAt).toBeNull()
    expect((await orchestrator.forward('cnn', '0004')).record?.first).not.toHaveProperty('pattern')
  })
})
