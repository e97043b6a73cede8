// What is known of the seconds of a block by each checkpoint that is asked about them: one, or one for each pattern.
import { at } from '../core/at.ts'
import type { TimeRange } from '../market/types.ts'
import { KnownSeconds } from './known-seconds.ts'

export class KnownParts {
  readonly range: TimeRange
  /** In the order of the backtest's checkpoints. */
  readonly parts: readonly KnownSeconds[]

  /** @param parts of the same seconds; at least one */
  constructor(parts: readonly KnownSeconds[]) {
    this.range = at(parts, 0).range
    this.parts = parts
  }

  /** Null where they are no bytes of these seconds by so many checkpoints, or of another version. They are copied. */
  static of(range: TimeRange, bytes: Uint8Array, count: number): KnownParts | null {
    const size = bytes.length / count
    if (!Number.isInteger(size)) return null
    const parts = Array.from({ length: count }, (_, i) =>
      KnownSeconds.of(range, bytes.subarray(i * size, (i + 1) * size)),
    ).filter((part) => part !== null)
    return parts.length === count ? new KnownParts(parts) : null
  }

  /** As they are stored and sent: one after the other. */
  get bytes(): Uint8Array {
    return Buffer.concat(this.parts.map(({ bytes }) => bytes))
  }
}
