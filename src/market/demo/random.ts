// Numbers from keys: a counter-based hash and quantile tables, in plain IEEE arithmetic so that every platform agrees.

import { float64At } from '../../core/number-at.ts'

/** A stream of random numbers: 64 bits of key. */
export interface Key {
  readonly a: number
  readonly b: number
}

/** The `n`-th 32 random bits of a stream (murmur3's finalizer over a Weyl sequence, second key word injected midway). */
export function bits(a: number, b: number, n: number): number {
  let h = (Math.imul(n, 0x9e3779b1) + a) | 0
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b) ^ b
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** The key of a text, such as `7|ETH/USDT`. */
export function keyOfText(text: string): Key {
  let a = 0x811c9dc5
  let b = 0x2545f491
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b + code, 0x5bd1e995) ^ (b >>> 15)
  }
  return { a: bits(a, b, 1), b: bits(a, b, 2) }
}

/** The key of the `n`-th child of `key`. */
export function childKey(key: Key, n: number): Key {
  return { a: bits(key.a, key.b, 2 * n), b: bits(key.b, key.a, 2 * n + 1) }
}

/** A stream read in order. */
export class Draws {
  readonly #a: number
  readonly #b: number
  #n = 0

  constructor(key: Key) {
    this.#a = key.a
    this.#b = key.b
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return (bits(this.#a, this.#b, this.#n++) >>> 0) / 4_294_967_296
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform()
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1))
  }

  /** Standard normal, cut off at about ±3.3. */
  normal(): number {
    return float64At(NORMAL, bits(this.#a, this.#b, this.#n++) & 1023)
  }
}

/** e^x by Taylor and squaring: `Math.exp` may differ in the last bit between engines. */
export function exp(x: number): number {
  const y = x / 16
  let term = 1
  let sum = 1
  for (let k = 1; k < 9; k++) sum += term *= y / k
  sum *= sum
  sum *= sum
  sum *= sum
  return sum * sum
}

/** Natural logarithm by Newton's method on `exp`. */
export function log(x: number): number {
  let y = 0
  for (let k = 0; k < 40; k++) y += 2 * ((x - exp(y)) / (x + exp(y)))
  return y
}

/** Acklam's rational approximation of the normal quantile (relative error 1e-9). */
function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p)
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * log(p))
    const top =
      ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
        q +
        4.374664141464968) *
        q +
      2.938163982698783
    return (
      top /
      ((((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
        1)
    )
  }
  const q = p - 0.5
  const r = q * q
  const top =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
    q
  return (
    top /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  )
}

function table(size: number, of: (p: number) => number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => of((i + 0.5) / size))
}

/** Standard normal quantiles; index with 10 random bits (small tables stay in the processor's first cache). */
export const NORMAL = table(1024, normalQuantile)

/** Like `NORMAL` but with fat tails; variance about 1. */
export const FAT_TAILED = NORMAL.map((g) => g * (0.77 + 0.072 * g * g))

/** Log-normal factors of mean 1: `MILD` spreads volumes, `WILD` counts of trades. */
export const MILD = NORMAL.map((g) => exp(0.55 * g - 0.15125))
export const WILD = NORMAL.map((g) => exp(0.85 * g - 0.36125))

/** Exponential quantiles of mean 1; index with 8 random bits. */
export const EXPONENTIAL = table(256, (p) => -log(1 - p))
