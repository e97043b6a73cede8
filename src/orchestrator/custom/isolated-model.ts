// A user's own model in a process of its own, with a limit on time and on memory; a process that goes over is ended.
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../core/errors.ts'
import type { ModelInputs } from '../../models/model.ts'
import type { FromModelProcess, ToModelProcess } from './messages.ts'
import type { ModelPorts } from './interface.ts'
import { residentBytes } from './resident-bytes.ts'

export interface Limits {
  /** For reading the file and preparing it, ms. */
  readonly openMs: number
  /** For one answer, ms: a live second has no more. */
  readonly answerMs: number
  /** Resident memory of the process, bytes. */
  readonly memoryBytes: number
}

export const LIMITS: Limits = { openMs: 30_000, answerMs: 900, memoryBytes: 2 * 2 ** 30 }

const PROCESS = fileURLToPath(new URL('model-process.ts', import.meta.url))
/** How often the memory of the process is looked at while it works, ms. */
const WATCH_MS = 100
/** The other cores are left to the charts and to training. */
const THREADS = 1

/** One process with one model in it. Calls must not overlap. */
export class IsolatedModel {
  readonly #child: ChildProcess
  readonly #limits: Limits
  readonly ports: ModelPorts

  private constructor(child: ChildProcess, limits: Limits, ports: ModelPorts) {
    this.#child = child
    this.#limits = limits
    this.ports = ports
  }

  /** @throws AppError `model_failed`, `model_too_slow`, `model_out_of_memory` */
  static async open(onnx: Uint8Array, limits: Limits = LIMITS): Promise<IsolatedModel> {
    const child = fork(PROCESS, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    child.on('error', () => {})
    const answer = await ask(child, { kind: 'open', onnx, threads: THREADS }, limits.openMs, limits)
    return new IsolatedModel(child, limits, answer.kind === 'opened' ? answer.ports : NO_PORTS)
  }

  /**
   * Probabilities [count, 3] as the file gives them, unchecked.
   * @throws AppError `model_failed`, `model_too_slow`, `model_out_of_memory`
   */
  async predict(inputs: ModelInputs): Promise<Float32Array> {
    const answer = await ask(this.#child, { kind: 'predict', inputs }, this.#limits.answerMs, this.#limits)
    return answer.kind === 'predicted' ? Float32Array.from(answer.probabilities) : new Float32Array()
  }

  /** Whether it can be asked again. */
  alive(): boolean {
    return this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null
  }

  close(): void {
    this.#child.kill('SIGKILL')
  }
}

const NO_PORTS: ModelPorts = { inputs: [], outputs: [] }

/** One question and its answer; the process is ended where it takes too long, takes too much, or says that it failed to open. */
function ask(
  child: ChildProcess,
  question: ToModelProcess,
  withinMs: number,
  { memoryBytes }: Limits,
): Promise<FromModelProcess> {
  return new Promise<FromModelProcess>((resolve, reject) => {
    const timer = setTimeout(() => end(() => reject(tooSlow(withinMs)), true), withinMs)
    const watch = setInterval(() => {
      if (child.pid !== undefined && residentBytes(child.pid) > memoryBytes)
        end(() => reject(tooLarge(memoryBytes)), true)
    }, WATCH_MS)
    const hear = (answer: FromModelProcess): void => {
      if (answer.kind === 'failed') end(() => reject(failed(answer.message)), question.kind === 'open')
      else end(() => resolve(answer))
    }
    const lost = (code: number | null, signal: NodeJS.Signals | null): void =>
      end(() => reject(failed(`its process ended (${signal ?? `exit code ${code}`})`)))
    const end = (settle: () => void, kill = false): void => {
      clearTimeout(timer)
      clearInterval(watch)
      child.off('message', hear)
      child.off('exit', lost)
      if (kill) child.kill('SIGKILL')
      settle()
    }
    child.on('message', hear)
    child.on('exit', lost)
    child.send(question, (error) => {
      if (error !== null) end(() => reject(failed('its process has ended')))
    })
  })
}

function failed(message: string): AppError {
  return new AppError('model_failed', `The model's file could not be run: ${message}.`, { status: 409 })
}

function tooSlow(ms: number): AppError {
  const message = `The model took longer than ${ms} ms to answer and was ended. Make it smaller.`
  return new AppError('model_too_slow', message, { status: 409 })
}

function tooLarge(bytes: number): AppError {
  const message = `The model took more than ${Math.round(bytes / 2 ** 20)} MiB of memory and was ended. Make it smaller.`
  return new AppError('model_out_of_memory', message, { status: 409 })
}
