// One backtest from its order to its result: a live session led through what is stored, and what came of its calls.
import type { BacktestResult, BacktestTrade } from '../contract/backtests.ts'
import { at } from '../core/at.ts'
import { messageOf } from '../core/errors.ts'
import type { LiveSignal } from '../inference/session.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import type { TimeRange } from '../market/types.ts'
import { SingleRows } from '../moments/single-rows.ts'
import { AgentTrades } from './agent-trades.ts'
import { blocksOf, type BlockSource } from './block-source.ts'
import { Heard } from './heard.ts'
import { KeptScores } from './kept-scores.ts'
import { ledSession, type LedPart } from './led-session.ts'
import type { OpenPart } from './open-backtest.ts'
import type { BacktestOrder } from './order.ts'
import { resultOf } from './result.ts'
import { StoredSeconds } from './stored-seconds.ts'

export interface RunParts {
  readonly order: BacktestOrder
  readonly parts: readonly OpenPart[]
  readonly reader: MarketReader
  readonly books: BookStore
  readonly source: BlockSource
  /** Milliseconds of a block; changes no bit. */
  readonly blockLength?: number
  readonly onProgress: (share: number) => void
  /** Told every signal, in order. */
  readonly onSignal?: (signal: LiveSignal) => void
}

export async function runBacktest(parts: RunParts): Promise<BacktestResult> {
  const { order } = parts
  const rows = new SingleRows()
  const heard = new Heard()
  const trades: BacktestTrade[] = []
  const faults = new Set<string>()
  const total = order.stretches.reduce((sum, { from, to }) => sum + (to - from), 0)
  let done = 0
  for (const stretch of order.stretches) {
    heard.begin(stretch)
    const onBlock = ({ from, to }: TimeRange) => parts.onProgress((done += to - from) / total)
    trades.push(...(await goThrough(parts, stretch, { heard, faults, rows, onBlock })))
  }
  return resultOf(parts, { heard, agentTrades: isOneAgent(parts) ? trades : null, faults })
}

interface Going {
  readonly heard: Heard
  readonly faults: Set<string>
  readonly rows: SingleRows
  readonly onBlock: (block: TimeRange) => void
}

/** By a session of its own, which begins flat and without a call. Returns an agent's trades. */
async function goThrough(
  run: RunParts,
  stretch: TimeRange,
  { heard, faults, rows, onBlock }: Going,
): Promise<BacktestTrade[]> {
  const { order, parts, reader, books, source } = run
  const readsBooks = parts.some(({ predictor }) => predictor.readsOrderBook)
  const seconds = new StoredSeconds({ market: order.market, reader, books: readsBooks ? books : null })
  const led = parts.map((part): LedPart => ({
    part,
    kept: new KeptScores(part.predictor, () => seconds.now),
  }))
  const agent = new AgentTrades()
  const session = ledSession({
    order,
    parts: led,
    seconds,
    rows,
    onSignal: (signal, caller) => {
      heard.take(signal, caller)
      agent.take(signal)
      run.onSignal?.(signal)
    },
    onFault: (error) => faults.add(messageOf(error)),
  })
  for (const block of blocksOf(stretch, run.blockLength)) {
    const known = await source.take(block)
    for (const [i, { kept }] of led.entries()) kept.begin(at(known.parts, i))
    seconds.begin(block)
    await seconds.play()
    if (parts.some(({ predictor }) => predictor.readsAccount)) source.keep(known)
    onBlock(block)
  }
  await session.stop()
  return agent.all()
}

/** What one trades by its own account; of several, each of which has one, calls are followed. */
function isOneAgent({ order, parts }: RunParts): boolean {
  return order.parts === undefined && parts.every(({ predictor }) => predictor.readsAccount)
}
