// The page: four charts of 100,000 candles each, 5,000 annotations and 5,000 calls in a real browser, panned and zoomed while it is told of the market.
import type { Page, Route } from 'playwright-core'
import { findBrowser } from '../scripts/browser.js'
import type {} from '../src/web/app/probe.ts'
import { openPage } from '../test/e2e/harness/charts.ts'
import { withPage } from '../test/e2e/harness/browser.ts'
import { startServer } from '../test/e2e/harness/server.ts'
import type { AnnotationOut } from '../src/contract/annotations.ts'
import type { SignalOut } from '../src/contract/inference.ts'
import type { CallOut } from '../src/contract/live-calls.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'Page'

const WORK = { full: { candles: 100_000, frames: 240 }, short: { candles: 2000, frames: 10 } } as const
const ANNOTATIONS = 5000
const CALLS = 5000
const STEPS = { '1s': 1000, '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 } as const
type Timeframe = keyof typeof STEPS
const TIMEFRAMES: readonly Timeframe[] = ['1d', '1h', '1m', '1s']

export async function run(effort: Effort): Promise<Row[]> {
  if (findBrowser() === undefined)
    return [{ name: 'charts', value: Number.NaN, unit: '', note: 'left out: no browser was found' }]
  const { candles, frames } = WORK[effort]
  const server = await startServer()
  const rows: Row[] = []
  try {
    await withPage({ width: 1920, height: 1080 }, async (page) => {
      await page.addInitScript(TIME_FRAMES)
      await page.route('**/api/candles?*', answerCandles)
      await page.route('**/api/annotations?*', (route) => answerAnnotations(route))
      await page.route('**/api/signals?*calls=true*', answerSignals)
      await page.route('**/api/calls?*', answerCalls)
      await openPage(page, server.url)
      rows.push(await fill(page, candles))
      for (const view of [
        ['panned, 150 candles a chart in view', 150],
        ['panned, 1,500 candles a chart in view', 1500],
      ] as const)
        rows.push(...(await pan(page, view, frames)))
      rows.push(...(await hover(page, frames)))
    })
  } finally {
    await server.stop()
  }
  return rows
}

/** In the page before its own scripts: sums what all callbacks of a frame take together, by the frame's time. */
const TIME_FRAMES = `
  window.scriptTimes = new Map()
  const ask = window.requestAnimationFrame.bind(window)
  window.requestAnimationFrame = (work) => ask((start) => {
    const began = performance.now()
    work(start)
    window.scriptTimes.set(start, (window.scriptTimes.get(start) ?? 0) + performance.now() - began)
  })`

/** Scrolls back until every chart holds all its candles. */
async function fill(page: Page, candles: number): Promise<Row> {
  const held = await page.evaluate(
    async ([names, wanted]) => {
      for (const name of names)
        while (window.annotate!.held(name).size < wanted) await window.annotate!.older(name)
      return names.reduce((sum, name) => sum + window.annotate!.held(name).size, 0)
    },
    [TIMEFRAMES, candles] as const,
  )
  return {
    name: 'candles held by four charts',
    value: held,
    unit: 'candles',
    note: `${ANNOTATIONS} annotations, ${CALLS} calls`,
  }
}

/**
 * Pans all four charts a little every frame. Script: the drawing in JavaScript. Work: with layout and, in this browser
 * without a GPU, the rasterizing of all canvases. Between: frame to frame.
 */
async function pan(
  page: Page,
  [name, visible]: readonly [name: string, visible: number],
  count: number,
): Promise<Row[]> {
  await page.evaluate('window.scriptTimes.clear()')
  const { work, between } = await page.evaluate(
    async ([names, steps, shown, frames]) => {
      const ends = names.map((one) => window.annotate!.held(one).to - steps[one] * 3000)
      const times = { work: [] as number[], between: [] as number[] }
      let last = 0
      for (let frame = 0; frame < frames; frame++) {
        names.forEach((one, i) => {
          const to = (ends[i] ?? 0) - frame * steps[one] * shown * 0.01
          window.annotate!.show(one, to - steps[one] * shown, to)
        })
        await new Promise<void>((done) => {
          requestAnimationFrame((start) => {
            const channel = new MessageChannel()
            // Runs after the frame has been drawn and laid out.
            channel.port1.addEventListener('message', () => {
              times.work.push(performance.now() - start)
              done()
            })
            channel.port1.start()
            channel.port2.postMessage(null)
            if (last > 0) times.between.push(start - last)
            last = start
          })
        })
      }
      return times
    },
    [TIMEFRAMES, STEPS, visible, count] as const,
  )
  const script = await page.evaluate<number[]>('[...window.scriptTimes.values()]')
  return [
    { name: `${name}: script a frame, p50`, value: quantile(script, 0.5), unit: 'ms' },
    {
      name: `${name}: script a frame, p95`,
      value: quantile(script, 0.95),
      unit: 'ms',
      note: 'bar: under 16.7 ms',
    },
    {
      name: `${name}: all work a frame, p95`,
      value: quantile(work, 0.95),
      unit: 'ms',
      note: 'rasterized by the CPU',
    },
    {
      name: `${name}: between frames, p95`,
      value: quantile(between, 0.95),
      unit: 'ms',
      note: '60 Hz is 16.7 ms',
    },
  ]
}

/** As text: tsx would name its inner function with a helper that the page does not have. */
const WATCH_FRAMES = `
  window.frameTimes = []
  requestAnimationFrame(function watch(start) {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => window.frameTimes.push(performance.now() - start)
    channel.port2.postMessage(null)
    requestAnimationFrame(watch)
  })`

/** Moves the pointer over a chart: the crosshair of all four follows. */
async function hover(page: Page, count: number): Promise<Row[]> {
  await page.evaluate(WATCH_FRAMES)
  const box = (await page.locator('#chart-1m').boundingBox())!
  for (let i = 0; i < count; i++) {
    const x = box.x + 20 + ((box.width - 120) * i) / count
    await page.mouse.move(x, box.y + box.height / 2)
  }
  const frames = await page.evaluate<number[]>('window.frameTimes')
  return [{ name: 'pointer moved: work a frame, p95', value: quantile(frames, 0.95), unit: 'ms' }]
}

/** A candle of a made-up walk: a function of its time, so that every request agrees. */
function candle(open: number, step: number): number[] {
  const at = (time: number) => 3000 + 200 * Math.sin(time / step / 900) + 30 * Math.sin(time / step / 37)
  const [o, c] = [at(open), at(open + step) + ((open / step) % 7) - 3]
  return [open, o, Math.max(o, c) + 3, Math.min(o, c) - 3, c, 5 + Math.abs((open / step) % 11)]
}

async function answerCandles(route: Route): Promise<void> {
  const query = new URL(route.request().url()).searchParams
  const timeframe = query.get('timeframe') as Timeframe
  const step = STEPS[timeframe]
  const limit = Number(query.get('limit') ?? 500)
  const now = Math.floor(Date.now() / step) * step
  const to = Math.min(Number(query.get('to') ?? now + step), now + step)
  const from = query.has('from') ? Number(query.get('from')) : to - limit * step
  const candles: number[][] = []
  for (let open = Math.ceil(from / step) * step; open < to && candles.length < limit; open += step)
    candles.push(candle(open, step))
  await route.fulfill({ json: { symbol: 'ETH/USDT', venue: 'demo-1', timeframe, candles, gaps: [] } })
}

async function answerAnnotations(route: Route): Promise<void> {
  if (route.request().method() !== 'GET') return route.continue()
  const now = Math.floor(Date.now() / 60_000) * 60_000
  const annotations = Array.from({ length: ANNOTATIONS }, (_, i) => annotation(now, i))
  await route.fulfill({ json: { annotations } })
}

function annotation(now: number, i: number): AnnotationOut {
  const entry = now - 600_000 - i * 47_000
  const iso = (time: number) => new Date(time).toISOString()
  const created = iso(now)
  return {
    id: `bench-${i}`,
    test_case_id: `annotation_bench-${i}`,
    symbol: 'ETH/USDT',
    venue: 'demo-1',
    direction: i % 2 === 0 ? 'LONG' : 'SHORT',
    entry: { timestamp: iso(entry), price: 3000 + (i % 100) },
    exit: { timestamp: iso(entry + 240_000), price: 3010 + (i % 100) },
    notes: '',
    tags: [],
    profit_loss_pct: 0.3,
    net_profit_loss_pct: 0.1,
    holding_period_seconds: 240,
    stop_price: null,
    target_price: null,
    reward_to_risk: null,
    entry_check: { last_close: null, next_open: null, deviation_pct: null, reachable: null },
    warnings: [],
    provenance: { mode: 'hindsight', visible_until: null, created_at: created, seconds_spent: null },
    created_at: created,
    updated_at: created,
    deleted_at: null,
  }
}

async function answerSignals(route: Route): Promise<void> {
  const now = Math.floor(Date.now() / 60_000) * 60_000
  await route.fulfill({ json: { signals: Array.from({ length: CALLS }, (_, i) => signal(now, i)) } })
}

async function answerCalls(route: Route): Promise<void> {
  const now = Math.floor(Date.now() / 60_000) * 60_000
  await route.fulfill({ json: { calls: Array.from({ length: CALLS }, (_, i) => call(now, i)) } })
}

/** Of what a call and the signal that opens it have in common; newest first. */
function opening(now: number, i: number) {
  return {
    session: 'bench',
    model: 'cnn',
    checkpoint: '0001',
    symbol: 'ETH/USDT',
    venue: 'demo-1',
    action: i % 2 === 0 ? ('BUY' as const) : ('SELL' as const),
    time: new Date(now - 300_000 - i * 41_000).toISOString(),
    price: 3000 + (i % 90),
    sure: {
      confidence: 64,
      confidence_n: 40,
      confidence_interval: [48, 78],
      confidence_band: null,
      confidence_words: 'medium',
    },
  }
}

function signal(now: number, i: number): SignalOut {
  const { time, sure, ...rest } = opening(now, i)
  return {
    ...rest,
    ...sure,
    id: CALLS - i,
    timestamp: time,
    emitted_at: time,
    pattern: null,
    scores: { HOLD: 0.2, BUY: 0.5, SELL: 0.3 },
    latency_ms: 12,
    call_id: `bench-${i}`,
    call_opens: true,
    reason: null,
  }
}

function call(now: number, i: number): CallOut {
  const { time, sure, ...rest } = opening(now, i)
  return {
    ...rest,
    ...sure,
    id: `bench-${i}`,
    opened_at: time,
    closed_at: time,
    score: 0.6,
    on: 0.5,
    outcome: i % 3 === 0 ? 'right' : 'wrong',
    outcome_pct: 0.2,
    outcome_at: time,
    matched_annotation: null,
    verdict: null,
  }
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(Math.floor(sorted.length * q), sorted.length - 1)] ?? Number.NaN
}
