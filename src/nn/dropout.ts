// Dropout whose mask is a hash of (element, step, layer): a resumed run drops the same elements.
import { add, cast, less, mod, mul } from './elementwise.ts'
import { constant, scalar, sizeOf, type Value } from './value.ts'

/** A prime below 2³¹: squares of residues fit int64. */
const PRIME = 2147483629
const int = (value: number): Value => scalar(value, 'int64')

/**
 * Sets a share `rate` of the elements to 0 and scales the others by 1 / (1 − rate) (Srivastava et al. 2014, inverted form).
 * `step` int64 []: another mask each step; `salt`: another mask each layer or seed, a whole number.
 */
export function dropout(x: Value, rate: number, step: Value, salt: number): Value {
  if (rate <= 0) return x
  return mul(x, keepMask(x.shape, rate, step, salt))
}

/** 1 / (1 − rate) where an element is kept, else 0; float32 of the given shape. */
export function keepMask(shape: readonly number[], rate: number, step: Value, salt: number): Value {
  const size = sizeOf(shape)
  const index = constant(
    BigInt64Array.from({ length: size }, (_, i) => BigInt((i * 16807 + 1) % PRIME)),
    'int64',
    shape,
  )
  const start = mod(add(mul(step, int(48271)), int(Math.abs(salt) % PRIME)), int(PRIME))
  const seeded = squareRound(start, 69621)
  const hash = squareRound(squareRound(add(index, seeded), 40692), 39373)
  const kept = cast(less(hash, int(Math.round((1 - rate) * PRIME))), 'float32')
  return mul(kept, scalar(1 / (1 - rate)))
}

/** (x² + kx + 1) mod p: a cheap mixing round; two of them leave no visible pattern at these sizes. */
function squareRound(x: Value, k: number): Value {
  const residue = mod(x, int(PRIME))
  return mod(add(mul(residue, add(residue, int(k))), int(1)), int(PRIME))
}
