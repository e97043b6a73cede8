// A thread that makes the gradient of a part of each step. What it is fed and what it gives lies in memory that both threads see.
import type { Worker } from 'node:worker_threads'
import { startThread } from '../core/thread.ts'
import { float32, type DataTensor } from './runtime.ts'
import type { Feeds } from './steps.ts'
import type { TensorData } from './value.ts'

const MODULE = new URL('gradient-thread-module.ts', import.meta.url)

/** Of one part of a step: what its loss adds to the whole, float32 [], and the gradient of that, float32 [size]. */
export interface Gradient extends Feeds {
  readonly loss: DataTensor
  readonly gradient: DataTensor
}

/** Who makes a part's gradient. */
export interface PartWorker {
  /** Lies in the same memory each time. */
  run(feeds: Feeds): Promise<Gradient>
}

/** What the thread begins with: its `workerData`. */
export interface GradientOrder {
  /** ONNX bytes: outputs `loss` and `gradient`. */
  readonly model: Uint8Array
  readonly threads: number
}

/** The memory of all runs is told once; each message after it is a run. */
export type ToGradientThread = { readonly feeds: Feeds; readonly into: Gradient } | 'run'

export class GradientThread implements PartWorker {
  readonly #thread: Worker
  readonly #into: Gradient
  #feeds: Feeds | null = null
  #settle: { resolve: () => void; reject: (fault: Error) => void } | null = null
  #fault: Error | null = null

  private constructor(thread: Worker, size: number) {
    this.#thread = thread
    this.#into = noGradient(size, shared)
    thread.on('message', () => this.#settle?.resolve())
    thread.on('error', (fault: Error) => this.#fail(fault))
    thread.on('exit', () => this.#fail(new Error('the thread of a part of the steps has ended')))
  }

  /** Resolves once it has opened the model. @throws what the thread failed with */
  static async open(order: GradientOrder, size: number): Promise<GradientThread> {
    const opened = new GradientThread(startThread(MODULE, order), size)
    await opened.#answer()
    return opened
  }

  async run(feeds: Feeds): Promise<Gradient> {
    const own = (this.#feeds ??= this.#share(feeds))
    for (const [name, { data }] of Object.entries(feeds)) own[name]!.data.set(data as never)
    const done = this.#answer()
    this.#send('run')
    await done
    return this.#into
  }

  async close(): Promise<void> {
    await this.#thread.terminate()
  }

  /** Memory for feeds like these. */
  #share(feeds: Feeds): Feeds {
    const own = Object.fromEntries(
      Object.entries(feeds).map(([name, { data, ...facts }]) => [name, { ...facts, data: shared(data) }]),
    )
    this.#send({ feeds: own, into: this.#into })
    return own
  }

  #send(message: ToGradientThread): void {
    this.#thread.postMessage(message)
  }

  #answer(): Promise<void> {
    if (this.#fault !== null) return Promise.reject(this.#fault)
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
  }

  #fail(fault: Error): void {
    this.#fault ??= fault
    this.#settle?.reject(this.#fault)
  }
}

/** Memory for a gradient of so many numbers. */
export function noGradient(size: number, memory = <T extends TensorData>(like: T): T => like): Gradient {
  return {
    loss: float32(memory(new Float32Array(1)), []),
    gradient: float32(memory(new Float32Array(size)), [size]),
  }
}

/** As many elements in memory that several threads see. */
function shared<T extends TensorData>(like: T): T {
  const Elements = like.constructor as new (memory: SharedArrayBuffer) => T
  return new Elements(new SharedArrayBuffer(like.byteLength))
}
