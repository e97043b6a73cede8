// From symbolic values to an ONNX model: names for everything, only what the outputs need, the same graph every time.
import { inOrder } from './gradient.ts'
import { encodeModel, type OnnxModel, type OnnxNode, type OnnxPort, type OnnxTensor } from './onnx.ts'
import { BATCH, sameShape, shapeError, type Value } from './value.ts'

export interface EmitOptions {
  readonly name: string
  /** In this order; all are declared, used or not. */
  readonly inputs: readonly Value[]
  readonly outputs: Readonly<Record<string, Value>>
  /** What stands in a value's place, e.g. fixed weights for parameters. */
  readonly replace?: ReadonlyMap<Value, Value>
  readonly metadata?: Readonly<Record<string, string>>
}

/** The ONNX bytes of the graph that computes `outputs`. */
export function emit(options: EmitOptions): Uint8Array<ArrayBuffer> {
  return encodeModel(modelOf(options))
}

/** That graph, before it is written. */
export function modelOf(options: EmitOptions): OnnxModel {
  const resolve = resolver(options.replace ?? new Map<Value, Value>())
  const outputs = Object.entries(options.outputs).map(([name, value]) => [name, resolve(value)] as const)
  const parents = (value: Value): Value[] => parentsOf(value).map(resolve)
  const order = inOrder(
    outputs.map(([, value]) => value),
    parents,
  )
  const names = nameAll(order, options.inputs)
  const results = resultsOf(order, names)
  const nodes = order.flatMap((value): OnnxNode[] =>
    value.source.kind !== 'operation'
      ? []
      : [
          {
            op: value.source.op,
            name: names.get(value)!,
            inputs: parents(value).map((parent) => names.get(parent)!),
            outputs: Array.from(results.get(value)!, (name) => name ?? ''),
            attributes: value.source.attributes,
          },
        ],
  )
  return {
    name: options.name,
    nodes: [...nodes, ...outputs.map(([name, value]) => identity(names.get(value)!, name))],
    initializers: order.flatMap((value) => initializer(value, names.get(value)!)),
    inputs: options.inputs.map((value) => port(names.get(value)!, value)),
    outputs: outputs.map(([name, value]) => port(name, value)),
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
  }
}

function parentsOf({ source }: Value): readonly Value[] {
  if (source.kind === 'further') return [source.of]
  return source.kind === 'operation' ? source.inputs : []
}

/** The names of each value's results by their place; those that nobody asks for have none. */
function resultsOf(order: readonly Value[], names: ReadonlyMap<Value, string>): Map<Value, string[]> {
  const results = new Map(order.map((value) => [value, [names.get(value)!]]))
  for (const value of order) {
    const { source } = value
    if (source.kind === 'further') results.get(source.of)![source.index] = names.get(value)!
  }
  return results
}

function resolver(replace: ReadonlyMap<Value, Value>): (value: Value) => Value {
  for (const [from, to] of replace) {
    if (from.dtype !== to.dtype || !sameShape(from.shape, to.shape)) {
      throw shapeError('emit', 'the replacement has another type or shape', [from.shape, to.shape])
    }
  }
  return (value) => replace.get(value) ?? value
}

function nameAll(order: readonly Value[], inputs: readonly Value[]): Map<Value, string> {
  const names = new Map<Value, string>()
  for (const value of inputs) if (value.source.kind === 'input') names.set(value, value.source.name)
  order.forEach((value, i) => {
    const { source } = value
    if (source.kind === 'operation') names.set(value, `${source.op}_${i}`)
    else if (source.kind === 'further') names.set(value, `${names.get(source.of)!}_${source.index}`)
    else if (source.kind === 'constant') names.set(value, `constant_${i}`)
    else if (!names.has(value))
      throw new Error(`emit: the ${source.kind} "${source.name}" has no value; declare or replace it.`)
  })
  return names
}

function initializer(value: Value, name: string): OnnxTensor[] {
  if (value.source.kind !== 'constant') return []
  const { data } = value.source
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return [{ name, dtype: value.dtype, shape: value.shape, bytes }]
}

function identity(from: string, to: string): OnnxNode {
  return { op: 'Identity', name: `output_${to}`, inputs: [from], outputs: [to], attributes: {} }
}

function port(name: string, value: Value): OnnxPort {
  return { name, dtype: value.dtype, shape: value.shape.map((size) => (size === BATCH ? 'batch' : size)) }
}
