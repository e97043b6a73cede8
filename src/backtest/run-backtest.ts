// One backtest from its order to its result: a live session led through what is stored, and what came of its calls.
import type { BacktestResult, BacktestTrade } from '../contract/backtests.ts'
import { messageOf } from '../core/errors.ts'
import { MarketSeconds } from '../inference/market-seconds.ts'
import { LiveSession, type LiveSignal } from '../inference/session.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import type { TimeRange } from '../market/types.ts'
import { SingleRows } from '../moments/single-rows.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { AgentTrades } from './agent-trades.ts'
import { storedSeconds } from './block-scorer.ts'
import { blocksOf, type BlockSource } from './block-source.ts'
import { Heard } from './heard.ts'
import { KeptScores } from './kept-scores.ts'
import type { BacktestOrder } from './order.ts'
import { resultOf } from './result.ts'

export interface RunParts {
  readonly order: BacktestOrder
  readonly checkpoint: LoadedCheckpoint
  readonly predictor: Predictor
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
  return resultOf(parts, { heard, agentTrades: parts.predictor.readsAccount ? trades : null, faults })
}

interface Going {
  readonly heard: Heard
  readonly faults: Set<string>
  readonly rows: SingleRows
  readonly onBlock: (block: TimeRange) => void
}

/** A session of its own, which begins flat and without a call. Returns an agent's trades. */
async function goThrough(
  parts: RunParts,
  stretch: TimeRange,
  { heard, faults, rows, onBlock }: Going,
): Promise<BacktestTrade[]> {
  const { order, checkpoint, predictor, source } = parts
  const seconds = storedSeconds({ ...parts, market: order.market })
  const kept = new KeptScores(predictor, () => seconds.now)
  const agent = new AgentTrades()
  const session = new LiveSession({
    market: order.market,
    checkpoint: atTerms(checkpoint, order),
    predictor: kept,
    provider: seconds,
    seconds: new MarketSeconds(seconds, order.market, rows, seconds),
    ahead: kept,
    memory: null,
    stopwatch: () => 0,
    emit: async (signal) => {
      heard.take(signal)
      agent.take(signal)
      parts.onSignal?.(signal)
    },
    onWarning: async () => {},
    onFault: (error) => faults.add(messageOf(error)),
  })
  for (const block of blocksOf(stretch, parts.blockLength)) {
    const known = await source.take(block)
    kept.begin(known)
    seconds.begin(block)
    await seconds.play()
    if (predictor.readsAccount) source.keep(known)
    onBlock(block)
  }
  await session.stop()
  return agent.all()
}

/** An agent's paper account pays what was asked for. */
function atTerms(checkpoint: LoadedCheckpoint, { agentCosts }: BacktestOrder): LoadedCheckpoint {
  const { metadata } = checkpoint
  const hyperparameters = { ...metadata.hyperparameters, ...agentCosts }
  return { ...checkpoint, metadata: { ...metadata, hyperparameters } }
}
