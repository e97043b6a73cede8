// `kill -9` of the real server in the middle of everything: nothing that was answered is lost, no file is half-written, the doctor finds all sound.
// ANNOTATE_CRASH_ROUNDS says how often; `npm run test:crash` does it 40 times.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnnotationOut } from '../../src/contract/annotations.ts'
import type { SessionOut, SignalOut } from '../../src/contract/inference.ts'
import type { CandlesOut } from '../../src/contract/market.ts'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import { until } from '../patience.ts'
import { annotate, serve, start, type Served } from '../unit/cli/annotate.ts'

const ROUNDS = Number(process.env['ANNOTATE_CRASH_ROUNDS'] ?? 2)
const TRADES = 500
/** Four trades a second; the last second may go on after the last row. */
const WHOLE_SECONDS = TRADES / 4 - 1
const root = mkdtempSync(join(tmpdir(), 'annotate-crash-'))
const at = ['--workspace', root]
let server: Served

/** No round waits so long, however slow the machine, but one that hangs. */
const HANG = 20 * 60_000

/** What was answered: notes of an annotation, null of one that is deleted. */
const annotations = new Map<string, string | null>()
let writes = 0
/** So many writes are answered before a server is killed, however slow the machine. */
const WRITES = 6
const signals = new Map<string, Set<string>>()
/** Sessions that run, oldest first, and those of which it was answered that they are stopped. */
const running: string[] = []
const stopped = new Set<string>()
/** One that was not stopped goes on after a restart, or says that the machine had no time for it. */
const STANDING = /^(running null|stopped (model_failed|too_many_sessions))$/
/** Each session answers every second: more of them would leave the machine to nothing else. */
const MOST_SESSIONS = 3
const runs = new Set<string>()
const imports = new Set<string>()

beforeAll(async () => {
  server = await serve(...at)
  for (const n of [5, 20, 35]) await create(n, 'first')
  const { id } = await ask<TrainingRunOut>('POST', '/api/training-runs', SHORT)
  runs.add(id)
  await until(
    'a checkpoint',
    async () => (await ask<TrainingRunOut>('GET', `/api/training-runs/${id}`)).status === 'COMPLETED',
    { limit: HANG, every: 500 },
  )
}, 2 * HANG)
afterAll(async () => {
  await server.stop()
  rmSync(root, { recursive: true, force: true })
}, 60_000)

const SHORT = { model: 'cnn', epochs: 1, views: 2, seed: 3 }

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const sent = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) }
  const response = await fetch(new URL(path, server.url), sent)
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

async function bodyOf(n: number, notes: string): Promise<object> {
  const { candles } = await ask<CandlesOut>('GET', '/api/candles?symbol=ETH/USDT&timeframe=1s&limit=100')
  const [opened = 0, , , , entry = 0] = candles[n] ?? []
  const [left = 0, , , , exit = 0] = candles[n + 30] ?? []
  return {
    symbol: 'ETH/USDT',
    direction: exit >= entry ? 'LONG' : 'SHORT',
    entry: { timestamp: opened + 1000, price: entry },
    exit: { timestamp: left + 1000, price: exit },
    notes,
  }
}

async function create(n: number, notes: string): Promise<string> {
  const { id } = await ask<AnnotationOut>('POST', '/api/annotations', await bodyOf(n, notes))
  annotations.set(id, notes)
  writes += 1
  return id
}

/** Until the server is gone. What was asked and not answered may have happened or not: it is forgotten. */
async function annotateOn(writer: string): Promise<void> {
  for (let n = 0; ; n += 1) {
    const id = await create(n % 60, `${writer} ${n}`)
    if (n % 3 === 1) {
      const notes = `${writer} ${n} again`
      const body = await bodyOf((n + 1) % 60, notes)
      annotations.delete(id)
      await ask('PUT', `/api/annotations/${id}`, body)
      annotations.set(id, notes)
      writes += 1
    }
    if (n % 3 === 2) {
      annotations.delete(id)
      await ask('DELETE', `/api/annotations/${id}`)
      annotations.set(id, null)
      writes += 1
    }
  }
}

async function stopOldest(): Promise<void> {
  const oldest = running.shift()
  if (oldest === undefined) return
  await ask('POST', `/api/inference-sessions/${oldest}/stop`)
  stopped.add(oldest)
}

/** A machine that others use too may have no time for so many, or for a network to be opened: then the oldest makes room. */
async function startSession(): Promise<SessionOut> {
  const body = { model: 'cnn', symbol: 'ETH/USDT' }
  for (;;) {
    try {
      return await ask<SessionOut>('POST', '/api/inference-sessions', body)
    } catch (error) {
      if (!/too_many_sessions|model_failed/.test(String(error))) throw error
      await stopOldest()
      await sleep(1000)
    }
  }
}

