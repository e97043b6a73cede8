// What a backtest had scored when it was stopped is gone on with, unless the market that it saw has changed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { KnownParts } from '../../../src/backtest/known-parts.ts'
import { KnownSeconds } from '../../../src/backtest/known-seconds.ts'
import { ScoreStore } from '../../../src/backtest/score-store.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { epochMs, SECOND } from '../../../src/core/time.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { importCandles } from '../../../src/market/importing/candles/import-candles.ts'
import { openWorkspace, type OpenWorkspace } from '../../../src/server/open-workspace.ts'

const MARKET = { venue: 'imported', symbol: 'ETH/USDT' }
const START = Date.parse('2026-01-15T10:00:00Z')
const BLOCK = { from: epochMs(START + 60 * SECOND), to: epochMs(START + 120 * SECOND) }
let root: string
let open: OpenWorkspace

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'annotate-scores-'))
  open = openWorkspace({ workspace: workspaceAt(root), clock: systemClock })
})
afterEach(async () => {
  await open.close()
  await rm(root, { recursive: true, force: true })
})

/** Stores the seconds [from, to) after the start. */
async function store(from: number, to: number, symbol = MARKET.symbol): Promise<void> {
  const path = join(root, 'seconds.csv')
  const rows = Array.from({ length: to - from }, (_, i) => `${START + (from + i) * SECOND},10,12,9,11,1`)
  await writeFile(path, `open_time_ms,open,high,low,close,volume\n${rows.join('\n')}\n`)
  const market = { ...MARKET, symbol }
  await importCandles({ path, market, timeframe: '1s', sparse: false, store: open.store })
}

function scored(): KnownParts {
  const known = KnownSeconds.nothing(BLOCK)
  known.tellScores(BLOCK.from, Float32Array.from([0.25, 0.5, 0.25]))
  known.tell(BLOCK.from, { reason: 'gaps', price: 10, oddness: null })
  return new KnownParts([known, KnownSeconds.nothing(BLOCK)])
}

const scores = () => new ScoreStore(open.database.sqlite, 'one', MARKET, 2)

it('keeps a block until the market changes before its end', async () => {
  await store(0, 100)
  const first = scores()
  expect(first.known(BLOCK)).toBeNull()
  first.keep(scored(), first.mark())
  expect(scores().known(BLOCK)?.bytes).toEqual(scored().bytes)
  expect(new ScoreStore(open.database.sqlite, 'another', MARKET, 2).known(BLOCK)).toBeNull()

  await store(200, 260)
  await store(0, 100, 'BTC/USDT')
  expect(scores().known(BLOCK)?.bytes).toEqual(scored().bytes)
  await store(100, 110)
  expect(scores().known(BLOCK)).toBeNull()
})
