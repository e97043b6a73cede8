// A long import beside a live server: the server goes on answering and storing, and the import's candles are what they are without it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnnotationOut } from '../../src/contract/annotations.ts'
import type { CandlesOut, HealthOut } from '../../src/contract/market.ts'
import { patient } from '../patience.ts'
import { putDemoInto } from '../prepared-demo.ts'
import { annotate, serve, type Served } from '../unit/cli/annotate.ts'

const TRADES = 200_000
/** Three hours, two days ago: nothing else is stored there. */
const SPAN = 3 * 3_600_000
/** On a machine of one's own. */
const MOST_MS = 2_000

/** That were answered, in a first try too. */
let marks = 0
let workspace: string
let server: Served
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'annotate-one-writer-'))
  await putDemoInto(workspace)
  server = await serve('--workspace', workspace)
}, 120_000)
afterAll(async () => {
  await server.stop()
  await rm(workspace, { recursive: true, force: true })
})

async function ask<T>(path: string, body?: object): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(new URL(path, server.url), sent)
  const answer = (await response.json()) as T
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`)
  return answer
}

async function fileOfTrades(from: number): Promise<string> {
  const path = join(workspace, 'trades.csv')
  const rows = Array.from({ length: TRADES }, (_, n) => {
    return `${from + Math.floor((n * SPAN) / TRADES)},${(100 + (n % 97) / 10).toFixed(1)},1,buy,${n}`
  })
  await writeFile(path, `timestamp,price,amount,side,id\n${rows.join('\n')}\n`)
  return path
}

/** How many of them lie in an hour, counted from the first. */
function tradesIn(hour: number): number {
  const first = (at: number): number => Math.ceil((at * TRADES) / SPAN)
  return first((hour + 1) * 3_600_000) - first(hour * 3_600_000)
}

/** A mark a minute ago, of the demo market that is served. */
async function mark(): Promise<AnnotationOut> {
  const { candles } = await ask<CandlesOut>('/api/candles?symbol=ETH/USDT&timeframe=1s&limit=60')
  const [opened = 0, , , , entry = 0] = candles[10] ?? []
  const [left = 0, , , , exit = 0] = candles[40] ?? []
  return ask<AnnotationOut>('/api/annotations', {
    symbol: 'ETH/USDT',
    direction: exit >= entry ? 'LONG' : 'SHORT',
    entry: { timestamp: opened + 1000, price: entry },
    exit: { timestamp: left + 1000, price: exit },
  })
}

it('answers within two seconds, and loses nothing, while 200,000 trades are imported', async () => {
  const from = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 2 * 86_400_000
  const path = await fileOfTrades(from)
  const market = ['--symbol', 'TEST/USDT', '--venue', 'written']
  const state = { isOver: false }
  const importing = annotate('import', 'trades', path, '--workspace', workspace, ...market).finally(
    () => (state.isOver = true),
  )
  const slowest = { health: 0, mark: 0 }
  const timed = async (what: keyof typeof slowest, work: () => Promise<unknown>): Promise<void> => {
    const began = performance.now()
    await work()
    slowest[what] = Math.max(slowest[what], performance.now() - began)
  }
  while (!state.isOver) {
    await timed('health', () => ask<HealthOut>('/api/health'))
    await timed('mark', mark)
    marks += 1
    await new Promise((done) => setTimeout(done, 50))
  }
  const { code, stderr } = await importing
  expect(code, stderr).toBe(0)
  expect(slowest.health).toBeLessThan(patient(MOST_MS))
  expect(slowest.mark).toBeLessThan(patient(2 * MOST_MS))
  expect((await ask<HealthOut>('/api/health')).counts.annotations).toBe(marks)
  const hours = await ask<CandlesOut>(
    `/api/candles?symbol=TEST/USDT&venue=written&timeframe=1h&from=${from}&to=${from + SPAN}&limit=10`,
  )
  // The last second is not known to be over, so its hour is not.
  const volumes = hours.candles.map(([, , , , , volume]) => volume)
  expect(volumes.slice(0, 2)).toEqual([tradesIn(0), tradesIn(1)])
}, 240_000)
