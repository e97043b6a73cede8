// The server's end of a process that is asked things and answers one after the other: started when it is asked, gone when nobody asks for long.
import { fork, type ChildProcess } from 'node:child_process'
import type { AppError } from '../../core/errors.ts'
import { parseAnswer, type Ordered } from './orders.ts'

/** The process goes when nobody has asked for so long: rows of a day take 170 MB. */
const IDLE = 10 * 60_000

interface Waiting<Made> {
  readonly resolve: (made: Made) => void
  readonly reject: (error: Error) => void
}

export class AskedProcess<Order extends object, Made> {
  readonly #file: string
  readonly #failed: (why: string) => AppError
  readonly #waiting = new Map<number, Waiting<Made>>()
  #process: ChildProcess | null = null
  #idle: NodeJS.Timeout | undefined
  #orders = 0

  /**
   * @param file of the process, which calls `answerOrders`
   * @param failed what who asked is told
   */
  constructor(file: string, failed: (why: string) => AppError) {
    this.#file = file
    this.#failed = failed
  }

  /** Rejects with `failed` where the process cannot make it, or ends before it has. */
  ask(order: Order): Promise<Made> {
    const id = ++this.#orders
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#running().send({ ...order, id } satisfies Ordered<Order>)
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
    const child = fork(this.#file, [], {
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
    const answer = parseAnswer<Made>(message)
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.kind === 'made') waiting?.resolve(answer.made)
    else waiting?.reject(this.#failed(answer.message))
  }

  #gone(child: ChildProcess, how: string): void {
    if (this.#process === child) this.#process = null
    for (const { reject } of this.#waiting.values()) reject(this.#failed(`its process ended (${how})`))
    this.#waiting.clear()
  }
}
