// Seeded random numbers and the initial weights made from them.
import type { Initializer } from './value.ts'

/** Uniform numbers in [0, 1), the same for the same seed: mulberry32 (32 bits of state, by Tommy Ettinger). */
export function randomFrom(seed: number): () => number {
  let state = Math.trunc(seed) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Kaiming uniform for ReLU (He et al. 2015, eq. 10): variance 2 / fanIn. */
export function kaiming(fanIn: number): Initializer {
  return uniform(Math.sqrt(6 / fanIn))
}

/** Uniform in [−limit, limit). */
export function uniform(limit: number): Initializer {
  return (size, random) => Float32Array.from({ length: size }, () => (2 * random() - 1) * limit)
}

export function filled(value: number): Initializer {
  return (size) => new Float32Array(size).fill(value)
}
