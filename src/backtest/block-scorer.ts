// Finds of a block's seconds whatever does not depend on the seconds before them: an agent's position does, all else does not.
import { MarketSeconds } from '../inference/market-seconds.ts'
import { oddnessOf } from '../inference/oddness-of.ts'
import { SecondReader } from '../inference/second.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import type { Market, TimeRange } from '../market/types.ts'
import { MomentMaker } from '../moments/moment-rows.ts'
import { SingleRows } from '../moments/single-rows.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { ScoredRows } from '../orchestrator/scored-rows.ts'
import { KeptScores } from './kept-scores.ts'
import { KnownSeconds } from './known-seconds.ts'
import { ScoreAhead } from './score-ahead.ts'
import { StoredSeconds } from './stored-seconds.ts'

export interface ScorerParts {
  readonly market: Market
  readonly checkpoint: LoadedCheckpoint
  readonly predictor: Predictor
  readonly reader: MarketReader
  readonly books: BookStore
}

/** The same numbers in whichever process, and whichever blocks it was asked about before. */
export class BlockScorer {
  readonly #seconds: StoredSeconds
  readonly #kept: KeptScores
  readonly #ahead: ScoreAhead
  readonly #isAgent: boolean
  #known: KnownSeconds | null = null

  private constructor(parts: ScorerParts, ahead: ScoreAhead) {
    const { market, predictor, checkpoint } = parts
    const seconds = storedSeconds(parts)
    const kept = new KeptScores(predictor, () => seconds.now)
    const reader = new SecondReader({
      seconds: new MarketSeconds(seconds, market, new SingleRows(), seconds),
      predictor: kept,
      trader: null,
      oddness: oddnessOf(checkpoint),
      ahead: kept,
    })
    this.#seconds = seconds
    this.#kept = kept
    this.#ahead = ahead
    this.#isAgent = predictor.readsAccount
    seconds.onSecond(market, async (second) => this.#known?.tell(second, await reader.read(second)))
  }

  static async open(parts: ScorerParts): Promise<BlockScorer> {
    const scale = oddnessOf(parts.checkpoint)
    const rows =
      scale === null
        ? null
        : { scale, maker: await MomentMaker.open(), beside: await ScoredRows.open(parts.checkpoint) }
    return new BlockScorer(parts, new ScoreAhead(parts.predictor, rows))
  }

  async score(block: TimeRange): Promise<KnownSeconds> {
    const known = KnownSeconds.nothing(block)
    this.#known = known
    this.#seconds.begin(block)
    this.#kept.begin(known)
    await this.#ahead.fill(await this.#seconds.seen(), known)
    if (!this.#isAgent) await this.#read()
    return known
  }

  /** What fails is left to the session, which says so. */
  async #read(): Promise<void> {
    try {
      await this.#seconds.play()
    } catch {
      // The seconds from here on stay unread.
    }
  }
}

/** What a session, or whoever scores ahead of it, goes through. */
export function storedSeconds({ market, predictor, reader, books }: ScorerParts): StoredSeconds {
  return new StoredSeconds({ market, reader, books: predictor.readsOrderBook ? books : null })
}
