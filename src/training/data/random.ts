// Seeded draws for sampling and augmentation; each purpose has a stream of its own, so that none disturbs another.
import { randomFrom } from '../../nn/random.ts'

/** A stream of pseudo-random numbers. */
export class Random {
  readonly #next: () => number

  /** @param keys the run's seed first, then numbers that name the purpose (purpose, fold, epoch, …) */
  constructor(...keys: readonly number[]) {
    this.#next = randomFrom(keys.reduce((state, key) => mix(state ^ mix(key)), 0x9e3779b9))
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.#next()
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.#next() * count)
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.#next()
  }

  /** Standard normal, by the sum of twelve uniforms (cut off at ±6, without transcendental functions). */
  normal(): number {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += this.#next()
    return sum
  }

  /** Fisher and Yates, in place. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const held = items[i]
      items[i] = items[j]
      items[j] = held
    }
    return items
  }
}

/** What a stream is for; part of its keys. */
export const PURPOSE = {
  holds: 1,
  order: 2,
  views: 3,
  learner: 4,
  caller: 5,
  placements: 6,
  agent: 7,
  pretraining: 8,
  secondLooks: 9,
} as const

/** Scrambles 32 bits (the finalizer of MurmurHash3, Appleby). */
export function mix(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
