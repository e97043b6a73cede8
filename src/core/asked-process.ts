// One's end of a process that is asked things and answers one after the other: started when it is asked, gone when nobody asks for long.
import type { ChildProcess } from 'node:child_process'
import { startChild } from './child.ts'
import { parseAnswered, type Asked } from './answering.ts'

/** ms. It may keep what it read to answer: rows of a day take 170 MB. */
const IDLE = 10 * 60_000

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

export interface AskedOptions {
  /** What who asked is told. */
  readonly failed?: (why: string) => Error
  /** The process goes when it has had nothing to answer for so long, ms. */
  readonly idle?: number
}

export class AskedProcess<Question extends object, Answer> {
  readonly #module: URL
  readonly #failed: (why: string) => Error
  readonly #idle: number
  readonly #waiting = new Map<number, Waiting<Answer>>()
  #child: ChildProcess | null = null
  #timer: NodeJS.Timeout | undefined
  #questions = 0

  /** @param module what the process runs: it calls `answering` */
  constructor(module: URL, { failed = (why) => new Error(why), idle = IDLE }: AskedOptions = {}) {
    this.#module = module
    this.#failed = failed
    this.#idle = idle
  }

  /** Starts the process where it is not there. Rejects with `failed` where it cannot answer, or ends before it has. */
  ask(question: Question): Promise<Answer> {
    const id = ++this.#questions
    clearTimeout(this.#timer)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#running().send({ id, question } satisfies Asked<Question>)
    })
  }

  /** At once; what is being asked then fails. The next question starts another. */
  stop(): void {
    clearTimeout(this.#timer)
    const child = this.#child
    if (child === null) return
    child.kill('SIGKILL')
    this.#gone(child, 'it was stopped')
  }

  #running(): ChildProcess {
    if (this.#child !== null) return this.#child
    const child = startChild(this.#module)
    child.on('message', (message) => this.#hear(message))
    child.once('exit', (code, signal) => this.#gone(child, signal ?? `exit code ${code}`))
    child.on('error', (error) => this.#gone(child, error.message))
    this.#child = child
    return child
  }

  #hear(message: unknown): void {
    const said = parseAnswered<Answer>(message)
    const waiting = this.#waiting.get(said.id)
    this.#waiting.delete(said.id)
    if (this.#waiting.size === 0) this.#timer = setTimeout(() => this.stop(), this.#idle).unref()
    if (said.kind === 'made') waiting?.resolve(said.answer)
    else waiting?.reject(this.#failed(said.why))
  }

  /** What was asked of one that came after it waits on. */
  #gone(child: ChildProcess, how: string): void {
    if (this.#child !== child) return
    this.#child = null
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(this.#failed(`its process ended before it was done (${how})`))
  }
}
