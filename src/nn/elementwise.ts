// Operations that work element by element, with NumPy broadcasting, and their gradients.
import {
  broadcastShape,
  operation,
  requireSameDType,
  scalar,
  shapeError,
  type DType,
  type Value,
} from './value.ts'
import { unbroadcast } from './reduce.ts'
import { ELEMENT_TYPES, int } from './onnx.ts'

const LARGEST_HALF = 65_504

/** Elements of a + b. */
export function add(a: Value, b: Value): Value {
  return binary('Add', a, b, (g) => [unbroadcast(g, a.shape), unbroadcast(g, b.shape)])
}

export function sub(a: Value, b: Value): Value {
  return binary('Sub', a, b, (g) => [unbroadcast(g, a.shape), unbroadcast(neg(g), b.shape)])
}

export function mul(a: Value, b: Value): Value {
  return binary('Mul', a, b, (g) => [unbroadcast(mul(g, b), a.shape), unbroadcast(mul(g, a), b.shape)])
}

export function div(a: Value, b: Value): Value {
  return binary('Div', a, b, (g) => {
    const overB = div(g, b)
    return [unbroadcast(overB, a.shape), unbroadcast(neg(mul(overB, div(a, b))), b.shape)]
  })
}

/** a·k for a plain number k. */
export function scale(a: Value, k: number): Value {
  return mul(a, scalar(k, a.dtype))
}

/** a + k for a plain number k. */
export function shift(a: Value, k: number): Value {
  return add(a, scalar(k, a.dtype))
}

export function neg(a: Value): Value {
  return unary('Neg', a, (g) => neg(g))
}

export function exp(a: Value): Value {
  const y: Value = unary('Exp', a, (g) => mul(g, y))
  return y
}

/** Natural logarithm. */
export function log(a: Value): Value {
  return unary('Log', a, (g) => div(g, a))
}

export function sqrt(a: Value): Value {
  const y: Value = unary('Sqrt', a, (g) => scale(div(g, y), 0.5))
  return y
}

export function abs(a: Value): Value {
  return unary('Abs', a, (g) => mul(g, operation('Sign', [a], a.dtype, a.shape)))
}

export function tanh(a: Value): Value {
  const y: Value = unary('Tanh', a, (g) => mul(g, shift(neg(mul(y, y)), 1)))
  return y
}

export function sigmoid(a: Value): Value {
  const y: Value = unary('Sigmoid', a, (g) => mul(g, mul(y, shift(neg(y), 1))))
  return y
}

/** max(a, 0); the gradient at 0 is 0. */
export function relu(a: Value): Value {
  const y: Value = unary('Relu', a, (g) => mul(g, cast(greater(y, scalar(0, a.dtype)), a.dtype)))
  return y
}

/**
 * √2·gelu(√2·a) = a·(1 + erf a), of the Gaussian error linear unit in its exact form (Hendrycks and Gimpel 2016, section 2): whoever
 * has linear maps before and after puts the factors into their numbers, which are fewer. Float32 only.
 */
export function plainGelu(a: Value): Value {
  const twice = shift(erf(a), 1)
  return operation('Mul', [a, twice], a.dtype, a.shape, {
    over: [a],
    backward: (g) => {
      const logFactor = scalar(Math.log(2 / Math.sqrt(Math.PI)), a.dtype)
      return [mul(g, add(twice, mul(a, exp(sub(logFactor, mul(a, a))))))]
    },
  })
}

/** The error function; float32 only, as in ONNX Runtime. */
export function erf(a: Value): Value {
  return unary('Erf', a, (g) => scale(mul(g, exp(neg(mul(a, a)))), 2 / Math.sqrt(Math.PI)))
}

/** a limited to [low, high]; no gradient outside. */
export function clip(a: Value, low: number, high: number): Value {
  const limits = [scalar(low, a.dtype), scalar(high, a.dtype)] as const
  return operation('Clip', [a, ...limits], a.dtype, a.shape, {
    backward: (g) => [
      where(greater(a, limits[0]), where(less(a, limits[1]), g, scalar(0, g.dtype)), scalar(0, g.dtype)),
    ],
  })
}

