// A save beside 1,000 marks: what it costs the server, over HTTP and from the page, what the page asks for it, and how late the live seconds are meanwhile.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { findBrowser } from '../scripts/browser.js'
import type { AnnotationBody } from '../src/contract/annotations.ts'
import type { CandlesOut } from '../src/contract/market.ts'
import type {} from '../src/web/app/probe.ts'
import { closeBrowser, withPage } from '../test/e2e/harness/browser.ts'
import { annotationsOf, openPage, stateOf, waitForAnnotations } from '../test/e2e/harness/charts.ts'
import type { Effort, Row } from './bench.ts'
import { hearSeconds } from './load/seconds.ts'
import { watchedServer, type WatchedServer } from './load/watched.ts'

export const title = 'Saves'
export const onRequest = true

interface Work {
  readonly marks: number
  readonly saves: number
  /** What the server costs by itself is measured for so long, ms. */
  readonly idle: number
}
const WORK: Readonly<Record<Effort, Work>> = {
  full: { marks: 1000, saves: 40, idle: 10_000 },
  short: { marks: 10, saves: 2, idle: 2500 },
}
const MINUTE = 60_000
/** Held, ms. */
const HELD = 30_000
const PAUSE = 200
/** From entry to exit where it is marked by keys, in seconds. */
const HELD_BY_KEYS = 3
const MINUTES_BACK = 10
const TARGET = 'target: 50 ms or less'

export async function run(effort: Effort): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-'))
  const server = await watchedServer(folder)
  try {
    const work = WORK[effort]
    const bodies = await bodiesOf(server, work.marks + work.saves)
    for (const body of bodies.slice(work.saves)) await save(server, body)
    return [...(await overHttp(server, work, bodies)), ...(await fromPage(server, work))]
  } finally {
    await closeBrowser()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One mark a minute, the newest first, at the prices of the market. */
async function bodiesOf({ url }: WatchedServer, count: number): Promise<AnnotationBody[]> {
  const path = `/api/candles?symbol=ETH/USDT&timeframe=1m&limit=${count + 1}`
  const { candles } = (await (await fetch(new URL(path, url))).json()) as CandlesOut
  const closes = candles.map(([open, , , , close]) => ({ at: open + MINUTE, price: close }))
  return closes
    .slice(0, count)
    .map(({ at, price }, n) => markAt(at, price, closes[n + 1]?.price ?? price))
    .toReversed()
}

function markAt(at: number, entry: number, exit: number): AnnotationBody {
  return {
    symbol: 'ETH/USDT',
    direction: exit >= entry ? 'LONG' : 'SHORT',
    entry: { timestamp: at, price: entry },
    exit: { timestamp: at + HELD, price: exit },
  }
}

async function save({ url }: WatchedServer, body: AnnotationBody): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const sent = { method: 'POST', headers, body: JSON.stringify(body) }
  const answer = await fetch(new URL('/api/annotations', url), sent)
  if (!answer.ok) throw new Error(`a mark was refused: ${answer.status} ${await answer.text()}`)
}

interface Costs {
  /** CPU ms of the server for each piece of work, less what it costs by itself in that time. */
  readonly each: number
  /** How long after its end the latest live second was told, ms: while nothing else is done, and beside the work. */
  readonly quietLate: number
  readonly busyLate: number
}

async function costOfEach(
  server: WatchedServer,
  { saves, idle }: Work,
  work: (n: number) => Promise<void>,
): Promise<Costs> {
  const quiet = await measure(server, () => sleep(idle))
  const busy = await measure(server, async () => {
    for (let n = 0; n < saves; n += 1) await work(n)
  })
  const each = (busy.cpuMs - (quiet.cpuMs / quiet.ms) * busy.ms) / saves
  return { each, quietLate: quiet.late, busyLate: busy.late }
}

async function measure(server: WatchedServer, doing: () => Promise<unknown>) {
  const seconds = await hearSeconds(server.url)
  const [before, began] = [(await server.figures()).cpuMs, performance.now()]
  await doing()
  const ms = performance.now() - began
  const cpuMs = (await server.figures()).cpuMs - before
  return { cpuMs, ms, late: Math.max(...(await seconds.end())) }
}

async function overHttp(
  server: WatchedServer,
  work: Work,
  bodies: readonly AnnotationBody[],
): Promise<Row[]> {
  const { each, quietLate, busyLate } = await costOfEach(server, work, async (n) => {
    const body = bodies[n]
    if (body !== undefined) await save(server, body)
    await sleep(PAUSE)
  })
  const marks = work.marks.toLocaleString('en')
  return [
    {
      name: `a save over HTTP beside ${marks} marks, CPU of the server`,
      value: each,
      unit: 'ms',
      note: TARGET,
    },
    { name: 'the latest live second after its end, without saves', value: quietLate, unit: 'ms' },
    {
      name: `the latest live second after its end, beside ${work.saves} saves`,
      value: busyLate,
      unit: 'ms',
      note: 'target: no later than without',
    },
  ]
}

async function fromPage(server: WatchedServer, work: Work): Promise<Row[]> {
  const isBuilt = existsSync(fileURLToPath(new URL('../dist/index.html', import.meta.url)))
  if (findBrowser() === undefined || !isBuilt)
    return [{ name: 'from the page', value: Number.NaN, unit: '', note: 'left out: no browser, or no page' }]
  const rows: Row[] = []
  await withPage({ width: 1440, height: 900, showsPreview: true }, async (page) => {
    await openPage(page, server.url)
    for (let minute = 0; minute < MINUTES_BACK; minute += 1) await page.keyboard.press('Shift+ArrowLeft')
    let asked = 0
    page.on('request', (request) => {
      // What the page asks from time to time anyway is no part of a save.
      if (/\/api\/(?!events|markets)/.test(request.url())) asked += 1
    })
    const { each: value } = await costOfEach(server, work, async () => markByKeys(page))
    const name = `a save from the page beside ${work.marks.toLocaleString('en')} marks, CPU of the server`
    const note = `marking with keys and events to the page included; ${TARGET}`
    rows.push({ name, value, unit: 'ms', note })
    rows.push({ name: 'requests of the page for it', value: asked / work.saves, unit: 'requests' })
  })
  return rows
}

/** A mark of some seconds from the cursor on, which is left at its exit. */
async function markByKeys(page: Page): Promise<void> {
  const before = (await annotationsOf(page)).length
  await page.keyboard.press('a')
  await page.waitForFunction(() => window.annotate!.state().mark !== null)
  const time = (await stateOf(page, 'mark'))?.entry.time ?? Number.NaN
  for (let second = 1; second <= HELD_BY_KEYS; second += 1)
    await pressUntilAt(page, 'ArrowRight', time + second * 1000)
  await page.keyboard.press('a')
  await page.waitForFunction(() => window.annotate!.state().mark?.exit != null)
  await page.keyboard.press('Enter')
  await waitForAnnotations(page, before + 1)
}

async function pressUntilAt(page: Page, key: string, time: number): Promise<void> {
  await page.keyboard.press(key)
  await page.waitForFunction((wanted) => window.annotate!.state().cursor.time === wanted, time)
}
