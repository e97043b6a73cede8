// The process of one backtest: takes its order, reads the workspace beside the server, tells how far it is, and the result.
import { constants, setPriority } from 'node:os'
import { openDatabase } from '../core/database.ts'
import { AppError, messageOf } from '../core/errors.ts'
import { workspaceAt } from '../core/workspace.ts'
import { BookStore } from '../market/book/book-store.ts'
import { createMarketReader } from '../market/reader.ts'
import { openMarketStore } from '../market/store/market-store.ts'
import { Checkpoints } from '../orchestrator/checkpoints.ts'
import { loadPredictor } from '../orchestrator/load-predictor.ts'
import type { FromBacktest } from './messages.ts'
import type { BacktestOrder } from './order.ts'
import { runBacktest } from './run-backtest.ts'
import { ScoreStore } from './score-store.ts'

// Live seconds, and whoever answers the page, go first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)

process.on('disconnect', () => process.exit(1))
process.once('message', (order) => {
  void carryOut(order as BacktestOrder).then((end) => process.send?.(end, () => process.exit(0)))
})

async function carryOut(order: BacktestOrder): Promise<FromBacktest> {
  try {
    return { kind: 'completed', result: await run(order) }
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'backtest_failed'
    return { kind: 'failed', error: { code, message: messageOf(error) } }
  }
}

async function run(order: BacktestOrder) {
  const workspace = workspaceAt(order.workspace)
  const { sqlite } = openDatabase(workspace.database, [], { alone: true })
  const checkpoint = await new Checkpoints(workspace.checkpoints).load(order.model, order.checkpoint)
  const scores = new ScoreStore(sqlite, order.id, order.market)
  return runBacktest({
    order,
    checkpoint,
    predictor: await loadPredictor(checkpoint),
    reader: createMarketReader(openMarketStore(sqlite)),
    books: new BookStore(sqlite),
    known: (block) => scores.begin(block),
    keep: (block, made) => scores.keep(block, made),
    onProgress: (progress) => process.send?.({ kind: 'progress', progress } satisfies FromBacktest),
  })
}
