// A simulated market in the real store of a temporary workspace, with its true breakouts beside it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { annotationMigrations } from '../../src/annotation/schema.ts'
import { openDatabase, type Database } from '../../src/core/database.ts'
import { DAY, HOUR, MINUTE, ceilTo, epochMs, floorTo, type EpochMs } from '../../src/core/time.ts'
import { workspaceAt, type Workspace } from '../../src/core/workspace.ts'
import { bookMigrations } from '../../src/market/book/schema.ts'
import { createDemoMarket } from '../../src/market/demo/demo-market.ts'
import { createGroundTruth, type Breakout } from '../../src/market/demo/ground-truth.ts'
import type { MarketReader } from '../../src/market/provider.ts'
import { createMarketReader } from '../../src/market/reader.ts'
import { openMarketStore } from '../../src/market/store/market-store.ts'
import { marketMigrations } from '../../src/market/store/schema.ts'
import { TIMEFRAMES, durationOf, type Timeframe } from '../../src/market/timeframe.ts'
import type { Market, TimeRange } from '../../src/market/types.ts'
import { trainingMigrations } from '../../src/training/runs/schema.ts'

/** Every stretch begins here: 100 days and more of history lie before it. */
export const BEGIN: EpochMs = epochMs(Date.parse('2024-03-04T00:00:00Z'))
const SYMBOL = 'ETH/USDT'
/** How far a search for breakouts looks at once. */
const LOOK = 12 * HOUR

export interface ScenarioMarket {
  readonly market: Market
  readonly workspace: Workspace
  readonly database: Database
  readonly reader: MarketReader
  /** Seconds in which states can be made; breakouts of it are known to be true or false. */
  readonly stretch: TimeRange
  readonly breakouts: readonly Breakout[]
  close(): void
}

/** Whether so many breakouts are enough. */
export type Enough = (breakouts: readonly Breakout[]) => boolean

export interface MarketOptions {
  readonly seed: number
  readonly genuineShare?: number
  /** Stored before the stretch, beyond what its first states need; ms. */
  readonly stored?: number
  /** Where the workspace is to be, which then stays; a temporary folder where absent. */
  readonly folder?: string
}

/** What a workspace does not know of the market that it holds. */
export type ScenarioFacts = Pick<ScenarioMarket, 'market' | 'stretch' | 'breakouts'>

/** Stores the market of a seed from `BEGIN` until `enough` breakouts have run their course. */
export function openScenarioMarket(
  { stored = 0, folder, ...options }: MarketOptions,
  enough: Enough,
): ScenarioMarket {
  const demo = { ...options, symbol: SYMBOL }
  const breakouts = collect(demo, enough)
  const stretch = { from: BEGIN, to: ceilTo(breakouts.at(-1)!.end + 2 * MINUTE, MINUTE) }
  const market = { venue: `demo-${options.seed}`, symbol: SYMBOL }
  const root = folder ?? mkdtempSync(join(tmpdir(), 'annotate-scenario-'))
  const place = openStoredScenario(root, { market, stretch, breakouts }, folder === undefined)
  const store = openMarketStore(place.database.sqlite)
  const source = createDemoMarket(demo)
  for (const timeframe of TIMEFRAMES) {
    const range = historyOf(timeframe, { ...stretch, from: epochMs(stretch.from - stored) })
    const candles = source.candles(timeframe, range)
    store.addCandles(market, timeframe, candles, { first: null, corrected: range.to })
    store.cover(market, timeframe, 'sparse', [range])
  }
  return place
}

/** The workspace `root` as it was stored; `close` removes it where it `isTemporary`. */
export function openStoredScenario(root: string, facts: ScenarioFacts, isTemporary: boolean): ScenarioMarket {
  const workspace = workspaceAt(root)
  const database = openDatabase(workspace.database, [
    ...marketMigrations,
    ...bookMigrations,
    ...annotationMigrations,
    ...trainingMigrations,
  ])
  return {
    ...facts,
    workspace,
    database,
    reader: createMarketReader(openMarketStore(database.sqlite)),
    close: () => {
      void database.close()
      if (isTemporary) rmSync(root, { recursive: true, force: true })
    },
  }
}

function collect(demo: MarketOptions & { symbol: string }, enough: Enough): Breakout[] {
  const truth = createGroundTruth(demo)
  const found: Breakout[] = []
  for (let from = BEGIN; ; from = epochMs(from + LOOK)) {
    for (const breakout of truth.breakouts({ from, to: epochMs(from + LOOK) })) {
      found.push(breakout)
      if (enough(found)) return found
    }
  }
}

/** 100 candles and more before the stretch; of seconds as much as the plain rule looks back on. */
function historyOf(timeframe: Timeframe, { from, to }: TimeRange): TimeRange {
  const step = durationOf(timeframe)
  const back = timeframe === '1s' ? HOUR : timeframe === '1d' ? 130 * DAY : 130 * step + DAY
  return { from: floorTo(from - back, step), to: floorTo(to, step) }
}
