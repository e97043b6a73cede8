// Who of the servers on one PostgreSQL is its owner, who follows the markets, trains and answers live: this one, or one beside which it waits to take over.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import type { CopyingPostgres } from '../../core/postgres/copying.ts'
import {
  Lease,
  LEASE_MS,
  MOVER_LEASE,
  OWNER_LEASE,
  outwait,
  placeOf,
  RENEW_MS,
  type Holder,
} from '../../core/postgres/lease.ts'
import { LOOK_MS, Steadiness } from '../../core/postgres/steadiness.ts'
import type { Workspace } from '../../core/workspace.ts'

export interface RoleParts {
  readonly db: CopyingPostgres
  readonly workspace: Workspace
  /** Else it is refused where another is the owner. */
  readonly mayBeBeside: boolean
  /** The owner is gone, and this server is it now. Where it throws the lease is given back. */
  readonly onOwned: () => Promise<void>
  /** Another server beside which this one waits is the owner now. */
  readonly onOwner: (place: string) => void
  /** Another server took it from this one, which was out of reach. */
  readonly onLost: () => void
  readonly onFault: (error: unknown) => void
}

export class Role {
  readonly #parts: RoleParts
  readonly #there: Lease
  readonly #end = new AbortController()
  #lease: Lease | null
  #owner: string
  #others: readonly string[] = []
  #running: Promise<void> = Promise.resolve()
  readonly #steadiness = new Steadiness()
  #renewed = 0
  #isWatching = false
  #owning: Promise<void> | null = null
  #turning: Promise<void> = Promise.resolve()

  private constructor(parts: RoleParts, there: Lease, taken: Lease | Holder) {
    this.#parts = parts
    this.#there = there
    this.#lease = taken instanceof Lease ? taken : null
    this.#owner = taken instanceof Lease ? placeOf(parts.workspace) : taken.heldBy
    this.#running = this.#run()
  }

  /**
   * The owner where there is none, else beside it.
   * @throws AppError 409 `database_in_use` where rows are being moved, or another is the owner and none may stand beside it; as `CopyingPostgres`
   */
  static async begin(parts: RoleParts): Promise<Role> {
    const { db, workspace, mayBeBeside } = parts
    // Said first, asked then: whoever moves rows does it the other way round, so that one of the two sees the other.
    const there = await Lease.ofPresence(db, workspace)
    try {
      await requireNoMove(db)
      const taken = mayBeBeside
        ? await Lease.take(db, OWNER_LEASE, placeOf(workspace))
        : await Lease.ofServer(db, workspace, (holder) => inUse(db.name, holder))
      return new Role(parts, there, taken)
    } catch (error) {
      await there.release().catch(() => undefined)
      throw error
    }
  }

  get isOwner(): boolean {
    return this.#lease !== null
  }

  /** `machine:folder` of the owner. */
  get owner(): string {
    return this.#owner
  }

  /** False while it takes over: what the owner before left is being put in order. */
  get isSettled(): boolean {
    return this.#owning === null
  }

  /** Resolves once it does not take over. */
  async settled(): Promise<void> {
    while (this.#owning !== null) await this.#owning
  }

  /** Of the lease that is held; null where another is the owner. */
  get token(): number | null {
    return this.#lease?.token ?? null
  }

  /** Other servers there, as of the last time it looked. */
  get others(): readonly string[] {
    return this.#others
  }

  /** @throws AppError as `CopyingPostgres` */
  async lookAround(): Promise<void> {
    this.#others = await Lease.others(this.#parts.db, placeOf(this.#parts.workspace))
  }

  /** From now on it takes over where the owner is gone. */
  watch(): void {
    this.#isWatching = true
  }

  /** It takes over no more; resolves when it is not taking over. */
  async rest(): Promise<void> {
    this.#isWatching = false
    await this.#turning
  }

  /** Nothing is renewed or taken any more. */
  async stop(): Promise<void> {
    this.#end.abort()
    await this.#running
  }

  /** Whoever waits need not wait until it runs out. After `stop`. @throws AppError as `CopyingPostgres` */
  async release(): Promise<void> {
    await this.#lease?.release()
    await this.#there.release()
  }

  async #run(): Promise<void> {
    const { signal } = this.#end
    while (!signal.aborted) {
      const wait = this.isOwner ? RENEW_MS : LOOK_MS
      await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined)
      if (signal.aborted) return
      // Where PostgreSQL is away nobody else can take it either.
      this.#turning = this.#turn().catch(() => undefined)
      await this.#turning
    }
  }

  async #turn(): Promise<void> {
    const lease = this.#lease
    if (lease !== null && !(await lease.renew())) return this.#lost()
    const now = performance.now()
    if (now - this.#renewed >= RENEW_MS - LOOK_MS) {
      this.#renewed = now
      await this.#there.renew()
      await this.lookAround()
    }
    if (lease === null && this.#isWatching) await this.#look()
  }

  /** It does not take it back: what it kept in memory is not what counts any more. */
  async #lost(): Promise<void> {
    const { db, onLost } = this.#parts
    this.#end.abort()
    this.#lease = null
    onLost()
    this.#owner = (await Lease.look(db, OWNER_LEASE))?.heldBy ?? this.#owner
  }

  async #look(): Promise<void> {
    const { db, workspace, onOwner } = this.#parts
    const look = await Lease.look(db, OWNER_LEASE)
    if (look === null) return
    const { now, heldBy, isOver } = look
    if (heldBy !== this.#owner && !isOver) {
      this.#owner = heldBy
      onOwner(heldBy)
    }
    this.#steadiness.look(now)
    if (!isOver || !this.#steadiness.isSteady) return
    const taken = await Lease.take(db, OWNER_LEASE, placeOf(workspace), this.#steadiness.until)
    if (!(taken instanceof Lease)) return
    this.#owning = this.#own(taken).finally(() => (this.#owning = null))
    await this.#owning
  }

  async #own(lease: Lease): Promise<void> {
    const { workspace, onOwned, onFault } = this.#parts
    const before = this.#owner
    this.#lease = lease
    this.#owner = placeOf(workspace)
    // What follows may take longer than the lease lasts.
    const timer = setInterval(() => void lease.renew().catch(() => undefined), RENEW_MS)
    try {
      await onOwned()
    } catch (error) {
      this.#lease = null
      this.#owner = before
      onFault(error)
      await lease.release()
    } finally {
      clearInterval(timer)
    }
  }
}

/** Waits for one that was killed. */
async function requireNoMove(db: CopyingPostgres): Promise<void> {
  const mover = async (): Promise<Holder | null> => {
    const move = await Lease.look(db, MOVER_LEASE)
    return move?.isOver === false ? move : null
  }
  await outwait(mover, (heldBy) => moving(db.name, heldBy))
}

function inUse(name: string, holder: string): AppError {
  const message = `A server works on the PostgreSQL ${name} already: ${holder} (machine and workspace). One at a time follows markets, trains and answers live there; ask it, or let annotate serve stand beside it.`
  return new AppError('database_in_use', message, { status: 409 })
}

function moving(name: string, holder: string): AppError {
  const message = `Rows of the PostgreSQL ${name} are being moved by ${holder} (machine and workspace): no server works there meanwhile. Start this one again once that is over.`
  return new AppError('database_in_use', message, { status: 409 })
}

/** @returns what whoever was the owner is told once another is */
export function takenOver(name: string): AppError {
  const message = `Another server works on the PostgreSQL ${name} now: this one was out of reach for more than ${LEASE_MS / 1000} s. It stores nothing of its markets there any more; annotate serve begins anew, beside the other.`
  return new AppError('taken_over', message, { status: 409 })
}
