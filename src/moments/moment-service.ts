// The table of moments for whoever asks: kept by a process of its own, which begins when the server has settled or somebody asks.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { startChild } from '../core/child.ts'
import { AppError } from '../core/errors.ts'
import { parseMomentAnswer, type MomentOrder, type SharedRows } from './messages.ts'
import type { MomentProgress, SimilarQuery } from './moment-table.ts'
import type { Like } from './nearest.ts'
import type { Focus } from './wanted.ts'

const PROCESS = new URL('moment-process.ts', import.meta.url)
/** A server that has just started has other things to do. */
const SETTLED_MS = 30_000
/** Of rows on disk: seven weeks of one market. */
export const DEFAULT_MEGABYTES = 4_000

export interface MomentServiceParts {
  /** Root of the workspace. */
  readonly workspace: string
  /** That rows may take on disk; 0: none are made. */
  readonly megabytes?: number
  /** Where workers may make rows; absent: here alone. */
  readonly shared?: SharedRows
  /** Instants around which rows are made first. */
  readonly focus: () => Promise<readonly Focus[]>
  readonly onFault: (error: Error) => void
}

interface Waiting {
  readonly resolve: (likes: readonly Like[] | null) => void
  readonly reject: (error: Error) => void
}

export class MomentService {
  readonly #parts: MomentServiceParts
  readonly #megabytes: number
  readonly #waiting = new Map<number, Waiting>()
  #process: ChildProcess | null = null
  #settling: NodeJS.Timeout | undefined
  #orders = 0
  #isStopped = false
  #progress: MomentProgress | null = null

  constructor(parts: MomentServiceParts) {
    this.#parts = parts
    this.#megabytes = parts.megabytes ?? DEFAULT_MEGABYTES
  }

  /** How far the table has come; null until its process has said so. */
  get progress(): MomentProgress | null {
    return this.#progress
  }

  start(): void {
    if (this.#megabytes === 0) return
    this.#settling = setTimeout(() => this.#running(), SETTLED_MS).unref()
  }

  /** Other instants matter now. */
  refocus(): void {
    if (this.#process !== null) void this.#focus(this.#process)
  }

  /** Null where the moment itself has no row. @throws AppError `moments_off`, `moments_failed` */
  similar(query: SimilarQuery): Promise<readonly Like[] | null> {
    if (this.#megabytes === 0) throw off()
    const id = ++this.#orders
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      send(this.#running(), { kind: 'similar', id, query })
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#settling)
    const child = this.#process
    if (child === null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  #running(): ChildProcess {
    clearTimeout(this.#settling)
    if (this.#process !== null) return this.#process
    const child = startChild(PROCESS)
    child.on('message', (message) => this.#hear(message))
    child.once('exit', (code, signal) => this.#gone(child, signal ?? `exit code ${code}`))
    child.once('error', (error) => this.#gone(child, error.message))
    this.#process = child
    const { workspace, shared = null } = this.#parts
    send(child, { kind: 'open', workspace, megabytes: this.#megabytes, shared })
    void this.#focus(child)
    return child
  }

  async #focus(child: ChildProcess): Promise<void> {
    try {
      send(child, { kind: 'focus', focus: await this.#parts.focus() })
    } catch (error) {
      this.#parts.onFault(error as Error)
    }
  }

  #hear(message: unknown): void {
    const answer = parseMomentAnswer(message)
    if (answer.kind === 'progress') {
      this.#progress = answer.progress
      return
    }
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.kind === 'similar') waiting?.resolve(answer.likes)
    else waiting?.reject(failed(answer.message))
  }

  #gone(child: ChildProcess, how: string): void {
    if (this.#process !== child) return
    this.#process = null
    const error = failed(`its process ended (${how})`)
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    if (this.#isStopped) return
    this.#parts.onFault(error)
    this.start()
  }
}

function send(child: ChildProcess, order: MomentOrder): void {
  if (child.connected) child.send(order)
}

function failed(why: string): AppError {
  const message = `The table of moments could not be asked: ${why}. It is started again when asked again.`
  return new AppError('moments_failed', message, { status: 503 })
}

function off(): AppError {
  const message =
    'No table of moments is kept: serve with --moments and how many megabytes it may take on disk.'
  return new AppError('moments_off', message, { status: 409 })
}
