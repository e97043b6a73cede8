// The process of one backtest: takes its order, reads the workspace beside the server, tells how far it is, and the result.
import { availableParallelism, constants, setPriority } from 'node:os'
import { AppError, messageOf } from '../core/errors.ts'
import { HOUR } from '../core/time.ts'
import type { BacktestResult } from '../contract/backtests.ts'
import { blocksOf } from './block-source.ts'
import { Blocks } from './blocks.ts'
import type { FromBacktest } from './messages.ts'
import { openBacktest } from './open-backtest.ts'
import type { BacktestOrder } from './order.ts'
import { runBacktest } from './run-backtest.ts'

/** A shorter span is gone through before a process more, which takes two seconds of a core to begin, has paid for that. */
const PAYS = 6 * HOUR

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

async function run(order: BacktestOrder): Promise<BacktestResult> {
  const opened = await openBacktest(order)
  const all = order.stretches.flatMap((stretch) => blocksOf(stretch))
  const source = new Blocks({ ...opened, blocks: all, helpers: processesFor(order, all.length) - 1 })
  try {
    return await runBacktest({
      ...opened,
      source,
      onProgress: (progress) => process.send?.({ kind: 'progress', progress } satisfies FromBacktest),
    })
  } finally {
    source.close()
  }
}

/** This one and those that help it. */
function processesFor(order: BacktestOrder, blocks: number): number {
  const { processes, cores = availableParallelism(), stretches } = order
  if (processes !== undefined) return Math.min(processes, blocks)
  const span = stretches.reduce((sum, { from, to }) => sum + (to - from), 0)
  return Math.min(cores, Math.ceil(span / PAYS))
}
