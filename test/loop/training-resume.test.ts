// Runs that are paused, killed or left by a killed server go on to the bytes of one that never stopped.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import type { TrainingBody } from '../../src/contract/training-parameters.ts'
import { Checkpoints } from '../../src/orchestrator/checkpoints.ts'
import type { TrainingService } from '../../src/training/runs/service.ts'
import { trainingPlace, type TrainingPlace } from './training-place.ts'
import { until } from '../patience.ts'

const SERVER = new URL('train-until-killed.ts', import.meta.url).pathname
const TINY = { model: 'tiny', seed: 3, epochs: 12 }
const CNN = { model: 'cnn', seed: 3, epochs: 3, views: 12 }
/** Long enough to be saved on the way. */
const AGENT = { model: 'dqn', seed: 3, epochs: 6, views: 2 }

/** No test waits so long, however slow the machine, but one that hangs. */
const HANG = 20 * 60_000
const patiently = { timeout: 2 * HANG }

let place: TrainingPlace
const whole = new Map<string, Record<string, string>>()
beforeAll(async () => {
  place = await trainingPlace(2)
}, HANG)
afterAll(() => place.close())
afterEach(() => {
  delete process.env['ANNOTATE_TEST_SLOW']
})

/** `npm run test:crash` asks all of them; the CNN and the agent go the way of the tiny model, and `job-resume` stops their jobs in `npm test`. */
const ASKS_ALL = process.env['ANNOTATE_CRASH_ROUNDS'] !== undefined

