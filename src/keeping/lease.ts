// Work on a PostgreSQL while no server is there.
import { AppError } from '../core/errors.ts'
import { CopyingPostgres } from '../core/postgres/copying.ts'
import { Lease, MOVER_LEASE, outwait, placeOf, RENEW_MS, type Holder } from '../core/postgres/lease.ts'
import type { Workspace } from '../core/workspace.ts'

/** Waits for one that was killed. @throws AppError 409 `database_in_use`, naming who is there; as `CopyingPostgres` */
export async function withLease<T>(
  db: CopyingPostgres,
  workspace: Workspace,
  work: () => Promise<T>,
): Promise<T> {
  const leases: Lease[] = []
  // Where one could not be renewed a server may begin there: what it writes is found when all is compared.
  const renew = (): void => {
    for (const lease of leases) void lease.renew().catch(() => undefined)
  }
  const timer = setInterval(renew, RENEW_MS).unref()
  try {
    leases.push(await Lease.ofServer(db, workspace, (holder) => inUse(db.name, holder)))
    const moving = await Lease.take(db, MOVER_LEASE, placeOf(workspace))
    if (!(moving instanceof Lease)) throw inUse(db.name, moving.heldBy)
    leases.push(moving)
    await requireNobody(db, workspace)
    return await work()
  } finally {
    clearInterval(timer)
    for (const lease of leases) await lease.release().catch(() => undefined)
  }
}

/** Servers beside the owner are there, too. */
async function requireNobody(db: CopyingPostgres, workspace: Workspace): Promise<void> {
  const other = async (): Promise<Holder | null> => {
    const [heldBy] = await Lease.others(db, placeOf(workspace))
    return heldBy === undefined ? null : { heldBy }
  }
  await outwait(other, (heldBy) => inUse(db.name, heldBy))
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
