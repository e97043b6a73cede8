// Reverse-mode differentiation of the symbolic graph.
import { add } from './elementwise.ts'
import { constant, sameShape, shapeError, sizeOf, type Value } from './value.ts'

/** The values `roots` are made from, each after all it depends on. */
export function inOrder(roots: readonly Value[], parents: (value: Value) => readonly Value[]): Value[] {
  const seen = new Set<Value>()
  const order: Value[] = []
  const visit = (value: Value): void => {
    if (seen.has(value)) return
    seen.add(value)
    parents(value).forEach(visit)
    order.push(value)
  }
  roots.forEach(visit)
  return order
}

/** The trainable values that `roots` depend on, in the order of first use. */
export function parametersOf(roots: readonly Value[]): Value[] {
  return inOrder(roots, differentiated).filter((value) => value.source.kind === 'parameter')
}

/** The gradient of the scalar `loss` with respect to each of `wanted`. Shapes must be fixed. */
export function gradients(loss: Value, wanted: readonly Value[]): Value[] {
  if (loss.shape.length !== 0) throw shapeError('gradients', 'the loss must be one number', [loss.shape])
  const order = inOrder([loss], differentiated)
  const needed = dependents(order, new Set(wanted))
  const sums = new Map<Value, Value>([[loss, constant([1], loss.dtype, [])]])
  for (const value of order.toReversed()) {
    const g = sums.get(value)
    if (g !== undefined && needed.has(value)) propagate(value, g, needed, sums)
  }
  return wanted.map((value) => sums.get(value) ?? zerosLike(value))
}

function differentiated(value: Value): readonly Value[] {
  return value.source.kind === 'operation' ? value.source.over : []
}

/** Of the values in `order`, those that depend on one of `wanted` through differentiable operations. */
function dependents(order: readonly Value[], wanted: ReadonlySet<Value>): Set<Value> {
  const found = new Set<Value>(wanted)
  for (const value of order) {
    const flows = value.source.kind === 'operation' && value.source.backward !== undefined
    if (flows && differentiated(value).some((parent) => found.has(parent))) found.add(value)
  }
  return found
}

function propagate(value: Value, g: Value, needed: ReadonlySet<Value>, sums: Map<Value, Value>): void {
  if (value.source.kind !== 'operation' || value.source.backward === undefined) return
  const { over, op } = value.source
  const parts = value.source.backward(g)
  over.forEach((parent, i) => {
    const part = parts[i]
    if (part === undefined || !needed.has(parent)) return
    if (!sameShape(part.shape, parent.shape)) {
      throw shapeError(op, 'the gradient has another shape than the input', [part.shape, parent.shape])
    }
    const sum = sums.get(parent)
    sums.set(parent, sum === undefined ? part : add(sum, part))
  })
}

function zerosLike(value: Value): Value {
  return constant(new Array<number>(sizeOf(value.shape)).fill(0), value.dtype, value.shape)
}