describe.each(ASKS_ALL ? [TINY, CNN] : [TINY])('a run of $model', patiently, (body) => {
  beforeAll(() => trainWhole(body), HANG)

  it('gives the same bytes when it is paused at random moments', async () => {
    slowly(body)
    const service = place.service()
    const { id } = await service.start(body)
    let pauses = 0
    for (const wait of [700, 2300, 150]) {
      await began(service, id)
      await new Promise((done) => setTimeout(done, wait))
      const paused = await pausedUnlessOver(service, id)
      if (paused === null) break
      pauses += 1
      expect(paused).toMatchObject({ status: 'PAUSED', phase: 'paused', error: null, finished_at: null })
      expect(processes()).toBe('')
      expect((await service.resume(id)).status).toBe('RUNNING')
    }
    delete process.env['ANNOTATE_TEST_SLOW']
    await service.settled()
    expect(pauses).toBeGreaterThan(0)
    expect((await service.get(id)).epochs.map(({ epoch }) => epoch)).toEqual(epochsOf(body))
    expect(await bytesOf(service, id)).toEqual(whole.get(body.model))
    expect(statesOf(id)).toEqual([])
  })

  it('gives the same bytes when its processes are killed', async () => {
    expect(await bytesAfterKills(body)).toEqual(whole.get(body.model))
  })

  it('gives the same bytes when the server is killed, whatever was changed before it goes on', async () => {
    slowly(body)
    const server = fork(SERVER, [place.workspace.root, JSON.stringify(body)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const [id] = (await once(server, 'message')) as [string]
    await saved(id, body)
    server.kill('SIGKILL')
    await once(server, 'exit')
    delete process.env['ANNOTATE_TEST_SLOW']
    const service = place.service()
    await service.recover()
    expect(await service.get(id)).toMatchObject({ status: 'INTERRUPTED', error: { code: 'interrupted' } })
    const [span] = await place.annotations.list({})
    await place.annotations.remove(span!.id)
    try {
      await service.resume(id)
      await service.settled()
      expect(await bytesOf(service, id)).toEqual(whole.get(body.model))
    } finally {
      await place.annotations.restore(span!.id)
    }
  })
})

describe.each(ASKS_ALL ? [AGENT] : [])('a run of an agent ($model)', patiently, (body) => {
  beforeAll(() => trainWhole(body), HANG)

  it('gives the same bytes when its processes are killed in the middle of a training', async () => {
    expect(await bytesAfterKills(body)).toEqual(whole.get(body.model))
  })
})

describe('the queue', patiently, () => {
  it('goes on with the next while a run is paused, and remembers the pause over a restart', async () => {
    process.env['ANNOTATE_TEST_SLOW'] = '1'
    const service = place.service()
    const first = await service.start({ ...TINY, epochs: 200 })
    const second = await service.start({ ...TINY, epochs: 1 })
    const third = await service.start({ ...TINY, epochs: 1 })
    expect([second.queue_position, third.queue_position]).toEqual([1, 2])
    expect((await service.pause(third.id)).status).toBe('PAUSED')
    await began(service, first.id)
    expect((await service.pause(first.id)).status).toBe('PAUSED')
    delete process.env['ANNOTATE_TEST_SLOW']
    await service.settled()
    expect((await service.get(second.id)).status).toBe('COMPLETED')
    const restarted = place.service()
    await restarted.recover()
    for (const { id } of [first, third]) expect((await restarted.get(id)).status).toBe('PAUSED')
    expect(statesOf(first.id)).not.toEqual([])
    expect((await restarted.cancel(first.id)).status).toBe('CANCELLED')
    expect(statesOf(first.id)).toEqual([])
    await restarted.resume(third.id)
    await restarted.settled()
    expect((await restarted.get(third.id)).status).toBe('COMPLETED')
    await expect(restarted.pause(third.id)).rejects.toMatchObject({ code: 'run_is_over', status: 409 })
    await expect(restarted.resume(first.id)).rejects.toThrow(/CANCELLED and can not be resumed/)
  })

  it('refuses what was saved and then changed, by name', async () => {
    process.env['ANNOTATE_TEST_SLOW'] = '1'
    const service = place.service()
    const { id } = await service.start({ ...TINY, epochs: 200 })
    await began(service, id)
    await service.pause(id)
    const path = join(place.workspace.trainingState, id, 'data')
    const { writeFileSync } = await import('node:fs')
    writeFileSync(path, readFileSync(path).subarray(0, 5000))
    await service.resume(id)
    await service.settled()
    expect(await service.get(id)).toMatchObject({
      status: 'FAILED',
      error: { code: 'unreadable_training_state' },
    })
  })
})

async function trainWhole(body: TrainingBody): Promise<void> {
  const service = place.service()
  const { id } = await service.start(body)
  await service.settled()
  whole.set(body.model, await bytesOf(service, id))
}

/** The checkpoint of a run whose process is killed, then one of those that do its jobs. */
async function bytesAfterKills(body: TrainingBody): Promise<Record<string, string>> {
  slowly(body)
  const service = place.service()
  const { id } = await service.start(body)
  await saved(id, body)
  for (const pid of [workerOf(process.pid), null]) {
    const victim = pid ?? jobOf(workerOf(process.pid))
    process.kill(victim, 'SIGKILL')
    await until('INTERRUPTED', async () => (await service.get(id)).status === 'INTERRUPTED', { limit: HANG })
    expect((await service.get(id)).error!.message).toMatch(/SIGKILL.*Resume the run/)
    expect((await service.resume(id)).status).toBe('RUNNING')
    await began(service, id)
    await until('a process for the jobs', () => jobOf(workerOf(process.pid)) > 0, { limit: HANG })
  }
  delete process.env['ANNOTATE_TEST_SLOW']
  await service.settled()
  // The last kill may have found the run finished.
  if ((await service.get(id)).status === 'INTERRUPTED') await service.resume(id)
  await service.settled()
  return await bytesOf(service, id)
}

/** The tiny model is over in no time. */
function slowly({ model }: TrainingBody): void {
  if (model === 'tiny') process.env['ANNOTATE_TEST_SLOW'] = '1'
}

function epochsOf({ epochs }: TrainingBody): number[] {
  return Array.from({ length: epochs! }, (_, i) => i + 1)
}

async function began(service: TrainingService, id: string): Promise<void> {
  const isTraining = async () => /^epoch|^valid|^completed/.test((await service.get(id)).phase)
  await until('an epoch', isTraining, { limit: HANG })
}

/** Null where it was over before it could be paused, as a quick machine has it. */
async function pausedUnlessOver(service: TrainingService, id: string): Promise<TrainingRunOut | null> {
  try {
    const run = await service.pause(id)
    return run.status === 'COMPLETED' ? null : run
  } catch (error) {
    if ((error as { code?: unknown }).code === 'run_is_over') return null
    throw error
  }
}

/** Resolves once a job of the run is on disk; of an agent one that is under way. */
async function saved(id: string, { model }: TrainingBody): Promise<void> {
  const end = model === AGENT.model ? '.state.safetensors' : '.safetensors'
  await until('a saved job', () => statesOf(id).some((name) => name.endsWith(end)), { limit: HANG })
}

function statesOf(id: string): string[] {
  try {
    return readdirSync(join(place.workspace.trainingState, id))
  } catch {
    return []
  }
}

async function bytesOf(service: TrainingService, id: string): Promise<Record<string, string>> {
  const run = await service.get(id)
  expect(run.error).toBeNull()
  expect(run.status).toBe('COMPLETED')
  const folder = new Checkpoints(place.workspace.checkpoints).folder(run.model, run.checkpoint!)
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  )
}

function childrenOf(parent: number, file: string): number[] {
  const list = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  return list
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => Number(words[1]) === parent && words.some((word) => word.endsWith(file)))
    .map(([pid]) => Number(pid))
}

function workerOf(parent: number): number {
  return childrenOf(parent, 'src/training/runs/worker.ts')[0] ?? 0
}

function jobOf(worker: number): number {
  return worker === 0 ? 0 : (childrenOf(worker, 'src/training/jobs/job-process.ts')[0] ?? 0)
}

/** Training processes of this test that are still there. */
function processes(): string {
  return childrenOf(process.pid, 'src/training/runs/worker.ts').join(' ')
}
