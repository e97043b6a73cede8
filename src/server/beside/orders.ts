// What only one server does, asked of another: handed to whoever has a lease, the owner's or a market's, through the PostgreSQL that they share, done there, and answered here.
import { randomUUID } from 'node:crypto'
import { AppError } from '../../core/errors.ts'
import type { CopyingPostgres } from '../../core/postgres/copying.ts'
import { TAKING_MS } from '../../core/postgres/lease.ts'
import { NOW } from '../../core/postgres/now.ts'
import { DAY, MINUTE } from '../../core/time.ts'
import { Rounds } from '../../core/rounds.ts'
import { Wake } from '../../core/wake.ts'

/** Where no notice came. */
const EVERY_MS = 1_000
/** An order that nobody takes for so long is withdrawn: another owner would have been there by then. */
const PATIENCE_MS = TAKING_MS + 4_000
/** Answers that nobody fetched; and orders that were taken by an owner that is gone. */
const KEPT_MS = MINUTE
const FORGOTTEN_MS = DAY

/** What an operation is asked with; bodies of bytes as they are. */
export interface Order {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

/** Does an operation. @throws AppError where it is refused */
export type Doing = (operation: string, order: Order) => Promise<unknown>

/** JSON. */
type Answer = { readonly given: unknown } | { readonly refused: Refusal }

interface Refusal {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly field?: string
  readonly details: Record<string, unknown>
}

export interface OrdersParts {
  readonly db: CopyingPostgres
  /** Tells the other servers that there is an order, or an answer. */
  readonly tell: () => Promise<void>
  /** Fencing tokens of the leases that this server has, by their names. */
  readonly held: () => ReadonlyMap<string, number>
  /** `machine:folder` of this server. */
  readonly place: string
  readonly onFault: (error: unknown) => void
}

export class Orders {
  readonly #parts: OrdersParts
  readonly #rounds = new Rounds({ round: () => this.#takeAll(), every: EVERY_MS })
  readonly #waiting = new Set<Wake>()
  #doing: Doing | null = null
  #pruned = 0

  constructor(parts: OrdersParts) {
    this.#parts = parts
  }

  /** How operations are done here. */
  doBy(doing: Doing): void {
    this.#doing = doing
    this.#rounds.wake()
  }

  /** Somebody says that there is an order, or an answer. */
  wake(): void {
    this.#rounds.wake()
    for (const waiting of this.#waiting) waiting.call()
  }

  start(): void {
    this.#rounds.start()
  }

  async stop(): Promise<void> {
    const ended = this.#rounds.stop()
    this.wake()
    await ended
  }

  /**
   * What whoever has the lease answers. @throws AppError as that one refuses; 503 `owner_away` where none took it, and nothing was done; 503 `owner_lost` where the
   * one that took it is gone
   */
  async ask(lease: string, operation: string, order: Order): Promise<unknown> {
    const id = randomUUID()
    const { db, tell } = this.#parts
    const since = performance.now()
    const wake = new Wake()
    this.#waiting.add(wake)
    try {
      await db.ask(
        `INSERT INTO server_order (id, lease, operation, asked, made_at) VALUES ($1, $2, $3, $4, ${NOW})`,
        [id, lease, operation, textOf(order)],
      )
      await tell()
      for (;;) {
        const answer = await this.#answerTo(id, performance.now() - since > PATIENCE_MS)
        if (answer !== null) return given(answer)
        if (this.#rounds.isOver) throw away()
        await wake.wait(EVERY_MS)
      }
    } finally {
      this.#waiting.delete(wake)
    }
  }

  /** Null: not yet. @param isLate where none has taken it, it is withdrawn */
  async #answerTo(id: string, isLate: boolean): Promise<Answer | null> {
    const { db } = this.#parts
    const [row] = await db.ask<{ answer: string | null; token: number | null; now: number | null }>(
      'SELECT answer, token, (SELECT token FROM lease WHERE name = server_order.lease) AS now FROM server_order WHERE id = $1',
      [id],
    )
    if (row === undefined) throw away()
    if (row.answer !== null) {
      await db.ask('DELETE FROM server_order WHERE id = $1', [id])
      return JSON.parse(row.answer) as Answer
    }
    if (row.token !== null && row.token !== row.now) throw lost()
    if (row.token !== null || !isLate) return null
    const gone = await db.ask('DELETE FROM server_order WHERE id = $1 AND token IS NULL RETURNING id', [id])
    if (gone.length > 0) throw away()
    return null
  }

  async #takeAll(): Promise<void> {
    const { db, held } = this.#parts
    const [leases, doing] = [held(), this.#doing]
    if (leases.size === 0 || doing === null) return
    const taken = await db.ask<{ id: string; operation: string; asked: string }>(
      `UPDATE server_order SET token = held.token FROM unnest($1::text[], $2::bigint[]) AS held (name, token)
       JOIN lease ON lease.name = held.name AND lease.token = held.token
       WHERE server_order.lease = held.name AND server_order.token IS NULL RETURNING id, operation, asked`,
      [[...leases.keys()], [...leases.values()]],
    )
    for (const { id, operation, asked } of taken) void this.#do(id, () => doing(operation, orderOf(asked)))
    await this.#prune()
  }

  async #prune(): Promise<void> {
    const now = performance.now()
    if (now - this.#pruned < KEPT_MS) return
    this.#pruned = now
    await this.#parts.db.ask(
      `DELETE FROM server_order WHERE answered_at < ${NOW} - ${KEPT_MS} OR made_at < ${NOW} - ${FORGOTTEN_MS}`,
    )
  }

  async #do(id: string, work: () => Promise<unknown>): Promise<void> {
    const { db, tell, onFault } = this.#parts
    try {
      const answer = await work().then(
        (value): Answer => ({ given: value ?? null }),
        (error: unknown) => this.#refusal(error),
      )
      await db.ask(`UPDATE server_order SET answer = $1, answered_at = ${NOW} WHERE id = $2`, [
        JSON.stringify(answer),
        id,
      ])
      await tell()
    } catch (error) {
      onFault(error)
    }
  }

  /** What is ours to mend is told here, as of a request to this server. */
  #refusal(error: unknown): Answer {
    if (error instanceof AppError) return refusalOf(error)
    this.#parts.onFault(error)
    const message = `${this.#parts.place} (machine and workspace) failed at this; its log says why.`
    return refusalOf(new AppError('internal_error', message, { status: 500 }))
  }
}

function refusalOf(error: AppError): Answer {
  const { code, message, status, field, details } = error
  return { refused: { code, message, status, details, ...(field === undefined ? {} : { field }) } }
}

/** @throws AppError */
function given(answer: Answer): unknown {
  if ('given' in answer) return answer.given
  const { code, message, ...options } = answer.refused
  throw new AppError(code, message, options)
}

function textOf({ params, query, body }: Order): string {
  const bytes = body instanceof Uint8Array ? { bytes: Buffer.from(body).toString('base64') } : { body }
  return JSON.stringify({ params, query, ...bytes })
}

function orderOf(text: string): Order {
  const { bytes, ...order } = JSON.parse(text) as Order & { bytes?: string }
  return bytes === undefined ? order : { ...order, body: Buffer.from(bytes, 'base64') }
}

function away(): AppError {
  const message = `No other server, whose part this is, took it within ${PATIENCE_MS / 1000} s. Nothing was done; try again in a moment.`
  return new AppError('owner_away', message, { status: 503 })
}

function lost(): AppError {
  const message =
    'The server whose part this is was lost while it did it: it may or may not have been done. Look before doing it again; another is taking over.'
  return new AppError('owner_lost', message, { status: 503 })
}
