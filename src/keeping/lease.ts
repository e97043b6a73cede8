// Work on a PostgreSQL while no server works there.
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../core/errors.ts'
import { CopyingPostgres } from '../core/postgres/copying.ts'
import { Lease, LEASE_MS, SERVER_LEASE } from '../core/postgres/lease.ts'
import type { Workspace } from '../core/workspace.ts'

const RENEW_MS = 1_000
/** Whoever was killed is no longer in the way by then. */
const TAKING_MS = LEASE_MS + 1_000
const ASK_AGAIN_MS = 250

/** `machine:folder`, by which a workspace is named to other machines. */
export function placeOf({ root }: Workspace): string {
  return `${hostname()}:${root}`
}

/** Waits for one that was killed. @throws AppError 409 `database_in_use`, naming who works there; as `CopyingPostgres` */
export async function withLease<T>(
  db: CopyingPostgres,
  workspace: Workspace,
  work: () => Promise<T>,
): Promise<T> {
  const lease = await taken(db, workspace)
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

async function taken(db: CopyingPostgres, workspace: Workspace): Promise<Lease> {
  const until = performance.now() + TAKING_MS
  for (;;) {
    const lease = await Lease.take(db, SERVER_LEASE, placeOf(workspace))
    if (lease instanceof Lease) return lease
    if (performance.now() > until) throw inUse(db.name, lease.heldBy)
    await sleep(ASK_AGAIN_MS)
  }
}

function inUse(name: string, holder: string): AppError {
  const message = `A server, or another move, works on the PostgreSQL ${name}: ${holder} (machine and workspace). Stop it first, and let this run alone there.`
  return new AppError('database_in_use', message, { status: 409 })
}
