// Who takes jobs of this server's runs: asked of the PostgreSQL that they share. With SQLite there are none.
import type { WorkerOut } from '../contract/workers.ts'
import { epochMs, toIso } from '../core/time.ts'
import type { JobKind } from '../queue/open-queue.ts'
import type { WorkerThere } from '../queue/workers.ts'

/** @param postgres address of the PostgreSQL; null: none. @throws AppError as `CopyingPostgres.ask` */
export async function workersOf(postgres: string | null): Promise<WorkerOut[]> {
  if (postgres === null) return []
  // Whoever has no PostgreSQL does not wait for the queue's code.
  const { findQueue } = await import('../queue/open-queue.ts')
  const { workersThere } = await import('../queue/workers.ts')
  const queue = await findQueue(postgres, 'training')
  if (queue === null) return []
  try {
    return (await workersThere(queue)).map(shown)
  } finally {
    await queue.close()
  }
}

function shown({ since, features, kinds, jobs, ...worker }: WorkerThere): WorkerOut {
  const batches = (kind: JobKind): string[] =>
    jobs.filter((job) => job.kind === kind).map(({ batch }) => batch)
  return {
    ...worker,
    features: [...features],
    started_at: toIso(epochMs(since)),
    kinds: [...kinds],
    jobs: jobs.filter(({ kind }) => kind === 'training').map(({ batch, number }) => ({ run: batch, number })),
    backtests: batches('backtest'),
    moments: batches('moments'),
    exports: batches('export'),
  }
}
