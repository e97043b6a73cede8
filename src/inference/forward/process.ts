// The process that brings forward records up to now, once: reads the workspace beside the server, appends, ends.
import { constants, setPriority } from 'node:os'
import type { DatabaseChoice } from '../../core/database.ts'
import { messageOf } from '../../core/errors.ts'
import { openChosen } from '../../core/open-chosen.ts'
import { epochMs } from '../../core/time.ts'
import { createMarketReader } from '../../market/reader.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { ForwardRecords } from '../../orchestrator/forward/records.ts'
import { keepUp } from './keep-up.ts'

// Live seconds, and whoever answers the page, go first.
setPriority(constants.priority.PRIORITY_LOW)

/** What it is asked. */
export interface ForwardOrder {
  readonly database: DatabaseChoice
  /** UTC ms. */
  readonly now: number
}

process.on('disconnect', () => process.exit(1))
process.once('message', (order) => void carryOut(order as ForwardOrder))

async function carryOut({ database: choice, now }: ForwardOrder): Promise<void> {
  try {
    const database = await openChosen(choice, null, { alone: true })
    const reader = createMarketReader(openMarketStore(database.sqlite))
    await keepUp({ database, records: new ForwardRecords(database), reader, now: epochMs(now) })
    process.exit(0)
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`, () => process.exit(1))
  }
}
