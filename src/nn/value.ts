// Symbolic tensors: values with a dtype and a shape, and the operations that made them. Nothing is computed here.
import type { Attributes, DType } from './onnx.ts'

export type { DType }

/** Sizes of the dimensions, outermost first; `BATCH` where the size is known only at run time. */
export type Shape = readonly number[]

/** The batch dimension of an inference graph. At most one per shape; gradients need it fixed. */
export const BATCH = -1

/** Given the gradient of the result, the gradient of each input (undefined: none flows there). */
export type Backward = (gradient: Value) => readonly (Value | undefined)[]

export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | {
      readonly kind: 'parameter'
      readonly name: string
      readonly initial: Initializer
      readonly decay: boolean
    }
  | { readonly kind: 'constant'; readonly data: TensorData }
  | {
      readonly kind: 'operation'
      readonly op: string
      readonly inputs: readonly Value[]
      readonly attributes: Attributes
      /** What `backward` gives gradients of: the inputs, unless the operation stands for a composite. */
      readonly over: readonly Value[]
      readonly backward: Backward | undefined
    }
  /** What operation `of` gives beside its first result: its `index`th. No gradient flows through it. */
  | { readonly kind: 'further'; readonly of: Value; readonly index: number }

export type TensorData = Uint16Array | Float32Array | Float64Array | BigInt64Array | Uint8Array

/** Makes the starting values of a parameter of `size` elements; `random` is uniform in [0, 1). */
export type Initializer = (size: number, random: () => number) => Float32Array

/** A symbolic tensor. */
export interface Value {
  readonly dtype: DType
  readonly shape: Shape
  readonly source: Source
}

/** A tensor given at every run. */
export function input(name: string, dtype: DType, shape: Shape): Value {
  return { dtype, shape, source: { kind: 'input', name } }
}

/** A float32 tensor that training changes. `decay`: whether weight decay applies (weights yes, biases no). */
export function parameter(name: string, shape: Shape, initial: Initializer, decay = true): Value {
  return { dtype: 'float32', shape, source: { kind: 'parameter', name, initial, decay } }
}

const ARRAYS = {
  /** Their bits. */
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const

/** A tensor fixed in the graph. `data` row-major; its length must fit the shape. */
export function constant(data: readonly number[] | TensorData, dtype: DType, shape: Shape): Value {
  const typed = Array.isArray(data) ? fromNumbers(data as readonly number[], dtype) : (data as TensorData)
  if (typed.length !== sizeOf(shape) || !(typed instanceof ARRAYS[dtype])) {
    throw shapeError('constant', `${typed.length} elements (${typed.constructor.name}) given for ${dtype}`, [
      shape,
    ])
  }
  return { dtype, shape, source: { kind: 'constant', data: typed } }
}

function fromNumbers(numbers: readonly number[], dtype: DType): TensorData {
  if (dtype === 'float16') throw shapeError('constant', 'halves are given as their bits', [])
  return dtype === 'int64' ? BigInt64Array.from(numbers, BigInt) : ARRAYS[dtype].from(numbers)
}

/** A one-number constant that broadcasts against anything of its dtype. */
export function scalar(value: number, dtype: DType = 'float32'): Value {
  return constant([value], dtype, [])
}

/** A one-dimensional int64 constant, as ONNX wants for axes, starts and shapes. */
export function int64s(values: readonly number[]): Value {
  return constant(values, 'int64', [values.length])
}

export interface OperationOptions {
  readonly attributes?: Attributes
  readonly backward?: Backward
  readonly over?: readonly Value[]
}

/** The result of an ONNX operator; the caller owns the correctness of dtype and shape. */
export function operation(
  op: string,
  inputs: readonly Value[],
  dtype: DType,
  shape: Shape,
  options: OperationOptions = {},
): Value {
  const { attributes = {}, over = inputs, backward } = options
  return { dtype, shape, source: { kind: 'operation', op, inputs, attributes, over, backward } }
}

/** What an operation gives beside its first result: its second is number 1. */
export function further(of: Value, index: number, dtype: DType, shape: Shape): Value {
  return { dtype, shape, source: { kind: 'further', of, index } }
}

/** Number of elements; the batch dimension must be fixed. */
export function sizeOf(shape: Shape): number {
  if (shape.includes(BATCH)) throw shapeError('size', 'the batch size must be fixed', [shape])
  return shape.reduce((product, size) => product * size, 1)
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i])
}

/** `axis` counted from the front; negative ones count from the back. */
export function axisOf(op: string, shape: Shape, axis: number): number {
  const positive = axis < 0 ? axis + shape.length : axis
  if (positive < 0 || positive >= shape.length) throw shapeError(op, `there is no axis ${axis}`, [shape])
  return positive
}

/** The shape two operands broadcast to, by NumPy's rule. */
export function broadcastShape(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1
    const y = b[i - rank + b.length] ?? 1
    if (x !== y && x !== 1 && y !== 1) throw shapeError(op, 'the shapes do not broadcast', [a, b])
    return x === 1 ? y : x
  })
}

/** Throws unless all values have the dtype of the first. */
export function requireSameDType(op: string, values: readonly Value[]): void {
  const dtypes = values.map((value) => value.dtype)
  if (new Set(dtypes).size > 1) {
    throw new TypeError(`${op}: the operands have different types (${dtypes.join(', ')}); cast them first.`)
  }
}

/** A mistake in building a graph: names the operation and the shapes it was given. */
export function shapeError(op: string, problem: string, shapes: readonly Shape[]): RangeError {
  const words = shapes.map((shape) => `[${shape.map((n) => (n === BATCH ? 'batch' : n)).join(', ')}]`)
  return new RangeError(`${op}: ${problem}; shapes ${words.join(' and ')}.`)
}
