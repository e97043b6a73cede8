// Previews for whoever shows them: made in a process of its own, kept until a mark changes.
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { PreviewOut, PreviewQuery } from '../../contract/preview.ts'
import { marketKey } from '../../contract/market-name.ts'
import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { parseInstant, toIso } from '../../core/time.ts'
import type { Market } from '../../market/types.ts'
import { parseAnswer, type Preview, type PreviewOrder } from './messages.ts'

const PROCESS = fileURLToPath(new URL('preview-process.ts', import.meta.url))
/** The process goes when nobody has asked for so long: rows of a day take 170 MB. */
const IDLE = 10 * 60_000

interface Waiting {
  readonly resolve: (preview: Preview) => void
  readonly reject: (error: Error) => void
}

export interface PreviewParts {
  /** Root of the workspace. */
  readonly workspace: string
  readonly clock: Clock
}

export class PreviewService {
  readonly #parts: PreviewParts
  /** As of the marks now, by market and pattern. */
  readonly #kept = new Map<string, Promise<PreviewOut>>()
  readonly #waiting = new Map<number, Waiting>()
  #process: ChildProcess | null = null
  #idle: NodeJS.Timeout | undefined
  #orders = 0

  constructor(parts: PreviewParts) {
    this.#parts = parts
  }

  /** @throws AppError `preview_failed`, `invalid_timestamp` */
  async get(market: Market, { pattern, from, to }: PreviewQuery): Promise<PreviewOut> {
    const range = {
      from: from === undefined ? -Infinity : parseInstant(from, 'from'),
      to: to === undefined ? Infinity : parseInstant(to, 'to'),
    }
    return within(await this.#keptOf(market, pattern ?? null), range)
  }

  /** A mark or a reviewed span of the market changed: what was said of it holds no longer. */
  changed(market: Market): void {
    for (const key of this.#kept.keys()) if (key.startsWith(`${marketKey(market)}@`)) this.#kept.delete(key)
  }

  stop(): void {
    clearTimeout(this.#idle)
    this.#process?.kill('SIGKILL')
  }

  #keptOf(market: Market, pattern: string | null): Promise<PreviewOut> {
    const key = `${marketKey(market)}@${pattern ?? ''}`
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const made = this.#make(market, pattern).then((preview) => ({
      ...preview,
      fitted_at: toIso(this.#parts.clock.now()),
    }))
    this.#kept.set(key, made)
    // What failed is tried again when it is asked for again.
    made.catch(() => {
      if (this.#kept.get(key) === made) this.#kept.delete(key)
    })
    return made
  }

  #make(market: Market, pattern: string | null): Promise<Preview> {
    const id = ++this.#orders
    const { venue, symbol } = market
    const order: PreviewOrder = { id, workspace: this.#parts.workspace, market: { venue, symbol }, pattern }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#running().send(order)
    })
  }

  #running(): ChildProcess {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#process?.kill('SIGKILL'), IDLE).unref()
    if (this.#process !== null) return this.#process
    const child = fork(PROCESS, [], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    child.on('message', (message) => this.#hear(message))
    child.once('exit', (code, signal) => this.#gone(child, signal ?? `exit code ${code}`))
    child.once('error', (error) => this.#gone(child, error.message))
    this.#process = child
    return child
  }

  #hear(message: unknown): void {
    const answer = parseAnswer(message)
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.kind === 'made') waiting?.resolve(answer.preview)
    else waiting?.reject(failed(answer.message))
  }

  #gone(child: ChildProcess, how: string): void {
    if (this.#process === child) this.#process = null
    for (const { reject } of this.#waiting.values()) reject(failed(`its process ended (${how})`))
    this.#waiting.clear()
  }
}

function failed(why: string): AppError {
  return new AppError(
    'preview_failed',
    `The preview could not be made: ${why}. It is tried again when asked for again.`,
    {
      status: 503,
    },
  )
}

function within(preview: PreviewOut, { from, to }: { from: number; to: number }): PreviewOut {
  const isInside = ({ timestamp }: { timestamp: string }): boolean => {
    const instant = Date.parse(timestamp)
    return instant >= from && instant < to
  }
  const calls = preview.calls.filter(isInside)
  const misses = preview.misses.filter(isInside)
  const hits = calls.filter(({ annotation_id }) => annotation_id !== null).length
  return { ...preview, calls, hits, false_calls: calls.length - hits, missed: misses.length, misses }
}
