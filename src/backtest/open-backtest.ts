// A backtest's order with what it needs of the workspace, read beside the server: the market's file alone, since the order holds what rooms know.
import { openDatabase } from '../core/database.ts'
import { workspaceAt } from '../core/workspace.ts'
import { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import { createMarketReader } from '../market/reader.ts'
import { openMarketStore } from '../market/store/market-store.ts'
import { Checkpoints, type LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import { loadPredictor } from '../orchestrator/load-predictor.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { BlockScorer } from './block-scorer.ts'
import { partsOf, type BacktestOrder, type OrderPart } from './order.ts'
import { PartScorers } from './part-scorers.ts'
import { ScoreStore } from './score-store.ts'

/** A checkpoint that is open, and the pattern that it answers for. */
export interface OpenPart extends OrderPart {
  readonly loaded: LoadedCheckpoint
  readonly predictor: Predictor
}

export interface OpenBacktest {
  readonly order: BacktestOrder
  /** One, or one for each pattern. */
  readonly parts: readonly OpenPart[]
  readonly reader: MarketReader
  readonly books: BookStore
  readonly store: ScoreStore
  readonly scorer: PartScorers
  /** Releases the networks. */
  readonly close: () => Promise<void>
}

/** @throws AppError where a checkpoint is gone or broken */
export async function openBacktest(order: BacktestOrder): Promise<OpenBacktest> {
  const { market } = order
  const workspace = workspaceAt(order.workspace)
  const { sqlite } = openDatabase(workspace.database, [], { alone: true })
  const reader = createMarketReader(openMarketStore(sqlite))
  const books = new BookStore(sqlite)
  const checkpoints = new Checkpoints(order.checkpoints ?? workspace.checkpoints)
  const parts: OpenPart[] = []
  const scorers: BlockScorer[] = []
  for (const part of partsOf(order)) {
    const loaded = await checkpoints.load(order.model, part.checkpoint)
    const predictor = await loadPredictor(loaded)
    parts.push({ ...part, loaded, predictor })
    scorers.push(await BlockScorer.open({ market, checkpoint: loaded, predictor, reader, books }))
  }
  const store = new ScoreStore(sqlite, order.id, market, parts.length)
  const close = async () => void (await Promise.all(parts.map(({ predictor }) => predictor.close())))
  return { order, parts, reader, books, store, scorer: new PartScorers(scorers), close }
}
