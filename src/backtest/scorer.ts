// A process that scores blocks of a backtest, one after the other, for the process that goes through them; it ends with that one.
import { constants, setPriority } from 'node:os'
import type { TimeRange } from '../market/types.ts'
import { openBacktest } from './open-backtest.ts'
import type { BacktestOrder } from './order.ts'
import { parseToScorer, type FromScorer } from './scorer-messages.ts'

setPriority(constants.priority.PRIORITY_BELOW_NORMAL)

let opened: ReturnType<typeof openBacktest> | null = null
let queue: Promise<void> = Promise.resolve()

process.on('disconnect', () => process.exit(1))
process.on('message', (raw) => {
  const message = parseToScorer(raw)
  queue = queue.then(async () => {
    if (message.kind === 'order') await open(message.order)
    else await score(message.block)
  })
  // Whoever asked does it itself, and says what is wrong with it.
  queue.catch(() => process.exit(1))
})

async function open(order: BacktestOrder): Promise<void> {
  opened = openBacktest(order)
  await opened
  tell({ kind: 'ready' })
}

async function score(block: TimeRange): Promise<void> {
  if (opened === null) throw new Error('a block came before the backtest that it is of')
  const { store, scorer } = await opened
  const mark = store.mark()
  const { bytes } = await scorer.score(block)
  tell({ kind: 'scored', block, mark, bytes })
}

function tell(message: FromScorer): void {
  process.send?.(message)
}
