// The server's end of one process that answers for networks, from its start to its end; one that is stuck is ended.
import type { ChildProcess } from 'node:child_process'
import { startChild } from '../../core/child.ts'
import { AppError } from '../../core/errors.ts'
import type { ModelInputs } from '../../models/model.ts'
import type { ServedCheckpoint } from '../../orchestrator/load-predictor.ts'
import {
  parseAnswers,
  type InferenceAnswer,
  type InferenceOrder,
  type NetworkFacts,
  type OpenOrder,
  type Question,
} from './messages.ts'

export interface ProcessLimits {
  /** For reading a checkpoint and its self-test, ms. */
  readonly openMs: number
  /** For one run of a network, ms. */
  readonly answerMs: number
  /** So many processes may be lost with the same network at work and no answer of it between. */
  readonly losses: number
}

/** A live second has one second. The other is for a machine that has more to do than it has time. */
export const PROCESS_LIMITS: ProcessLimits = { openMs: 30_000, answerMs: 2_000, losses: 3 }

const PROCESS = new URL('inference-process.ts', import.meta.url)

interface Pending {
  readonly order: OpenOrder | Question
  readonly settle: (answer: InferenceAnswer) => void
  readonly reject: (error: Error) => void
}

/** Told how long what it has answered took it, ms. */
export type OnRun = (ms: number) => void

/** `network`: that was answering when it ended; null where none was. */
export type OnEnd = (error: AppError, network: number | null) => void

export class ProcessHandle {
  readonly #child: ChildProcess
  readonly #limits: ProcessLimits
  readonly #onEnd: OnEnd
  readonly #onRun: OnRun
  /** Oldest first: the process takes them in this order, so the first is what it is at. */
  readonly #pending = new Map<number, Pending>()
  #unsent: InferenceOrder[] = []
  #orders = 0
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  #stuckFor: number | null = null

  /** @param onEnd told once, unless `end` was called */
  constructor(limits: ProcessLimits, onRun: OnRun, onEnd: OnEnd) {
    this.#onRun = onRun
    this.#limits = limits
    this.#onEnd = onEnd
    this.#child = startChild(PROCESS)
    this.#child.on('message', (message) => this.#hear(message))
    this.#child.once('exit', (code, signal) => this.#gone(signal ?? `exit code ${code}`))
    this.#child.on('error', (error) => this.#gone(error.message))
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** @throws AppError as `loadPredictor` does; `model_failed` where the process ends before it has opened */
  async open(network: number, checkpoint: ServedCheckpoint): Promise<NetworkFacts> {
    const answer = await this.#order({ kind: 'open', id: ++this.#orders, network, checkpoint })
    if (answer.kind !== 'opened') throw new TypeError(`an open order was ${answer.kind}`)
    return answer.facts
  }

  /** Probabilities [count, 3]. @throws AppError `model_failed` */
  async ask(network: number, inputs: ModelInputs): Promise<Float32Array> {
    const answer = await this.#order({ kind: 'ask', id: ++this.#orders, network, inputs })
    if (answer.kind !== 'answered') throw new TypeError(`a question was ${answer.kind}`)
    return answer.probabilities
  }

  close(network: number): void {
    this.#send({ kind: 'close', network })
  }

  /** At once; who waits for an answer is told. */
  async end(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    const ended = this.#child.pid === undefined ? null : exitOf(this.#child)
    this.#child.kill('SIGKILL')
    this.#settleAll(overBy('it was no longer needed'))
    await ended
  }

  #order(order: OpenOrder | Question): Promise<InferenceAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return reject(overBy('it has ended'))
      this.#pending.set(order.id, { order, settle: resolve, reject })
      if (this.#pending.size === 1) this.#watch()
      this.#send(order)
    })
  }

  /** Orders of one turn go in one message: a state that several networks are asked about is then written once. */
  #send(order: InferenceOrder): void {
    this.#unsent.push(order)
    if (this.#unsent.length > 1) return
    setImmediate(() => {
      const orders = this.#unsent
      this.#unsent = []
      if (this.#child.connected && !this.#isOver) this.#child.send(orders)
    })
  }

  #hear(message: unknown): void {
    const { answers, ms } = parseAnswers(message)
    this.#onRun(ms)
    for (const answer of answers) {
      const pending = this.#pending.get(answer.id)
      this.#pending.delete(answer.id)
      if (answer.kind === 'failed') pending?.reject(refused(answer.error))
      else pending?.settle(answer)
    }
    this.#watch()
  }

  /** From now on it may be silent for as long as what it is at may take. */
  #watch(): void {
    clearTimeout(this.#timer)
    const [oldest] = this.#pending.values()
    if (oldest === undefined) return
    const { openMs, answerMs } = this.#limits
    const ms = oldest.order.kind === 'open' ? openMs : answerMs
    this.#timer = setTimeout(() => this.#look(ms), ms).unref()
  }

  /** Where it was this process that could not listen, what has come is heard first. */
  #look(ms: number): void {
    const [oldest] = this.#pending.keys()
    setImmediate(() => {
      if (oldest === undefined || !this.#pending.has(oldest)) return
      this.#stuckFor = ms
      this.#child.kill('SIGKILL')
    })
  }

  #gone(how: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#child.kill('SIGKILL')
    const [oldest] = this.#pending.values()
    const error = overBy(this.#stuckFor === null ? how : `one answer took more than ${this.#stuckFor} ms`)
    this.#settleAll(error)
    this.#onEnd(error, oldest?.order.kind === 'ask' ? oldest.order.network : null)
  }

  #settleAll(error: AppError): void {
    clearTimeout(this.#timer)
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}

/** Not by `once`, which an error of the channel that is being closed rejects. */
function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('exit', () => resolve()))
}

function overBy(how: string): AppError {
  return new AppError('model_failed', `The process in which live models run has ended: ${how}.`, {
    status: 409,
  })
}

function refused({ code, message, status }: { code: string; message: string; status: number }): AppError {
  return new AppError(code, message, { status })
}