/** The larger element of two; where they are equal the gradient goes to `a`. */
export function maximum(a: Value, b: Value): Value {
  return binary('Max', a, b, (g) => {
    const zero = scalar(0, g.dtype)
    const second = less(a, b)
    return [unbroadcast(where(second, zero, g), a.shape), unbroadcast(where(second, g, zero), b.shape)]
  })
}

/** The smaller element of two; where they are equal the gradient goes to `a`. */
export function minimum(a: Value, b: Value): Value {
  return binary('Min', a, b, (g) => {
    const zero = scalar(0, g.dtype)
    const second = less(b, a)
    return [unbroadcast(where(second, zero, g), a.shape), unbroadcast(where(second, g, zero), b.shape)]
  })
}

/** `condition` ? a : b. */
export function where(condition: Value, a: Value, b: Value): Value {
  requireSameDType('Where', [a, b])
  if (condition.dtype !== 'bool')
    throw new TypeError(`Where: the condition is ${condition.dtype}, expected bool.`)
  const shape = broadcastShape('Where', condition.shape, broadcastShape('Where', a.shape, b.shape))
  return operation('Where', [condition, a, b], a.dtype, shape, {
    backward: (g) => {
      const zero = scalar(0, g.dtype)
      return [
        undefined,
        unbroadcast(where(condition, g, zero), a.shape),
        unbroadcast(where(condition, zero, g), b.shape),
      ]
    },
  })
}

export function greater(a: Value, b: Value): Value {
  return compare('Greater', a, b)
}

export function less(a: Value, b: Value): Value {
  return compare('Less', a, b)
}

export function lessOrEqual(a: Value, b: Value): Value {
  return compare('LessOrEqual', a, b)
}

export function equal(a: Value, b: Value): Value {
  return compare('Equal', a, b)
}

/** The remainder of whole numbers, with the sign of b. No gradient. */
export function mod(a: Value, b: Value): Value {
  requireSameDType('Mod', [a, b])
  return operation('Mod', [a, b], a.dtype, broadcastShape('Mod', a.shape, b.shape))
}

/** The same numbers as another dtype. The gradient flows between floats only. */
export function cast(a: Value, dtype: DType): Value {
  if (a.dtype === dtype) return a
  const floats = a.dtype.startsWith('float') && dtype.startsWith('float')
  return operation('Cast', [a], dtype, a.shape, {
    attributes: { to: int(ELEMENT_TYPES[dtype]) },
    ...(floats ? { backward: (g: Value) => [cast(g, a.dtype)] } : {}),
  })
}

/** Float32 numbers as IEEE 754 halves tell them: rounded to the nearest, ties to even; what is larger becomes the largest half. No gradient. */
export function asHalves(a: Value): Value {
  return cast(cast(clip(a, -LARGEST_HALF, LARGEST_HALF), 'float16'), 'float32')
}

/** The same numbers, through which no gradient flows: a target computed by the network that is trained. */
export function stopGradient(a: Value): Value {
  return operation('Identity', [a], a.dtype, a.shape)
}

function unary(op: string, a: Value, backward: (g: Value) => Value): Value {
  return operation(op, [a], a.dtype, a.shape, { backward: (g) => [backward(g)] })
}

function binary(op: string, a: Value, b: Value, backward: (g: Value) => readonly Value[]): Value {
  requireSameDType(op, [a, b])
  return operation(op, [a, b], a.dtype, broadcastShape(op, a.shape, b.shape), { backward })
}

function compare(op: string, a: Value, b: Value): Value {
  requireSameDType(op, [a, b])
  if (a.dtype === 'bool' && op !== 'Equal') throw shapeError(op, 'booleans have no order', [a.shape, b.shape])
  return operation(op, [a, b], 'bool', broadcastShape(op, a.shape, b.shape))
}
