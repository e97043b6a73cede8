// Who takes jobs of this server's runs: asked of the PostgreSQL that they share. With SQLite there are none.
import type { WorkerOut } from '../contract/workers.ts'
import { epochMs, toIso } from '../core/time.ts'

/** @param postgres address of the PostgreSQL; null: none. @throws AppError as `CopyingPostgres.ask` */
export async function workersOf(postgres: string | null): Promise<WorkerOut[]> {
  if (postgres === null) return []
  // Whoever has no PostgreSQL does not wait for the queue's code.
  const { findQueue } = await import('../training/queue/open-queue.ts')
  const { workersThere } = await import('../training/queue/workers.ts')
  const queue = await findQueue(postgres)
  if (queue === null) return []
  try {
    return (await workersThere(queue)).map(({ since, features, kinds, jobs, backtests, ...worker }) => ({
      ...worker,
      features: [...features],
      started_at: toIso(epochMs(since)),
      kinds: [...kinds],
      jobs: [...jobs],
      backtests: [...backtests],
    }))
  } finally {
    await queue.close()
  }
}
