// Whole training runs in their own process: completed, repeated to the byte, cancelled, killed, interrupted, refused.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { epochMs, toIso } from '../../src/core/time.ts'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import { rangeOut } from '../../src/market/ranges.ts'
import { Checkpoints } from '../../src/orchestrator/checkpoints.ts'
import { labelledSpans } from '../../src/training/data/training-data.ts'
import { trainingPlace, type TrainingPlace } from './training-place.ts'
import { patient, until } from '../patience.ts'

let place: TrainingPlace
beforeAll(async () => {
  place = await trainingPlace(4)
})
afterAll(() => place.close())
afterEach(() => {
  delete process.env['ANNOTATE_TEST_SLOW']
  delete process.env['ANNOTATE_TEST_CRASH']
})

/** Runs to its end, and returns it with every state it was seen in. */
async function complete(body: object = {}, parallel = 1) {
  const seen: TrainingRunOut[] = []
  const off = place.bus.on('training', (run) => void seen.push(run))
  const service = place.service(parallel)
  const { id } = await service.start({ model: 'tiny', seed: 3, epochs: 3, ...body })
  await service.settled()
  off()
  return { run: await service.get(id), seen }
}

function resultOf(id: string): Record<string, unknown> {
  const text = readFileSync(join(place.workspace.trainingResults, `${id}.json`), 'utf8')
  return JSON.parse(text) as Record<string, unknown>
}

describe('a run', () => {
  it('completes: epochs streamed, validated by episode, result and checkpoint on disk', async () => {
    const { run, seen } = await complete()
    expect(run.error).toBeNull()
    expect(run).toMatchObject({
      status: 'COMPLETED',
      current_epoch: 3,
      test_cases: 4,
      hold_source: 'reviewed',
    })
    expect(run.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    expect(
      seen.filter(({ status }) => status === 'RUNNING').map(({ current_epoch }) => current_epoch),
    ).toContain(2)
    expect(run.validation).toMatchObject({ method: 'leave_one_episode_out', episodes: 4, folds: 4 })
    expect(run.validation!.hits + run.validation!.missed).toBe(4)
    expect(run.validation!.majority_floor).toBeGreaterThan(0.9)
    const { metadata } = await new Checkpoints(place.workspace.checkpoints).load('tiny', run.checkpoint!)
    expect(metadata.data.test_cases).toHaveLength(4)
    const data = await place.data()
    const labelled = data.markets.flatMap((market) => labelledSpans(market).map(rangeOut))
    expect(labelled.length).toBeGreaterThan(0)
    expect(metadata.data.labelled).toMatchObject(labelled)
    expect(metadata.rule.pauseSeconds).toBeGreaterThanOrEqual(3)
    // What a run sets stands in its parameters, once.
    expect(Object.keys(metadata.hyperparameters)).toEqual(['features'])
    expect(metadata.parameters).toMatchObject({ epochs: 3, seed: 3 })
    const result = resultOf(run.id)
    expect(result).toMatchObject({ id: run.id, status: 'COMPLETED', checkpoint: run.checkpoint })
    expect((result['data'] as { holds: unknown[] }).holds).toHaveLength(metadata.data.holds)
  })
  it('gives the same bytes for the same seed and data, however many processes work on it', async () => {
    const versions = [await complete({}, 3), await complete()].map(({ run }) => run.checkpoint!)
    const [first, second] = versions.map((version) => {
      const folder = new Checkpoints(place.workspace.checkpoints).folder('tiny', version)
      return Object.fromEntries(readdirSync(folder).map((name) => [name, sha256(join(folder, name))]))
    })
    expect(versions[0]).not.toBe(versions[1])
    expect(second).toEqual(first)
    const other = (await complete({ seed: 4 })).run.checkpoint!
    const otherFolder = new Checkpoints(place.workspace.checkpoints).folder('tiny', other)
    expect(sha256(join(otherFolder, 'weights.safetensors'))).not.toBe(first!['weights.safetensors'])
  })
  it('trains on the annotations it is told to; one episode cannot be validated, and says so', async () => {
    const rows = place.database.sqlite.prepare('SELECT id FROM annotation ORDER BY entry_time').all() as {
      id: string
    }[]
    const { run } = await complete({ annotation_ids: [rows[0]!.id] })
    expect(run).toMatchObject({ status: 'COMPLETED', test_cases: 1, validation: null })
    expect(run.validation_reason).toContain('one episode')
  })
  it('leaves a broken test case out, by name, and goes on', async () => {
    const rows = place.database.sqlite.prepare('SELECT id FROM annotation ORDER BY entry_time').all() as {
      id: string
    }[]
    const path = join(place.workspace.testCases, `annotation_${rows[0]!.id}.json`)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.slice(0, 1000))
    try {
      const { run } = await complete()
      expect(run).toMatchObject({ status: 'COMPLETED', test_cases: 3 })
      expect(run.left_out).toHaveLength(1)
      expect(run.left_out[0]!.test_case_id).toBe(`annotation_${rows[0]!.id}`)
      expect(run.left_out[0]!.reason).toMatch(/can ?not be used/)
    } finally {
      writeFileSync(path, text)
    }
  })
})

