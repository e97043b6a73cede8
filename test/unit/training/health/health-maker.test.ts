// The data set as a whole, of a market with bursts at known seconds: faults planted among honest marks are found, and the honest ones are not.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DataSetHealth } from '../../../../src/contract/data-set-health.ts'
import { ManualClock } from '../../../../src/core/clock.ts'
import { DAY, HOUR, MINUTE, SECOND, epochMs, floorTo } from '../../../../src/core/time.ts'
import { workspaceAt } from '../../../../src/core/workspace.ts'
import { rangeOf } from '../../../../src/market/ranges.ts'
import type { Candle, TimeRange } from '../../../../src/market/types.ts'
import { MomentTable } from '../../../../src/moments/moment-table.ts'
import { openWorkspace, type OpenWorkspace } from '../../../../src/server/open-workspace.ts'
import { HealthMaker } from '../../../../src/training/health/health-maker.ts'
import { KeptWorkspace } from '../../../../src/training/preview/kept-workspace.ts'

const MARKET = { venue: 'made', symbol: 'ETH/USDT' }
const START = epochMs(Date.parse('2026-01-15T09:00:00Z'))
const LENGTH = 30 * MINUTE
const EVERY = 180
/** Seconds from START on at which a burst begins: up and down in turn. */
const BURSTS = Array.from({ length: 9 }, (_, i) => 120 + i * EVERY)
/** A burst runs so many seconds, and is entered after so many. */
const [RUN, SEEN] = [40, 6]
const CLOSES = closes()

/** A quiet walk with bursts, by the seconds from 200 before START on. */
function closes(): number[] {
  let state = 7
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5
  let price = 100
  return Array.from({ length: 200 + LENGTH / SECOND }, (_, i) => {
    const second = i - 200
    const burst = BURSTS.findIndex((from) => second >= from && second < from + RUN)
    const drift = burst === -1 ? 0 : burst % 2 === 0 ? 0.02 : -0.02
    price += drift + 0.01 * random()
    return price
  })
}

const closeAt = (second: number) => CLOSES[second + 200] ?? Number.NaN
const isBurst = (second: number) => BURSTS.some((from) => second >= from && second < from + RUN)

function secondCandle(second: number): Candle {
  const [open, close] = [closeAt(second - 1), closeAt(second)]
  return {
    openTime: epochMs(START + second * SECOND),
    open,
    close,
    high: Math.max(open, close),
    low: Math.min(open, close),
    volume: isBurst(second) ? 20 : 1,
  }
}

function flatCandles(range: TimeRange, step: number): Candle[] {
  return Array.from({ length: (range.to - range.from) / step }, (_, i) => {
    const wave = 100 + 0.1 * Math.sin(i)
    const openTime = epochMs(range.from + i * step)
    return { openTime, open: wave, high: wave + 0.1, low: wave - 0.1, close: wave, volume: 60 }
  })
}

function fill({ store }: OpenWorkspace): void {
  const known = { first: null, corrected: epochMs(Date.UTC(2030, 0)) }
  const put = (timeframe: '1s' | '1m' | '1h' | '1d', range: TimeRange, candles: Candle[]) => {
    store.addCandles(MARKET, timeframe, candles, known)
    store.cover(MARKET, timeframe, timeframe === '1s' ? 'candles' : 'sparse', [range])
    store.recompose(MARKET, timeframe, range, known)
  }
  for (const [timeframe, step] of [
    ['1d', DAY],
    ['1h', HOUR],
    ['1m', MINUTE],
  ] as const) {
    const range = rangeOf(floorTo(START - 102 * step, step), floorTo(START, step))
    put(timeframe, range, flatCandles(range, step))
  }
  const seconds = Array.from({ length: 199 + LENGTH / SECOND }, (_, i) => secondCandle(i - 199))
  put('1s', rangeOf(START - 199 * SECOND, START + LENGTH), seconds)
}

const names = new Map<string, string>()
let open: OpenWorkspace
let root: string
let health: DataSetHealth

async function mark(name: string, second: number, direction: 'LONG' | 'SHORT', held = 30): Promise<void> {
  const leg = (at: number, price: number) => ({ timestamp: START + at * SECOND, price })
  const paid = direction === 'LONG' ? 0.05 : -0.05
  const entry = closeAt(second - 1)
  const { id } = await open.annotations.create(
    { symbol: MARKET.symbol, direction, entry: leg(second, entry), exit: leg(second + held, entry + paid) },
    MARKET,
  )
  names.set(id, name)
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'annotate-health-'))
  const workspace = workspaceAt(root)
  open = openWorkspace({ workspace, clock: new ManualClock(epochMs(START + LENGTH)) })
  fill(open)
  for (const [i, from] of BURSTS.entries()) {
    const direction = i % 2 === 0 ? 'LONG' : 'SHORT'
    if (i === 8) await mark('wrong side', from + SEEN, 'SHORT')
    else await mark(`burst ${i}`, from + SEEN, direction)
  }
  await mark('in the quiet', BURSTS[3]! - 40, 'LONG')
  await mark('twin of burst 4', BURSTS[4]! + SEEN + 2, 'LONG')
  const range = { from: START, to: START + LENGTH }
  await open.reviewedSpans.create({ symbol: MARKET.symbol, ...range }, MARKET)
  // Of which nothing is stored.
  const early = { from: epochMs(START - 400 * DAY), to: epochMs(START - 399 * DAY) }
  await open.reviewedSpans.create({ symbol: MARKET.symbol, ...early }, MARKET)
  const table = await MomentTable.open(workspace, 100)
  await table.step()
  await table.close()
  const maker = await HealthMaker.open(
    await KeptWorkspace.open(workspace, { file: workspace.database, postgres: null }),
    workspace.moments,
  )
  health = (await maker.make()).health
}, 60_000)

afterAll(async () => {
  await open.close()
  await rm(root, { recursive: true, force: true })
})

const nameOf = ({ annotation_id: id }: { annotation_id: string | null }) =>
  id === null ? 'HOLD' : names.get(id)

it('counts what there is', () => {
  expect(health).toMatchObject({ annotations: 11, balance: { long: 6, short: 5, reviewed_hours: 0.5 } })
  expect(health.counts.hour.find(({ value }) => value === '09')).toMatchObject({ long: 6, short: 5 })
})

it('tells which two are of the same move', () => {
  expect(health.same_moves.rows.map(({ mark: own, other }) => [nameOf(own), nameOf(other)])).toEqual([
    ['burst 4', 'twin of burst 4'],
  ])
})

it('finds the mark in the quiet and the one of the wrong side by models that did not see them', () => {
  expect(health.doubtful).toMatchObject({ scored: 11, reasons: [] })
  const found = health.doubtful.rows.map(({ mark: own, looks }) => [nameOf(own), looks])
  expect(new Set(found)).toEqual(
    new Set([
      ['in the quiet', 'HOLD'],
      ['wrong side', 'other_side'],
    ]),
  )
})

it('finds the one of the wrong side among those that look alike', () => {
  expect(health.alike.reason).toBeNull()
  expect(health.alike.compared).toBe(11)
  const opposite = health.alike.rows.filter(({ kind }) => kind === 'opposite')
  expect(opposite.length).toBeGreaterThan(0)
  for (const { mark: own, other } of opposite) expect([nameOf(own), nameOf(other)]).toContain('wrong side')
})
