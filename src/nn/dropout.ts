// Dropout whose mask is hashed from (element, step, layer): a resumed run drops the same elements.
import { add, cast, less, mod, mul, scale, shift, sub } from './elementwise.ts'
import { reshape, slice } from './shape.ts'
import { constant, operation, scalar, sizeOf, type Value } from './value.ts'

/** A prime below 2³¹: squares of residues fit int64. */
const PRIME = 2147483629
/** Factors lie in [16, 32): their products wrap hundreds of times and keep 14 bits of fraction. */
const FACTOR = 16
const int = (value: number): Value => scalar(value, 'int64')

/**
 * Sets a share `rate` of the elements to 0 and scales the others by 1 / (1 − rate) (Srivastava et al. 2014, inverted form).
 * `step` int64 []: another mask each step; `salt`: another mask each layer or seed, a whole number.
 */
export function dropout(x: Value, rate: number, step: Value, salt: number): Value {
  if (rate <= 0) return x
  return mul(x, keepMask(x.shape, rate, step, salt))
}

/**
 * 1 / (1 − rate) where an element is kept, else 0; float32 of the given shape. Hashing every element takes longer than
 * the network: the elements are laid out in rows and columns, those are hashed, and element (i, j) is kept by the
 * fraction of aᵢ·bⱼ, a product large enough that two rows or columns share no pattern.
 */
export function keepMask(shape: readonly number[], rate: number, step: Value, salt: number): Value {
  const size = sizeOf(shape)
  const rows = divisorBelowRoot(size)
  const factors = shift(scale(hashes(rows + size / rows, step, salt), FACTOR), FACTOR)
  const a = reshape(slice(factors, 0, 0, rows), [rows, 1])
  const product = mul(a, slice(factors, 0, rows, rows + size / rows))
  const fraction = sub(product, operation('Floor', [product], 'float32', product.shape))
  const kept = cast(less(fraction, scalar(1 - rate)), 'float32')
  return reshape(mul(kept, scalar(1 / (1 - rate))), shape)
}

/** `count` numbers in [0, 1), others for another step or salt. */
function hashes(count: number, step: Value, salt: number): Value {
  const index = constant(
    BigInt64Array.from({ length: count }, (_, i) => BigInt((i * 16807 + 1) % PRIME)),
    'int64',
    [count],
  )
  const start = mod(add(mul(step, int(48271)), int(Math.abs(salt) % PRIME)), int(PRIME))
  const seeded = squareRound(start, 69621)
  const hash = squareRound(squareRound(add(index, seeded), 40692), 39373)
  return scale(cast(hash, 'float32'), 1 / PRIME)
}

/** The largest divisor of `size` that is not above its square root. */
function divisorBelowRoot(size: number): number {
  let divisor = Math.floor(Math.sqrt(size))
  while (size % divisor !== 0) divisor--
  return divisor
}

/** (x² + kx + 1) mod p: a cheap mixing round; two of them leave no visible pattern at these sizes. */
function squareRound(x: Value, k: number): Value {
  const residue = mod(x, int(PRIME))
  return mod(add(mul(residue, add(residue, int(k))), int(1)), int(PRIME))
}