describe('a run that cannot go on', () => {
  it('is cancelled within a second, and the next one in the queue starts', async () => {
    process.env['ANNOTATE_TEST_SLOW'] = '1'
    const service = place.service()
    const first = await service.start({ model: 'tiny', epochs: 500 })
    const waiting = await service.start({ model: 'tiny', epochs: 500 })
    const last = await service.start({ model: 'tiny', epochs: 1 })
    expect((await service.get(waiting.id)).status).toBe('QUEUED')
    await until('the state', async () => (await service.get(first.id)).current_epoch >= 1)
    expect((await service.cancel(waiting.id)).status).toBe('CANCELLED')
    delete process.env['ANNOTATE_TEST_SLOW']
    const began = performance.now()
    expect((await service.cancel(first.id)).status).toBe('CANCELLED')
    expect(performance.now() - began).toBeLessThan(patient(1000))
    expect(resultOf(first.id)).toMatchObject({ status: 'CANCELLED', checkpoint: null })
    await service.settled()
    expect((await service.get(last.id)).status).toBe('COMPLETED')
    expect(leftovers()).toBe('')
  })
  it('is INTERRUPTED in words when a process is killed, and the service goes on', async () => {
    process.env['ANNOTATE_TEST_CRASH'] = '1'
    const { run } = await complete()
    expect(run.status).toBe('INTERRUPTED')
    expect(run.error!.message).toMatch(/SIGKILL.*Resume the run/)
    delete process.env['ANNOTATE_TEST_CRASH']
    expect((await complete({ epochs: 1 })).run.status).toBe('COMPLETED')
  })
  it('is INTERRUPTED when the server stops, also when it had no time to say so, and can be resumed', async () => {
    process.env['ANNOTATE_TEST_SLOW'] = '1'
    const service = place.service()
    const { id } = await service.start({ model: 'tiny', epochs: 500 })
    const queued = await service.start({ model: 'tiny', epochs: 1 })
    await until('the state', async () => (await service.get(id)).phase.startsWith('epoch'))
    const began = performance.now()
    await service.stop()
    expect(performance.now() - began).toBeLessThan(patient(1900))
    expect(await service.get(id)).toMatchObject({ status: 'INTERRUPTED', error: { code: 'interrupted' } })
    expect((await service.get(id)).finished_at).toBeNull()
    place.database.sqlite.prepare("UPDATE training_run SET status = 'RUNNING' WHERE id = ?").run(id)
    delete process.env['ANNOTATE_TEST_SLOW']
    const restarted = place.service()
    await restarted.recover()
    expect(await restarted.get(id)).toMatchObject({ status: 'INTERRUPTED', error: { code: 'interrupted' } })
    await restarted.settled()
    expect((await restarted.get(queued.id)).status).toBe('COMPLETED')
    expect((await restarted.cancel(id)).status).toBe('CANCELLED')
  })
  it('refuses an unknown model at once', async () => {
    await expect(place.service().start({ model: 'oracle' })).rejects.toThrow(/no model "oracle"/)
  })
  it('refuses annotations that there are not, or that are not of the market, at once', async () => {
    const [row] = place.database.sqlite.prepare('SELECT id FROM annotation').all() as { id: string }[]
    const asked = (more: object) => place.service().start({ model: 'tiny', ...more })
    await expect(asked({ annotation_ids: ['gone'] })).rejects.toMatchObject({
      code: 'unknown_annotation',
      status: 422,
    })
    const elsewhere = { annotation_ids: [row!.id], symbol: 'ABC/USDT' }
    await expect(asked(elsewhere)).rejects.toMatchObject({ code: 'no_test_cases', status: 422 })
  })
})

describe('without what it takes', () => {
  it('says that annotations come first', async () => {
    const empty = await trainingPlace(0)
    const service = empty.service()
    const { id } = await service.start({ model: 'tiny' })
    await service.settled()
    expect(await service.get(id)).toMatchObject({ status: 'FAILED', error: { code: 'no_test_cases' } })
    expect((await service.get(id)).error!.message).toContain('No test cases found: create annotations first')
    empty.close()
  })
  it('names a file that can not be used, and what to do with it', async () => {
    const torn = await trainingPlace(1)
    const [name] = readdirSync(torn.workspace.testCases)
    writeFileSync(join(torn.workspace.testCases, name!), '{}')
    const service = torn.service()
    const { id } = await service.start({ model: 'tiny' })
    await service.settled()
    const { message } = (await service.get(id)).error!
    expect(message).toContain(`${name} can not be used`)
    expect(message).toMatch(
      /makes the case anew of its annotation\. Put them right, or create more annotations\.$/,
    )
    torn.close()
  })
  it('holds a second whose proposal was rejected, which nobody reviewed', async () => {
    const span = place.database.sqlite.prepare('SELECT max(to_time) AS t FROM reviewed_span').get() as {
      t: number
    }
    const proposal = { origin: 'call', reference: 'a call' } as const
    const rejected = epochMs(span.t + 20_000)
    await place.rejectedHolds.add({ ...proposal, market: place.market, at: rejected })
    const { run } = await complete()
    await place.rejectedHolds.remove(proposal)
    const { data } = resultOf(run.id) as { data: { holds: { source: string; timestamp: string }[] } }
    const found = data.holds.filter(({ source }) => source === 'rejected')
    expect(found).toMatchObject([{ timestamp: toIso(rejected) }])
  })
  it('says when no HOLD is to be found', async () => {
    const bare = await trainingPlace(1)
    // Before anything is stored of its seconds.
    const { from } = bare.stretch
    bare.database.sqlite
      .prepare('UPDATE reviewed_span SET from_time = ?, to_time = ?')
      .run(from - 4_000_000, from - 3_999_000)
    bare.database.sqlite.prepare('UPDATE annotation SET exit_time = entry_time + 20000').run()
    const service = bare.service()
    const { id } = await service.start({ model: 'tiny' })
    await service.settled()
    expect(await service.get(id)).toMatchObject({ status: 'FAILED', error: { code: 'no_hold_examples' } })
    bare.close()
  })
})

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

/** Training processes of this test that are still there. */
function leftovers(): string {
  const list = execFileSync('ps', ['-o', 'args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
  return list
    .split('\n')
    .filter((line) => line.includes('src/training/'))
    .join('\n')
}
