// One backtest from its order to its result: a live session led through what is stored, and what came of its calls.
import type { BacktestResult, BacktestTrade } from '../contract/backtests.ts'
import { messageOf } from '../core/errors.ts'
import { SECOND, epochMs } from '../core/time.ts'
import { MarketSeconds } from '../inference/market-seconds.ts'
import { LiveSession, type LiveSignal } from '../inference/session.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import type { TimeRange } from '../market/types.ts'
import { SingleRows } from '../moments/single-rows.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { AgentTrades } from './agent-trades.ts'
import { Heard } from './heard.ts'
import { KeptScores } from './kept-scores.ts'
import type { BacktestOrder } from './order.ts'
import { resultOf } from './result.ts'
import { ScoreAhead } from './score-ahead.ts'
import { StoredSeconds } from './stored-seconds.ts'

export interface RunParts {
  readonly order: BacktestOrder
  readonly checkpoint: LoadedCheckpoint
  readonly predictor: Predictor
  readonly reader: MarketReader
  readonly books: BookStore
  /** Scored before, by a process that did not come to the end; asked before the block's market is read. */
  readonly known: (block: TimeRange) => Float32Array | null
  readonly keep: (block: TimeRange, scores: Float32Array) => void
  readonly onProgress: (share: number) => void
  /** Told every signal, in order. */
  readonly onSignal?: (signal: LiveSignal) => void
}

/** Seconds whose market is read at once. */
const BLOCK = 600 * SECOND

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
  const { order, checkpoint, predictor } = parts
  const books = predictor.readsOrderBook ? parts.books : null
  const seconds = new StoredSeconds({ market: order.market, reader: parts.reader, books })
  const kept = new KeptScores(predictor, () => seconds.now)
  const ahead = new ScoreAhead(predictor)
  const agent = new AgentTrades()
  const session = new LiveSession({
    market: order.market,
    checkpoint: atTerms(checkpoint, order),
    predictor: kept,
    provider: seconds,
    seconds: new MarketSeconds(seconds, order.market, rows, seconds),
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
  for (const block of blocksOf(stretch)) {
    kept.begin(block, parts.known(block))
    await ahead.fill(block, await seconds.read(block), kept)
    await seconds.play(block)
    parts.keep(block, kept.scores)
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

function blocksOf({ from, to }: TimeRange): TimeRange[] {
  const count = Math.ceil((to - from) / BLOCK)
  return Array.from({ length: count }, (_, i) => ({
    from: epochMs(from + i * BLOCK),
    to: epochMs(Math.min(to, from + (i + 1) * BLOCK)),
  }))
}
