// ONNX Runtime sessions, set so that the same feeds and thread count give the same bits.
import './no-telemetry.ts'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { sizeOf, type DType, type Shape, type TensorData } from './value.ts'

/** A tensor with its elements, row-major. */
export interface DataTensor {
  readonly dtype: DType
  readonly shape: Shape
  readonly data: TensorData
}

/** An input or output of a model; a dimension is a number, or a name where it is free. */
export interface DeclaredTensor {
  readonly name: string
  /** `float32`, `float64`, …; `not a tensor` for ONNX's other kinds of value. */
  readonly type: string
  readonly shape: readonly (number | string)[]
}

export interface SessionOptions {
  /** Threads inside an operation. Results are bit-identical only for the same number. */
  readonly threads: number
}

/**
 * A compiled ONNX model. `run` computes synchronously in the calling thread once its turn comes and cannot be
 * stopped; between runs the event loop gets a turn.
 */
export class Session {
  /** As the model declares them. */
  readonly inputs: readonly DeclaredTensor[]
  readonly outputs: readonly DeclaredTensor[]
  readonly #session: InferenceSession

  private constructor(session: InferenceSession) {
    this.#session = session
    this.inputs = declared(session.inputMetadata)
    this.outputs = declared(session.outputMetadata)
  }

  static async open(model: Uint8Array, options: SessionOptions): Promise<Session> {
    const session = await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // Waiting threads sleep: where several processes train, spinning ones take the cores from those that work.
      extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
    })
    return new Session(session)
  }

  /** Whether the model has an input of this name. */
  takes(name: string): boolean {
    return this.inputs.some((input) => input.name === name)
  }

  /**
   * The outputs by name, those of `into` written to the memory that lies there. Feeds are used in place, not copied: leave them and that
   * memory alone until the promise settles.
   */
  async run(
    feeds: Readonly<Record<string, DataTensor>>,
    into: Readonly<Record<string, DataTensor>> = {},
  ): Promise<Record<string, TensorData>> {
    const fetches = Object.fromEntries(
      this.outputs.map(({ name }) => [name, into[name] === undefined ? null : toRuntime(name, into[name])]),
    )
    const results = await this.#session.run(allToRuntime(feeds), fetches)
    return Object.fromEntries(
      Object.entries(results).map(([name, value]) => [name, value.data as TensorData]),
    )
  }

  async close(): Promise<void> {
    await this.#session.release()
  }
}

function declared(values: readonly InferenceSession.ValueMetadata[]): DeclaredTensor[] {
  return values.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, shape: [...value.shape] }
      : { name: value.name, type: 'not a tensor', shape: [] },
  )
}

function allToRuntime(feeds: Readonly<Record<string, DataTensor>>): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {}
  for (const [name, tensor] of Object.entries(feeds)) tensors[name] = toRuntime(name, tensor)
  return tensors
}

function toRuntime(name: string, tensor: DataTensor): Tensor {
  const expected = sizeOf(tensor.shape)
  if (tensor.data.length !== expected) {
    const shape = tensor.shape.join(', ')
    throw new RangeError(
      `run: "${name}" has ${tensor.data.length} elements, expected ${expected} for [${shape}].`,
    )
  }
  return new Tensor(tensor.dtype, tensor.data as Float32Array, [...tensor.shape])
}

export function float32(data: Float32Array, shape: Shape): DataTensor {
  return { dtype: 'float32', data, shape }
}

export function float64(data: Float64Array, shape: Shape): DataTensor {
  return { dtype: 'float64', data, shape }
}

export function int64(values: readonly number[], shape: Shape): DataTensor {
  return { dtype: 'int64', data: BigInt64Array.from(values.map(BigInt)), shape }
}
