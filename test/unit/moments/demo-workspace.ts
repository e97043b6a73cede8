// A workspace with a little of the demo market in it: enough days, hours and minutes, and a few minutes of seconds.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '../../../src/core/clock.ts'
import { DAY, HOUR, MINUTE, SECOND, epochMs, floorTo, type EpochMs } from '../../../src/core/time.ts'
import { workspaceAt, type Workspace } from '../../../src/core/workspace.ts'
import { createDemoMarket } from '../../../src/market/demo/demo-market.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import type { Candle, TimeRange } from '../../../src/market/types.ts'
import { openWorkspace, type OpenWorkspace } from '../../../src/server/open-workspace.ts'

export const MARKET = { venue: 'demo-5', symbol: 'ETH/USDT' }
export const START: EpochMs = epochMs(Date.parse('2026-01-15T09:00:00Z'))
const DEMO = createDemoMarket({ seed: 5, symbol: MARKET.symbol })
const KNOWN = { first: null, corrected: epochMs(Date.UTC(2030, 0)) }
const STEPS = { '1d': DAY, '1h': HOUR, '1m': MINUTE, '1s': SECOND } as const

export interface DemoWorkspace {
  readonly workspace: Workspace
  readonly open: OpenWorkspace
  stop(): Promise<void>
}

/** Seconds of [START, to). */
export async function demoWorkspace(to: number): Promise<DemoWorkspace> {
  const root = await mkdtemp(join(tmpdir(), 'annotate-moments-'))
  const workspace = workspaceAt(root)
  const open = openWorkspace({ workspace, clock: new ManualClock(epochMs(to)) })
  fillFrom(open.store, START, to)
  return {
    workspace,
    open,
    async stop() {
      await open.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** Seconds of [from, to), and enough before them. */
export function fillFrom(into: MarketStore, from: number, to: number): void {
  for (const timeframe of ['1d', '1h', '1m'] as const) {
    const step = STEPS[timeframe]
    store(into, timeframe, rangeOf(floorTo(from - 102 * step, step), floorTo(from, step)))
  }
  store(into, '1s', rangeOf(from - 120 * SECOND, to))
}

/** A candle of a second is another than it was. */
export function revise(into: MarketStore, second: number): void {
  const range = rangeOf(second, second + SECOND)
  into.transaction(() => {
    const id = into.open(MARKET)
    into.candles.removeNative(id, '1s', [epochMs(second)], { first: null, corrected: epochMs(second + DAY) })
    into.changes.note(id, '1s', range.from, range.to)
  })
  store(into, '1s', range, (candle) => ({ ...candle, high: candle.high * 1.01 }))
}

/** What the demo market has there, each candle as `change` makes it. */
export function store(
  into: MarketStore,
  timeframe: keyof typeof STEPS,
  range: TimeRange,
  change = (candle: Candle): Candle => candle,
): void {
  into.addCandles(MARKET, timeframe, DEMO.candles(timeframe, range).map(change), KNOWN)
  into.cover(MARKET, timeframe, timeframe === '1s' ? 'candles' : 'sparse', [range])
  into.recompose(MARKET, timeframe, range, KNOWN)
}
