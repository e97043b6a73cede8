// A real server on a workspace whose database was emptied or damaged says so, at start and in health, and the doctor brings the marks back.
import { closeSync, mkdtempSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnnotationOut } from '../../src/contract/annotations.ts'
import type { CandlesOut, HealthOut } from '../../src/contract/market.ts'
import { until } from '../patience.ts'
import { putDemoInto } from '../prepared-demo.ts'
import { annotate, annotateJson, serve } from '../unit/cli/annotate.ts'

const workspace = mkdtempSync(join(tmpdir(), 'annotate-lost-'))
const database = join(workspace, 'annotate.db')
const at = ['--workspace', workspace]
let marks: AnnotationOut[] = []

beforeAll(async () => {
  await putDemoInto(workspace)
  const server = await serve(...at)
  for (const n of [10, 20, 30]) await mark(server.url, n)
  await server.stop()
  marks = await annotations()
})
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

async function ask<T>(url: string, path: string, body?: object): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(new URL(path, url), sent)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Of the demo market, so many seconds before its newest minute. */
async function mark(url: string, n: number): Promise<AnnotationOut> {
  const { candles } = await ask<CandlesOut>(url, '/api/candles?symbol=ETH/USDT&timeframe=1s&limit=100')
  const [opened = 0, , , , entry = 0] = candles[n] ?? []
  const [left = 0, , , , exit = 0] = candles[n + 30] ?? []
  return ask<AnnotationOut>(url, '/api/annotations', {
    symbol: 'ETH/USDT',
    direction: exit >= entry ? 'LONG' : 'SHORT',
    entry: { timestamp: opened + 1000, price: entry },
    exit: { timestamp: left + 1000, price: exit },
    notes: `mark ${n}`,
  })
}

const health = (url: string): Promise<HealthOut> => ask<HealthOut>(url, '/api/health')

async function annotations(): Promise<AnnotationOut[]> {
  return (await annotateJson<{ annotations: AnnotationOut[] }>('annotate', 'list', ...at)).annotations
}

it('emptied: health says so, and the doctor makes the annotations anew', async () => {
  for (const end of ['-wal', '-shm']) rmSync(database + end, { force: true })
  truncateSync(database, 0)
  const { code, stdout } = await annotate('doctor', ...at)
  expect({ code, stdout }).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/empty, beside 3 test cases/),
  })
  const server = await serve(...at)
  const { status, warnings } = await health(server.url)
  expect(status).toBe('degraded')
  expect(warnings[0]).toMatch(/empty beside 3 test cases.*annotate doctor --repair/)
  const refused = await annotate('doctor', '--repair', ...at)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('[workspace_in_use]') })
  await server.stop()

  const repaired = await annotate('doctor', '--repair', ...at)
  expect(repaired.code, repaired.stdout + repaired.stderr).toBe(0)
  const said = (all: readonly AnnotationOut[]) =>
    all
      .map((each) => ({ ...each, updated_at: null, entry_check: null }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const now = await annotations()
  expect(said(now)).toEqual(said(marks))
  const again = await serve(...at)
  expect(await health(again.url)).toMatchObject({ warnings: [], counts: { annotations: 3, test_cases: 3 } })
  await again.stop()
  marks = now
})

/** Where what it needs at once is among the damaged pages, it says so and does not start; else health does, once it has looked. */
async function whatServerSays(): Promise<string> {
  const server = await serve(...at).catch((error: unknown) => String(error))
  if (typeof server === 'string') return server
  try {
    await until('the damage', async () => (await health(server.url)).status === 'degraded')
    return (await health(server.url)).warnings.join()
  } finally {
    await server.stop()
  }
}

it('damaged pages: the server says so, and the doctor saves what can be read', async () => {
  const pages = Math.floor(statSync(database).size / 4096)
  const file = openSync(database, 'r+')
  const length = 40 * 4096
  writeSync(file, Buffer.alloc(length, 0xa5), 0, length, Math.floor(pages / 2) * 4096)
  closeSync(file)
  expect(await whatServerSays()).toMatch(/is damaged.*annotate doctor --repair.*keeps the damaged file/)
  expect((await annotate('doctor', ...at)).code).toBe(3)
  const repaired = await annotate('doctor', '--repair', ...at)
  expect(repaired.code, repaired.stdout + repaired.stderr).toBe(0)
  expect(await annotations()).toEqual(marks)
  expect((await annotate('doctor', ...at)).code).toBe(0)
})
