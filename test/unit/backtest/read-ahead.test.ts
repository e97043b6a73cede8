// What is read of a block ahead is what a session's own reader reads of each second by itself, in markets with halts and holes, too.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BlockScorer } from '../../../src/backtest/block-scorer.ts'
import { ceilTo, epochMs, SECOND, type EpochMs } from '../../../src/core/time.ts'
import { MarketSeconds } from '../../../src/inference/market-seconds.ts'
import { oddnessOf } from '../../../src/inference/oddness-of.ts'
import { SecondReader, type SecondResult } from '../../../src/inference/second.ts'
import type { MarketReader } from '../../../src/market/provider.ts'
import type { TimeRange } from '../../../src/market/types.ts'
import { StateSweep } from '../../../src/market-state/sweep.ts'
import { learnOddness } from '../../../src/moments/learn-oddness.ts'
import { MomentMaker } from '../../../src/moments/moment-rows.ts'
import { oddnessFile } from '../../../src/moments/oddness-file.ts'
import { SingleRows } from '../../../src/moments/single-rows.ts'
import { Checkpoints, type LoadedCheckpoint } from '../../../src/orchestrator/checkpoints.ts'
import { loadPredictor } from '../../../src/orchestrator/load-predictor.ts'
import type { Predictor } from '../../../src/orchestrator/predictor.ts'
import { randomMarket } from '../../property/market-state/random-market.ts'
import { MARKET, storeOf } from '../../property/market-state/store-of.ts'
import { EAGER, publishUntrained } from '../inference/checkpoint.ts'
import { openBookStore } from '../market/book-fixture.ts'
import { demoSlice, START } from '../training/demo-slice.ts'

const root = mkdtempSync(join(tmpdir(), 'read-ahead-'))
let checkpoint: LoadedCheckpoint
let predictor: Predictor

beforeAll(async () => {
  const instants = Array.from({ length: 300 }, (_, i) => epochMs(START + i * SECOND))
  const maker = await MomentMaker.open()
  const end = epochMs(START + 300 * SECOND)
  const { values } = await maker.rows(new StateSweep(demoSlice(1, { from: START, to: end })), instants)
  await maker.close()
  const { bytes, facts } = oddnessFile(learnOddness(values, null)!)
  const oddness = { bytes, facts: { ...facts, limit: 19.5 } }
  const version = await publishUntrained(root, { rule: EAGER, calibration: null, oddness })
  checkpoint = await new Checkpoints(root).load('cnn', version)
  predictor = await loadPredictor(checkpoint)
})
afterAll(async () => {
  await predictor.close()
  rmSync(root, { recursive: true })
})

/** As live: nothing is known of a second before it is asked about. */
async function oneByOne(reader: MarketReader, seconds: readonly EpochMs[]): Promise<SecondResult[]> {
  const status = () => ({ state: 'streaming', kind: 'replay', now: START, clockSetBack: null }) as const
  const made = new MarketSeconds({ status, slice: reader.slice }, MARKET, new SingleRows())
  const parts = { seconds: made, predictor, trader: null, oddness: oddnessOf(checkpoint) }
  const results: SecondResult[] = []
  for (const second of seconds) results.push(await new SecondReader(parts).read(second))
  return results
}

/** Whatever a session is not shown of a second that was read before. */
const told = (result: SecondResult | null) => ({ ...result, shown: null })

/** Of 120 seconds around the boundary that the market moves over: as read ahead, and one by one. */
async function bothWays(seed: number) {
  const raw = randomMarket(seed)
  const { reader, close } = storeOf(raw)
  const middle = ceilTo(raw.middle, SECOND)
  const block: TimeRange = { from: epochMs(middle - 20 * SECOND), to: epochMs(middle + 100 * SECOND) }
  const market = { market: MARKET, reader, books: openBookStore() }
  const known = await (await BlockScorer.open({ ...market, checkpoint, predictor })).score(block)
  const alone = await oneByOne(reader, known.seconds())
  close()
  return { ahead: known.seconds().map((second) => known.result(second)), alone }
}

it('says the same of every second, and why it abstains', async () => {
  const reasons = new Set<string | null>()
  for (const seed of [4, 16]) {
    const { ahead, alone } = await bothWays(seed)
    expect(ahead.map(told)).toEqual(alone.map(told))
    for (const { reason } of alone) reasons.add(reason)
  }
  expect(reasons).toEqual(new Set([null, 'unlike_training', 'gaps', 'stale_data', 'not_enough_candles']))
})
