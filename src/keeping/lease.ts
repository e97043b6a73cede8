// Work on a PostgreSQL while no server works there.
import { AppError } from '../core/errors.ts'
import { CopyingPostgres } from '../core/postgres/copying.ts'
import { Lease, RENEW_MS } from '../core/postgres/lease.ts'
import type { Workspace } from '../core/workspace.ts'

/** Waits for one that was killed. @throws AppError 409 `database_in_use`, naming who works there; as `CopyingPostgres` */
export async function withLease<T>(
  db: CopyingPostgres,
  workspace: Workspace,
  work: () => Promise<T>,
): Promise<T> {
  const lease = await Lease.ofServer(db, workspace, (holder) => inUse(db.name, holder))
  // Where it could not be renewed a server may begin there: what it writes is found when all is compared.
  const timer = setInterval(() => void lease.renew().catch(() => undefined), RENEW_MS).unref()
  try {
    return await work()
  } finally {
    clearInterval(timer)
    await lease.release().catch(() => undefined)
  }
}

/** The same by its address. */
export async function aloneOn<T>(postgres: string, workspace: Workspace, work: () => Promise<T>): Promise<T> {
  const db = new CopyingPostgres(postgres)
  try {
    return await withLease(db, workspace, work)
  } finally {
    await db.close()
  }
}

function inUse(name: string, holder: string): AppError {
  const message = `A server, or another move, works on the PostgreSQL ${name}: ${holder} (machine and workspace). Stop it first, and let this run alone there.`
  return new AppError('database_in_use', message, { status: 409 })
}
