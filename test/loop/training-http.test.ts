// Runs over real HTTP: paused, gone on with, compared, and every refusal with its code and its words.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunsCompared } from '../../src/contract/runs-compared.ts'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import { SECOND } from '../../src/core/time.ts'
import { DemoServer, ENTRIES } from './demo-server.ts'

interface Refusal {
  error: { code: string; message: string; field?: string }
}

describe('runs over HTTP', { timeout: 240_000 }, () => {
  const BODY = { model: 'cnn', seed: 4, epochs: 400, views: 1, augmentation: false }
  let server: DemoServer
  let first: TrainingRunOut
  let second: TrainingRunOut

  beforeAll(async () => {
    server = await DemoServer.start()
    for (const entry of ENTRIES.slice(0, 2)) await server.mark(entry, 60 * SECOND)
  }, 150_000)
  afterAll(() => server.stop())

  const read = (id: string) => server.call<TrainingRunOut>('GET', `/api/training-runs/${id}`)
  const ask = (id: string, what: 'pause' | 'resume' | 'cancel') =>
    server.call<TrainingRunOut>('POST', `/api/training-runs/${id}/${what}`)

  async function refused(method: string, path: string): Promise<[number, string, string]> {
    const { status, body } = await server.harness.call<Refusal>(method, path)
    return [status, body.error.code, body.error.message]
  }

  async function statusOf(id: string, ...wanted: readonly TrainingRunOut['status'][]): Promise<void> {
    await vi.waitUntil(async () => wanted.includes((await read(id)).status), {
      timeout: 200_000,
      interval: 50,
    })
  }

  it('pauses a run that is under way and one that waits, and the next in the queue starts', async () => {
    first = await server.call('POST', '/api/training-runs', BODY)
    second = await server.call('POST', '/api/training-runs', { ...BODY, epochs: 2, seed: 5 })
    expect([first.status, second.status, second.queue_position]).toEqual(['RUNNING', 'QUEUED', 1])
    expect(await ask(second.id, 'pause')).toMatchObject({ status: 'PAUSED', phase: 'paused' })
    await vi.waitUntil(async () => (await read(first.id)).current_epoch > 0, {
      timeout: 60_000,
      interval: 20,
    })
    const paused = await ask(first.id, 'pause')
    expect(paused).toMatchObject({ status: 'PAUSED', phase: 'paused', seconds_left: null, error: null })
    expect(paused.current_epoch).toBeLessThan(BODY.epochs)
    expect(await ask(first.id, 'pause')).toMatchObject({ status: 'PAUSED' })
    expect(await ask(second.id, 'resume')).toMatchObject({ id: second.id, error: null })
    await statusOf(second.id, 'COMPLETED', 'FAILED')
    expect(await read(second.id)).toMatchObject({ status: 'COMPLETED', current_epoch: 2 })
    expect((await read(first.id)).status).toBe('PAUSED')
  })

  it('goes on with a paused run, after the epochs it had', async () => {
    const { current_epoch: had } = await read(first.id)
    const runs = ['RUNNING', 'QUEUED'] // the other run's process may still be ending
    expect(runs).toContain((await ask(first.id, 'resume')).status)
    expect(runs).toContain((await ask(first.id, 'resume')).status)
    await vi.waitUntil(async () => (await read(first.id)).current_epoch > had, {
      timeout: 60_000,
      interval: 20,
    })
    expect((await read(first.id)).epochs[0]).toMatchObject({ epoch: 1 })
    expect(await ask(first.id, 'cancel')).toMatchObject({ status: 'CANCELLED' })
  })

  it('compares runs', async () => {
    const ids = `${second.id},${first.id}`
    const compared = await server.call<RunsCompared>('GET', `/api/training-runs/compare?ids=${ids}`)
    expect(compared.runs.map(({ id, status }) => [id, status])).toEqual([
      [second.id, 'COMPLETED'],
      [first.id, 'CANCELLED'],
    ])
    const differing = compared.parameters.filter(({ differs }) => differs)
    expect(Object.fromEntries(differing.map(({ name, values }) => [name, values]))).toMatchObject({
      epochs: [2, BODY.epochs],
      seed: [5, 4],
    })
    expect(compared.data).toEqual([null])
  })

  it.each(['pause', 'resume', 'cancel'])('%s: there is no such run', async (what) => {
    const [status, code, message] = await refused('POST', `/api/training-runs/none/${what}`)
    expect([status, code]).toEqual([404, 'unknown_training_run'])
    expect(message).toBe(
      'There is no training run "none". List them with `annotate runs list`, or GET /api/training-runs.',
    )
  })

  it('refuses to pause or resume what is over', async () => {
    for (const [id, was] of [
      [second.id, 'COMPLETED'],
      [first.id, 'CANCELLED'],
    ] as const) {
      for (const what of ['pause', 'resume'] as const) {
        const [status, code, message] = await refused('POST', `/api/training-runs/${id}/${what}`)
        expect([status, code]).toEqual([409, 'run_is_over'])
        expect(message).toBe(`Run ${id} is ${was} and can not be ${what}d. Start a new one.`)
      }
    }
    expect(await ask(second.id, 'cancel')).toMatchObject({ status: 'COMPLETED' })
  })

  it('refuses to compare fewer than two, more than eight, or what is not there', async () => {
    const compare = (ids: string) => refused('GET', `/api/training-runs/compare?ids=${ids}`)
    const wanted = 'expected 2 to 8 run ids joined by commas.'
    const twice = `${second.id},${second.id}`
    const nine = Array.from({ length: 9 }, (_, i) => i).join(',')
    expect(await compare(twice)).toEqual([400, 'invalid_request', `ids names 1 run: ${wanted}`])
    expect(await compare(nine)).toEqual([400, 'invalid_request', `ids names 9 runs: ${wanted}`])
    const unknown = await compare(`${second.id},none`)
    expect(unknown.slice(0, 2)).toEqual([404, 'unknown_training_run'])
    expect(unknown[2]).toContain('"none"')
    const [status, code] = await refused('GET', '/api/training-runs/compare')
    expect([status, code]).toEqual([400, 'invalid_request'])
  })
})