async function watchSession(seen: Set<string>): Promise<void> {
  if (running.length === MOST_SESSIONS) await stopOldest()
  const { id } = await startSession()
  signals.set(id, seen)
  running.push(id)
  for (;;) {
    const answer = await ask<{ signals: SignalOut[] }>('GET', `/api/signals?session=${id}&limit=100`)
    for (const { timestamp } of answer.signals) seen.add(timestamp)
    await sleep(200)
  }
}

async function train(round: number): Promise<void> {
  runs.add((await ask<TrainingRunOut>('POST', '/api/training-runs', { ...SHORT, seed: round })).id)
}

/** By a process of its own, which is killed too where it is still at it in every second round. */
function importing(round: number): { done: Promise<void>; kill: () => void } {
  const file = join(root, `trades-${round}.csv`)
  const rows = Array.from(
    { length: TRADES },
    (_, n) => `${1_700_000_000_000 + n * 250},${100 + (n % 7)},1,buy,${n}`,
  )
  writeFileSync(file, `timestamp,price,amount,side,id\n${rows.join('\n')}\n`)
  const venue = `crash-${round}`
  const { process: child } = start('import', 'trades', file, '--symbol', 'X/Y', '--venue', venue, ...at)
  const done = once(child, 'close').then(([code]) => {
    if (code === 0) imports.add(venue)
  })
  return { done, kill: () => void (round % 2 === 0 && child.kill('SIGKILL')) }
}

async function oneRound(round: number): Promise<void> {
  const [writesBefore, runsBefore, seen] = [writes, runs.size, new Set<string>()]
  const work = [annotateOn(`a${round}`), annotateOn(`b${round}`), watchSession(seen), train(round)]
  const file = importing(round)
  const over = Promise.allSettled(work)
  // Before the server is killed nothing that is asked may fail.
  const refused = Promise.all(work).then(() => undefined)
  const isUnderWay = () => writes >= writesBefore + WRITES && runs.size > runsBefore && seen.size > 0
  const underWay = until('writes, a run and a signal', isUnderWay, {
    limit: HANG,
    state: () => ({ writes: writes - writesBefore, runs: runs.size - runsBefore, signals: seen.size }),
  })
  await Promise.race([underWay, refused])
  await sleep((round * 977) % 2500)
  server.running.process.kill('SIGKILL')
  file.kill()
  await Promise.all([once(server.running.process, 'close'), over, file.done])
  server = await serve(...at)
}

async function expectNothingLost(): Promise<void> {
  const list = async (deleted: boolean) =>
    (await ask<{ annotations: AnnotationOut[] }>('GET', `/api/annotations?deleted=${deleted}`)).annotations
  const [standing, gone] = [await list(false), await list(true)]
  const notes = new Map(standing.map(({ id, notes: words }) => [id, words]))
  const deleted = new Set(gone.map(({ id }) => id))
  for (const [id, words] of annotations) {
    if (words === null) expect([id, deleted.has(id)]).toEqual([id, true])
    else expect([id, notes.get(id)]).toEqual([id, words])
  }
  for (const [session, seen] of signals) {
    const answer = await ask<{ signals: SignalOut[] }>('GET', `/api/signals?session=${session}&limit=10000`)
    expect(answer.signals.map(({ timestamp }) => timestamp)).toEqual(expect.arrayContaining([...seen]))
  }
  for (const id of [...running, ...stopped]) {
    const { state, stop_reason: reason } = await ask<SessionOut>('GET', `/api/inference-sessions/${id}`)
    if (stopped.has(id)) expect([id, state, reason]).toEqual([id, 'stopped', 'stopped_by_user'])
    else expect(`${state} ${reason}`, id).toMatch(STANDING)
  }
  const listed = await ask<{ training_runs: TrainingRunOut[] }>('GET', '/api/training-runs')
  expect(listed.training_runs.map(({ id }) => id)).toEqual(expect.arrayContaining([...runs]))
  for (const venue of imports) {
    const from = 1_700_000_000_000
    const path = `/api/candles?symbol=X/Y&venue=${venue}&timeframe=1s&from=${from}&limit=500`
    expect((await ask<CandlesOut>('GET', path)).candles).toHaveLength(WHOLE_SECONDS)
  }
}

function expectWholeFiles(): void {
  for (const folder of ['test_cases', 'training_results']) {
    const names = readdirSync(join(root, 'ANNOTATE', 'data', folder)).filter((name) => !name.startsWith('.'))
    for (const name of names)
      expect(
        () => JSON.parse(readFileSync(join(root, 'ANNOTATE', 'data', folder, name), 'utf8')),
        name,
      ).not.toThrow()
  }
}

it(
  `loses nothing in ${ROUNDS} rounds`,
  async () => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      await oneRound(round)
      await expectNothingLost()
      expectWholeFiles()
      const { code, stdout, stderr } = await annotate('doctor', ...at)
      expect(code, `round ${round}: ${stdout}${stderr}`).toBe(0)
    }
    console.log(
      `${ROUNDS} rounds, ${writes} writes of ${annotations.size} annotations, ${imports.size} imports, ${runs.size} runs: none lost`,
    )
  },
  ROUNDS * 2 * HANG,
)
