// Has forward records brought up to now in a process of its own: a little after a call ended, and every hour.
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../core/clock.ts'
import type { DatabaseChoice } from '../../core/database.ts'
import type { ForwardOrder } from './process.ts'

export interface ForwardServiceParts {
  readonly database: DatabaseChoice
  /** Wall time. */
  readonly clock: Clock
  readonly onFault: (error: Error) => void
}

const PROCESS = fileURLToPath(new URL('process.ts', import.meta.url))
const AFTER_START_MS = 30_000
/** Calls that end together are added together. */
const AFTER_CALL_MS = 5_000
const EVERY_MS = 3_600_000
const TROUBLE =
  'forward_records: Not every forward record could be brought up to now; it is tried again within the hour.'

export class ForwardService {
  readonly #parts: ForwardServiceParts
  #timer: NodeJS.Timeout | null = null
  #child: ChildProcess | null = null
  /** Something ended while the process was under way. */
  #isDue = false
  #isStopped = false
  #trouble: string | null = null

  constructor(parts: ForwardServiceParts) {
    this.#parts = parts
  }

  /** Why the last try did not bring all records up to now, in words; null where it did. */
  get trouble(): string | null {
    return this.#trouble
  }

  start(): void {
    this.#wait(AFTER_START_MS)
  }

  /** A call of a live session ended. */
  callEnded(): void {
    if (this.#child === null) this.#wait(AFTER_CALL_MS)
    else this.#isDue = true
  }

  /** What is not added yet is with the next start. */
  stop(): void {
    this.#isStopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#child?.kill('SIGKILL')
  }

  #wait(ms: number): void {
    if (this.#isStopped) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#run(), ms)
    this.#timer.unref()
  }

  #run(): void {
    this.#timer = null
    const child = fork(PROCESS, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.#child = child
    let complaint = ''
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (complaint = (complaint + text).slice(-2000)))
    child.on('error', (error) => this.#ended(error))
    child.on('close', (code) =>
      this.#ended(code === 0 ? null : new Error(`exit code ${code}: ${complaint.trim()}`)),
    )
    const order: ForwardOrder = { database: this.#parts.database, now: this.#parts.clock.now() }
    child.send(order)
  }

  #ended(fault: Error | null): void {
    if (this.#child === null) return
    this.#child = null
    if (this.#isStopped) return
    this.#trouble = fault === null ? null : `${TROUBLE} ${fault.message}`
    if (fault !== null) this.#parts.onFault(fault)
    this.#wait(this.#isDue ? AFTER_CALL_MS : EVERY_MS)
    this.#isDue = false
  }
}
