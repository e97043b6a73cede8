// Suggestions for whoever shows them: made in a process of its own, which goes when nobody asks.
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../core/errors.ts'
import {
  parseSuggestionAnswer,
  type Proposals,
  type SuggestionOrder,
  type SuggestionQuery,
} from './messages.ts'

const PROCESS = fileURLToPath(new URL('suggestion-process.ts', import.meta.url))
/** The process goes when nobody has asked for so long. */
const IDLE = 10 * 60_000

interface Waiting {
  readonly resolve: (made: Proposals) => void
  readonly reject: (error: Error) => void
}

export class SuggestionService {
  /** Root of the workspace. */
  readonly #workspace: string
  readonly #waiting = new Map<number, Waiting>()
  #process: ChildProcess | null = null
  #idle: NodeJS.Timeout | undefined
  #orders = 0

  constructor(workspace: string) {
    this.#workspace = workspace
  }

  /** As of the marks and HOLDs now. @throws AppError `suggestions_failed` */
  make(query: SuggestionQuery): Promise<Proposals> {
    const id = ++this.#orders
    const order: SuggestionOrder = { ...query, id, workspace: this.#workspace }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#running().send(order)
    })
  }

  stop(): void {
    clearTimeout(this.#idle)
    this.#process?.kill('SIGKILL')
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
    const answer = parseSuggestionAnswer(message)
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.kind === 'made') waiting?.resolve(answer.made)
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
    'suggestions_failed',
    `Suggestions could not be made: ${why}. They are tried again when asked for again.`,
    { status: 503 },
  )
}
