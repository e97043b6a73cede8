// A thread that makes the gradient of a part of each step. What it is fed and what it gives lies in memory that both threads see.
import type { Worker } from 'node:worker_threads'
import { startThread } from '../core/thread.ts'
import { flushesDenormals } from './denormals.ts'
import { float32, type DataTensor } from './runtime.ts'
import type { Feeds } from './steps.ts'
import type { TensorData } from './value.ts'

const MODULE = new URL('gradient-thread-module.ts', import.meta.url)

/** Of one part of a step: what its loss adds to the whole, float32 [], and the gradient of that, float32 [size]. */
export type Gradient = Readonly<Record<'loss' | 'gradient', DataTensor>>

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
export type FromGradientThread = { readonly flushesDenormals: boolean } | 'done'

interface Waiting {
  readonly resolve: (message: FromGradientThread) => void
  readonly reject: (fault: Error) => void
}

export class GradientThread implements PartWorker {
  readonly #thread: Worker
  /** Where the thread writes it, and the same in memory of this thread: ONNX Runtime under Node 20 takes no other. */
  readonly #into: Gradient
  readonly #own: Gradient
  #feeds: Feeds | null = null
  #waiting: Waiting | null = null
  /** Settles when it is at nothing. */
  #answered: Promise<unknown> = Promise.resolve()
  #fault: Error | null = null
  /** Whether it computes as this thread does, to the bit. */
  isAlike = false

  private constructor(thread: Worker, size: number) {
    this.#thread = thread
    this.#into = roomForGradient(size, shared)
    this.#own = roomForGradient(size)
    thread.on('message', (message: FromGradientThread) => this.#waiting?.resolve(message))
    thread.on('error', (fault: Error) => this.#fail(fault))
    thread.on('exit', () => this.#fail(new Error('the thread of a part of the steps has ended')))
  }

  /** Resolves once it has opened the model. After a session of this thread's, whose modes it takes on. @throws what the thread failed with */
  static async open(order: GradientOrder, size: number): Promise<GradientThread> {
    const opened = new GradientThread(startThread(MODULE, order), size)
    const message = await opened.#answer()
    opened.isAlike = message !== 'done' && message.flushesDenormals === flushesDenormals()
    return opened
  }

  /** One at a time. @throws what the thread failed with */
  async run(feeds: Feeds): Promise<Gradient> {
    const own = (this.#feeds ??= this.#share(feeds))
    copyAll(feeds, own)
    const done = this.#answer()
    this.#send('run')
    await done
    copyAll(this.#into, this.#own)
    return this.#own
  }

  /** Once it is at nothing: a thread that is ended while it computes takes its process along. */
  async close(): Promise<void> {
    await this.#answered.catch(() => undefined)
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

  #answer(): Promise<FromGradientThread> {
    if (this.#fault !== null) return Promise.reject(this.#fault)
    const answered = new Promise<FromGradientThread>((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
    this.#answered = answered
    return answered
  }

  #fail(fault: Error): void {
    this.#fault ??= fault
    this.#waiting?.reject(this.#fault)
  }
}

/** Memory for a gradient of so many numbers. */
export function roomForGradient(size: number, memory = <T extends TensorData>(like: T): T => like): Gradient {
  return {
    loss: float32(memory(new Float32Array(1)), []),
    gradient: float32(memory(new Float32Array(size)), [size]),
  }
}

/** Elements of tensors of the same names and sizes. */
export function copyAll(from: Feeds, to: Feeds): void {
  for (const [name, { data }] of Object.entries(from)) fill(to[name]?.data, data, name)
}

/** As many elements in memory that several threads see. */
function shared<T extends TensorData>(like: T): T {
  const Elements = like.constructor as new (memory: SharedArrayBuffer) => T
  return new Elements(new SharedArrayBuffer(like.byteLength))
}

function fill(memory: TensorData | undefined, data: TensorData, name: string): void {
  if (memory?.length !== data.length)
    throw new RangeError(`run: "${name}" has ${data.length} elements, where it had ${memory?.length ?? 0}.`)
  memory.set(data as never)
}
