// Where a workspace's markets are logged, the end of each transaction is noted with what was written: the log is never cut within one.
import type { Sqlite } from '../../core/database.ts'

/** To be called last in each transaction. Does nothing where nothing is logged (`log/capture.ts`) when the store is opened. */
export function transactionEnds(sqlite: Sqlite): () => void {
  if (!isLogged(sqlite)) return () => undefined
  const mark = sqlite.prepare(
    'INSERT OR IGNORE INTO market_outbox_end SELECT seq FROM market_outbox ORDER BY seq DESC LIMIT 1',
  )
  return () => void mark.run()
}

/** Whether the file notes what is written of its markets (`log/capture.ts`). */
export function isLogged(sqlite: Sqlite): boolean {
  const table = sqlite.prepare(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'market_outbox_end'",
  )
  return table.get() !== undefined
}
