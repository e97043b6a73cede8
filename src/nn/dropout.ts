// Dropout whose mask is drawn by (step, layer): a resumed run drops the same elements.
import { add, cast, mod, mul, scale, shift, sub } from './elementwise.ts'
import { randomFrom } from './random.ts'
import { gather, reshape, slice } from './shape.ts'
import { constant, operation, scalar, sizeOf, type Value } from './value.ts'

/** Elements of a piece of a mask, and how many pieces there are to draw from: 2 MB for each rate. */
const PIECE = 256
const PIECES = 2048
/** A prime below 2³¹: squares of residues fit int64. */
const PRIME = 2147483629
/** Places and steps have factors in [16, 32), salts of four times that: their products wrap hundreds of times and keep 14 bits of fraction. */
const FACTOR = 16

/**
 * Sets a share `rate` of the elements to 0 and scales the others by 1 / (1 − rate) (Srivastava et al. 2014, inverted form).
 * `step` int64 []: another mask each step; `salt`: another mask each layer or seed, a whole number.
 */
export function dropout(x: Value, rate: number, step: Value, salt: number): Value {
  if (rate <= 0) return x
  return mul(x, keepMask(x.shape, rate, step, salt))
}

/**
 * 1 / (1 − rate) where an element is kept, else 0; float32 of the given shape. Drawing every element takes as long as the
 * network: a mask is put together of pieces that were drawn beforehand, other ones each step, for each place by itself.
 */
export function keepMask(shape: readonly number[], rate: number, step: Value, salt: number): Value {
  const size = sizeOf(shape)
  const count = Math.ceil(size / PIECE)
  const mask = reshape(gather(pieces(rate), drawn(count, step, salt)), [count * PIECE])
  return reshape(slice(mask, 0, 0, size), shape)
}

const made = new Map<number, Value>()

function pieces(rate: number): Value {
  const known = made.get(rate)
  if (known !== undefined) return known
  const random = randomFrom(PRIME)
  const kept = Float32Array.from({ length: PIECES * PIECE }, () => (random() < rate ? 0 : 1 / (1 - rate)))
  const all = constant(kept, 'float32', [PIECES, PIECE])
  made.set(rate, all)
  return all
}

/** Which piece stands at each of `count` places: the fraction of a·b, a the place's factor, b that of step and salt. */
function drawn(count: number, step: Value, salt: number): Value {
  const random = randomFrom(count)
  const places = Float32Array.from({ length: count }, () => FACTOR * (1 + random()))
  const ofSalt = scalar(4 * FACTOR * (1 + randomFrom(salt)()))
  const ofStep = shift(scale(fraction(mul(hashed(step), ofSalt)), FACTOR), FACTOR)
  return cast(scale(fraction(mul(constant(places, 'float32', [count]), ofStep)), PIECES), 'int64')
}

function fraction(x: Value): Value {
  return sub(x, operation('Floor', [x], x.dtype, x.shape))
}

/** A number in [0, 1) for each step. */
function hashed(step: Value): Value {
  const hash = squareRound(squareRound(squareRound(step, 69621), 40692), 39373)
  return scale(cast(hash, 'float32'), 1 / PRIME)
}

/** (x² + kx + 1) mod p: a cheap mixing round; three of them leave no visible pattern at these sizes. */
function squareRound(x: Value, k: number): Value {
  const residue = mod(x, int(PRIME))
  return mod(add(mul(residue, add(residue, int(k))), int(1)), int(PRIME))
}

const int = (value: number): Value => scalar(value, 'int64')
