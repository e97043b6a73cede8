// A made-up market that the page's bench is answered with: candles that are a function of their time, 5,000 annotations, 5,000 calls.
import type { Page, Route } from 'playwright-core'
import type { AnnotationOut } from '../../src/contract/annotations.ts'
import type { SignalOut } from '../../src/contract/inference.ts'
import type { CallOut } from '../../src/contract/live-calls.ts'

export const ANNOTATIONS = 5000
export const CALLS = 5000
export const STEPS = { '1s': 1000, '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 } as const
export type Timeframe = keyof typeof STEPS
export const TIMEFRAMES: readonly Timeframe[] = ['1d', '1h', '1m', '1s']
export const MARKET = { symbol: 'ETH/USDT', venue: 'demo-1' } as const

/** How far the made-up market has come, UTC ms: as far as the clock, or as an update told. */
let told = 0
export function nowAt(): number {
  return Math.max(Date.now(), told)
}
export function goOnTo(time: number): void {
  told = time
}

/** From now on the page is answered of this market. */
export async function answerWithIt(page: Page): Promise<void> {
  await page.route('**/api/candles?*', answerCandles)
  await page.route('**/api/annotations?*', (route) => answerAnnotations(route))
  await page.route('**/api/signals?*calls=true*', answerSignals)
  await page.route('**/api/calls?*', answerCalls)
}

/** A candle of a made-up walk: a function of its time, so that every request agrees. */
export function candle(open: number, step: number): number[] {
  const at = (time: number) => 3000 + 200 * Math.sin(time / step / 900) + 30 * Math.sin(time / step / 37)
  const [o, c] = [at(open), at(open + step) + ((open / step) % 7) - 3]
  return [open, o, Math.max(o, c) + 3, Math.min(o, c) - 3, c, 5 + Math.abs((open / step) % 11)]
}

async function answerCandles(route: Route): Promise<void> {
  const query = new URL(route.request().url()).searchParams
  const timeframe = query.get('timeframe') as Timeframe
  const step = STEPS[timeframe]
  const limit = Number(query.get('limit') ?? 500)
  const now = Math.floor(nowAt() / step) * step
  const to = Math.min(Number(query.get('to') ?? now + step), now + step)
  const from = query.has('from') ? Number(query.get('from')) : to - limit * step
  const candles: number[][] = []
  for (let open = Math.ceil(from / step) * step; open < to && candles.length < limit; open += step)
    candles.push(candle(open, step))
  await route.fulfill({ json: { ...MARKET, timeframe, candles, gaps: [] } })
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
    ...MARKET,
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
    ...MARKET,
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

export function signal(now: number, i: number): SignalOut {
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
