// A server killed with -9 while sessions are live: the next one goes on with them under their ids, and every second is answered once or counted.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SessionOut, SignalOut } from '../../src/contract/inference.ts'
import type { CallOut } from '../../src/contract/live-calls.ts'
import type { HealthOut } from '../../src/contract/market.ts'
import { SECOND } from '../../src/core/time.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { patient, until } from '../patience.ts'
import { putDemoInto } from '../prepared-demo.ts'
import { annotate, serve, type Served } from '../unit/cli/annotate.ts'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'

const root = mkdtempSync(join(tmpdir(), 'annotate-sessions-'))
const workspace = join(root, 'workspace')
const settings = join(root, 'settings.json')
let exchange: LocalBinance
let server: Served

beforeAll(async () => {
  exchange = await new LocalBinance({ symbols: ['ETHUSDT'] }).open()
  writeFileSync(settings, JSON.stringify(exchange.settings()))
  await putDemoInto(workspace)
  const checkpoints = join(workspace, 'models', 'checkpoints')
  for (const calibration of [null, { n: 40, hits: 30, intercept: 1, slope: 0.5 }])
    await publishUntrained(checkpoints, { rule: EAGER, calibration })
  server = await begin()
})
afterAll(async () => {
  server.running.process.kill('SIGKILL')
  await exchange.close()
  rmSync(root, { recursive: true, force: true })
})

function begin(...more: string[]): Promise<Served> {
  return serve('--exchange-settings', settings, '--workspace', workspace, ...more)
}

async function kill(): Promise<void> {
  const { process: child } = server.running
  child.kill('SIGKILL')
  await once(child, 'close')
}

async function ask<T>(path: string, body?: object): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(new URL(path, server.url), sent)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

const session = (id: string) => ask<SessionOut>(`/api/inference-sessions/${id}`)
const callsOf = async (id: string) => (await ask<{ calls: CallOut[] }>(`/api/calls?session=${id}`)).calls
/** Oldest first. */
async function signalsOf(id: string): Promise<SignalOut[]> {
  const { signals } = await ask<{ signals: SignalOut[] }>(`/api/signals?session=${id}&limit=10000`)
  return signals.toReversed()
}

/** The session's signals once so many more than `than` were answered with scores. */
async function answered(id: string, more: number, than: readonly SignalOut[] = []): Promise<SignalOut[]> {
  let all: SignalOut[] = []
  const isThere = async (): Promise<boolean> => {
    all = await signalsOf(id)
    return all.slice(than.length).filter(({ reason }) => reason === null).length >= more
  }
  await until('signals', isThere, { every: 200, limit: 60_000, state: () => all.at(-1) })
  return all
}

/** From the first second to the last each was answered once, or is counted as missed. */
function expectEachSecond({ missed_seconds: missed }: SessionOut, signals: readonly SignalOut[]): void {
  const seconds = signals.map(({ timestamp }) => Date.parse(timestamp))
  expect(new Set(seconds).size).toBe(seconds.length)
  expect(seconds).toEqual(seconds.toSorted((a, b) => a - b))
  expect((seconds.at(-1)! - seconds[0]!) / SECOND + 1).toBe(signals.length + missed)
}

