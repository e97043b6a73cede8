// What a model says of every second of a block, and how unlike its training each is: many at once, before a session asks about each.
import type { EpochMs } from '../core/time.ts'
import { isUnlike, type SecondResult } from '../inference/second.ts'
import type { BookSlice } from '../market/book/book-slice.ts'
import type { MarketSlice } from '../market/slice.ts'
import { isSecondKnown } from '../market-state/availability.ts'
import { MAX_GAP_SHARE_PCT } from '../market-state/gap-share.ts'
import { StateSweep } from '../market-state/sweep.ts'
import { allocateInputs, type StateInputs } from '../market-state/tensors.ts'
import type { MomentMaker } from '../moments/moment-rows.ts'
import type { OddnessScale } from '../moments/oddness-file.ts'
import { ACTIONS } from '../models/model.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { besides, type ScoredRows } from '../orchestrator/scored-rows.ts'
import { scoresAt } from '../signals/signal.ts'
import type { KnownSeconds } from './known-seconds.ts'
import { ManyAtOnce } from './many-at-once.ts'

/** What a block's states are made of. */
export interface BlockMarket {
  readonly slice: MarketSlice
  readonly book: BookSlice | null
}

/** How unlike its training a checkpoint finds rows, and what makes them. */
export interface RowScale {
  readonly maker: MomentMaker
  readonly scale: OddnessScale
  /** Makes them beside the network's answers; null where the network is asked by itself. */
  readonly beside: ScoredRows | null
}

/** A second whose state is among the inputs. */
interface Swept {
  readonly second: EpochMs
  /** The last close before it; null where a session abstains or goes by more than the state, and has to read it itself. */
  readonly price: number | null
}

export class ScoreAhead {
  readonly #readsOrderBook: boolean
  readonly #readsAccount: boolean
  readonly #inputs: StateInputs
  /** Scores and rows in one run. */
  readonly #both: ManyAtOnce | null
  readonly #scores: ManyAtOnce
  readonly #rows: ManyAtOnce
  readonly #scale: OddnessScale | null

  constructor(predictor: Predictor, rows: RowScale | null) {
    this.#readsOrderBook = predictor.readsOrderBook
    this.#readsAccount = predictor.readsAccount
    this.#inputs = allocateInputs(predictor.rowsAtOnce, predictor.readsOrderBook)
    this.#scores = new ManyAtOnce((inputs) => predictor.predict(inputs), {
      isSame: predictor.rowsAtOnce > 1,
    })
    this.#rows = new ManyAtOnce(async (inputs) => (await rows?.maker.rowsOf(inputs)) ?? new Float32Array(0))
    this.#scale = rows?.scale ?? null
    this.#both = bothAtOnce(predictor, rows)
  }

  /**
   * Seconds that `known` does not know, read whole where nothing speaks against an answer. What fails is left to the session, which asks about
   * each by itself.
   */
  async fill({ slice, book }: BlockMarket, known: KnownSeconds): Promise<void> {
    if (!this.#scores.isSame) return
    this.#both?.recheck()
    this.#scores.recheck()
    const sweep = new StateSweep(slice, this.#readsOrderBook ? (book ?? undefined) : undefined)
    const left = known.seconds().filter((second) => !known.knowsScores(second))
    let swept: Swept[] = []
    for (const second of left) {
      if (sweep.writeAt(second, this.#inputs, swept.length)) {
        swept.push({ second, price: this.#isWhole(slice, second, sweep) ? sweep.lastClose : null })
      }
      if (swept.length < this.#inputs.count) continue
      await this.#ask(swept, known)
      swept = []
    }
    await this.#ask(swept, known)
  }

  /** Whether a session answers the second by what is found here alone. */
  #isWhole(slice: MarketSlice, second: EpochMs, { gapSharePct }: StateSweep): boolean {
    return !this.#readsAccount && isSecondKnown(slice, second) && gapSharePct <= MAX_GAP_SHARE_PCT
  }

  async #ask(swept: readonly Swept[], known: KnownSeconds): Promise<void> {
    if (swept.length === 0) return
    if (!(await this.#askBoth(swept, known))) await this.#askApart(swept, known)
    for (const one of swept) this.#tellRead(one, known)
  }

  async #askBoth(swept: readonly Swept[], known: KnownSeconds): Promise<boolean> {
    const [both, scale] = [await this.#both?.answer(this.#inputs, swept.length), this.#scale]
    if (both === undefined || both === null || scale === null) return false
    eachOf(swept, both, ({ second }, own) => {
      known.tellScores(second, own.subarray(0, ACTIONS.length))
      known.tellOddness(second, scale.of(own.subarray(ACTIONS.length)))
    })
    return true
  }

  async #askApart(swept: readonly Swept[], known: KnownSeconds): Promise<void> {
    const scores = await this.#scores.answer(this.#inputs, swept.length)
    if (scores !== null) eachOf(swept, scores, ({ second }, own) => known.tellScores(second, own))
    const scale = this.#scale
    if (scale === null) return
    this.#rows.recheck()
    const rows = await this.#rows.answer(this.#inputs, swept.length)
    if (rows !== null) eachOf(swept, rows, ({ second }, own) => known.tellOddness(second, scale.of(own)))
  }

  /** As a session's reader reads it. */
  #tellRead({ second, price }: Swept, known: KnownSeconds): void {
    const oddness = known.oddness(second)
    if (price === null || !known.knowsScores(second) || (this.#scale !== null && oddness === null)) return
    known.tell(second, { reason: this.#reason(oddness, known.scores(second, false)), price, oddness })
  }

  #reason(oddness: number | null, scores: Float32Array): SecondResult['reason'] {
    if (isUnlike(oddness, this.#scale)) return 'unlike_training'
    return scoresAt(scores, 0) === null ? 'model_failed' : null
  }
}

/** Held against the network and the maker by themselves, as a live second asks them. */
function bothAtOnce(predictor: Predictor, rows: RowScale | null): ManyAtOnce | null {
  if (rows === null || rows.beside === null) return null
  const { maker, beside } = rows
  const alone = async (inputs: StateInputs): Promise<Float32Array> =>
    besides(await predictor.predict(inputs), await maker.rowsOf(inputs), inputs.count)
  return new ManyAtOnce((inputs) => beside.of(inputs), { alone })
}

function eachOf(
  swept: readonly Swept[],
  answers: Float32Array,
  tell: (one: Swept, own: Float32Array) => void,
): void {
  const size = answers.length / swept.length
  for (const [row, one] of swept.entries()) tell(one, answers.subarray(row * size, (row + 1) * size))
}
