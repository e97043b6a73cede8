// Scores a block by each checkpoint of a backtest.
import type { TimeRange } from '../market/types.ts'
import type { BlockScorer } from './block-scorer.ts'
import { KnownParts } from './known-parts.ts'
import type { KnownSeconds } from './known-seconds.ts'

export class PartScorers {
  readonly #scorers: readonly BlockScorer[]

  constructor(scorers: readonly BlockScorer[]) {
    this.#scorers = scorers
  }

  async score(block: TimeRange): Promise<KnownParts> {
    const known: KnownSeconds[] = []
    for (const scorer of this.#scorers) known.push(await scorer.score(block))
    return new KnownParts(known)
  }
}