it('goes on after a kill -9, on a market that has to be followed again too, and ends where it is told to', async () => {
  await ask('/api/markets', { exchange: 'binance', symbol: 'ETH/USDT' })
  const begun = ['demo-1', 'binance'].map((venue) =>
    ask<SessionOut>('/api/inference-sessions', {
      model: 'cnn',
      symbol: 'ETH/USDT',
      venue,
      checkpoint: '0001',
    }),
  )
  const sessions = await Promise.all(begun)
  const known = await Promise.all(sessions.map(({ id }) => answered(id, 3)))
  const calls = await Promise.all(sessions.map(({ id }) => callsOf(id)))
  await kill()
  server = await begin()
  for (const [index, { id, started_at: startedAt }] of sessions.entries()) {
    const before = known[index]!
    const signals = await answered(id, 3, before)
    // What came between the last look and the end is kept, too.
    expect(signals.slice(0, before.length)).toEqual(before)
    const now = await session(id)
    expect(now).toMatchObject({
      state: 'running',
      checkpoint: '0001',
      confidence_n: 0,
      started_at: startedAt,
    })
    const ids = (await callsOf(id)).map((call) => call.id)
    expect(ids).toEqual(expect.arrayContaining(calls[index]!.map((call) => call.id)))
    const [gap, ...others] = now.gaps
    expect(others).toEqual([])
    expect(gap!.seconds).toBe((Date.parse(gap!.to) - Date.parse(gap!.from)) / SECOND)
    expect(gap!.seconds).toBeGreaterThan(0)
    const unanswered = signals.filter(({ timestamp }) => timestamp >= gap!.from && timestamp < gap!.to)
    expect(unanswered).toEqual([])
    expect(signals.map(({ timestamp }) => timestamp)).toContain(gap!.to)
  }
  const { code, ms } = await server.stop()
  console.log(`ended in ${Math.round(ms)} ms`)
  expect(code).toBe(0)
  server = await begin('--resume', 'false')
  for (const { id } of sessions) {
    const ended = await session(id)
    expect(ended).toMatchObject({ state: 'stopped', stop_reason: 'server_restarted' })
    expectEachSecond(ended, await signalsOf(id))
  }
  await server.stop()
  const sound = await annotate('doctor', '--workspace', workspace)
  expect(sound.code, sound.stdout + sound.stderr).toBe(0)
})

it('goes on after a kill -9 of the process in which its network answers; seconds between are named', async () => {
  if (server.running.process.exitCode === null) await server.stop()
  server = await begin('--inference-processes', '1')
  const body = { model: 'cnn', symbol: 'ETH/USDT', venue: 'demo-1', checkpoint: '0001' }
  const { id } = await ask<SessionOut>('/api/inference-sessions', body)
  const before = await answered(id, 3)
  const [pid, ...others] = childrenOf(server.running.process.pid!, 'inference-process')
  expect([pid, others]).toEqual([expect.any(Number), []])
  // It stands still, so that a second waits for its answer when it dies.
  process.kill(pid!, 'SIGSTOP')
  await sleep(1_100)
  // Where the machine was slow, the server has ended it already.
  if (childrenOf(server.running.process.pid!, 'inference-process').includes(pid!))
    process.kill(pid!, 'SIGKILL')
  const signals = await answered(id, 3, before)
  expect(signals.slice(0, before.length)).toEqual(before)
  const failed = signals.filter(({ reason }) => reason !== null)
  expect(failed.length).toBeGreaterThan(0)
  for (const { reason, action, scores } of failed)
    expect({ reason, action, scores }).toEqual({ reason: 'model_failed', action: 'HOLD', scores: null })
  expectEachSecond(await session(id), signals)
  expect(childrenOf(server.running.process.pid!, 'inference-process')).not.toContain(pid)
  const health = await ask<HealthOut>('/api/health')
  expect(health).toMatchObject({ status: 'degraded', live_processes: { running: 1, deaths: 1 } })
  expect(health.warnings).toContainEqual(expect.stringMatching(/^model_failed: The process in which live/))
  const { code, ms } = await server.stop()
  expect([code, ms < patient(2000)]).toEqual([0, true])
})

function childrenOf(parent: number, name: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  const processes = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
  return processes
    .filter(([, , of, args]) => Number(of) === parent && args?.includes(name))
    .map(([, pid]) => Number(pid))
}

it('knows no other answer than true and false', async () => {
  const { code, stderr } = await annotate('serve', '--resume', 'maybe', '--workspace', join(root, 'other'))
  expect([code, stderr]).toEqual([1, expect.stringContaining('Allowed choices are true, false')])
})
