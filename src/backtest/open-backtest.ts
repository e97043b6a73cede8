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
import type { BacktestOrder } from './order.ts'
import { ScoreStore } from './score-store.ts'

export interface OpenBacktest {
  readonly order: BacktestOrder
  readonly checkpoint: LoadedCheckpoint
  readonly predictor: Predictor
  readonly reader: MarketReader
  readonly books: BookStore
  readonly store: ScoreStore
  readonly scorer: BlockScorer
}

/** @throws AppError where the checkpoint is gone or broken */
export async function openBacktest(order: BacktestOrder): Promise<OpenBacktest> {
  const { market } = order
  const workspace = workspaceAt(order.workspace)
  const { sqlite } = openDatabase(workspace.database, [], { alone: true })
  const checkpoint = await new Checkpoints(workspace.checkpoints).load(order.model, order.checkpoint)
  const predictor = await loadPredictor(checkpoint)
  const reader = createMarketReader(openMarketStore(sqlite))
  const books = new BookStore(sqlite)
  const scorer = await BlockScorer.open({ market, checkpoint, predictor, reader, books })
  const store = new ScoreStore(sqlite, order.id, market)
  return { order, checkpoint, predictor, reader, books, store, scorer }
}
