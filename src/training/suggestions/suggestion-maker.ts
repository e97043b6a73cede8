// Makes suggestions: the instant model fitted on all marks looks at the stored seconds that nobody has judged.
import { directionOf } from '../../contract/direction.ts'
import { availableParallelism } from 'node:os'
import { at } from '../../core/at.ts'
import { MINUTE, SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import { testCaseSpans } from '../../market-state/availability.ts'
import { StateSweep } from '../../market-state/sweep.ts'
import type { MarketReader } from '../../market/provider.ts'
import { clip, rangeOf } from '../../market/ranges.ts'
import type { MarketSlice } from '../../market/slice.ts'
import type { TimeRange } from '../../market/types.ts'
import { parameterDefaults } from '../../models/defaults.ts'
import { instant as model } from '../../models/instant.ts'
import { ACTIONS } from '../../models/model.ts'
import { ROW_SIZE, TURNING } from '../../models/moment-row.ts'
import { KnownRows } from '../../moments/known-rows.ts'
import { MomentMaker } from '../../moments/moment-rows.ts'
import { float32, Session } from '../../nn/runtime.ts'
import { SecondBars } from '../../market-state/bars.ts'
import { dataOf, type TrainingData } from '../data/training-data.ts'
import { medianHolding } from '../evaluation/trading.ts'
import { allSeconds } from '../learning/labelled-rows.ts'
import { lineWeights, RowSummer } from '../learning/ridge.ts'
import { labelled } from '../learning/labelled-rows.ts'
import { StretchRows } from '../learning/stretch-rows.ts'
import { sourceOf } from '../learning/views.ts'
import { jobOptionsOf } from '../runs/parameters.ts'
import { planOptionsOf, planRun } from '../runs/plan.ts'
import { candidateBlocks, judgedSpans, type CandidateBlock } from './candidates.ts'
import { chooseMoments, type ChosenMoment, type ScoredSecond } from './choose-moments.ts'
import type { Proposal, Proposals, SuggestionQuery } from './messages.ts'
import { openingSecond } from './opening-second.ts'

/** HOLDs are drawn by it; the same marks give the same suggestions. */
const SEED = 0
const THREADS = Math.min(4, availableParallelism())
/** Seconds asked about at once. */
const CHUNK = 1024
/** A call that is sure at a second opened so long before it at most. */
const LONGEST_CALL = MINUTE
const [BUY, SELL] = [ACTIONS.indexOf('BUY'), ACTIONS.indexOf('SELL')]
const ALL_JUDGED =
  'All stored seconds of the last day that could be suggested are marked, reviewed or answered: store more of the market.'

export class SuggestionMaker {
  readonly #summer: RowSummer
  readonly #reader: MarketReader
  readonly known: KnownRows

  private constructor(maker: MomentMaker, summer: RowSummer, reader: MarketReader) {
    this.#summer = summer
    this.#reader = reader
    this.known = new KnownRows(maker)
  }

  static async open(reader: MarketReader): Promise<SuggestionMaker> {
    const [maker, summer] = await Promise.all([MomentMaker.open(THREADS), RowSummer.open(TURNING, THREADS)])
    return new SuggestionMaker(maker, summer, reader)
  }

  /** @throws AppError `no_hold_examples` */
  async make(data: TrainingData, query: SuggestionQuery, pattern: string | null): Promise<Proposals> {
    const { market, until, answered, limit } = query
    const own = dataOf(data.markets, market)
    const holding = Math.max(SECOND, Math.round(medianHolding([own]) / SECOND) * SECOND)
    const possible = await testCaseSpans(this.#reader, market)
    const judged = judgedSpans(own, answered)
    const blocks = candidateBlocks(possible, judged, epochMs(until - holding))
    if (blocks.length === 0) return { proposals: [], reason: ALL_JUDGED }
    const head = await this.#fit(data)
    try {
      const looks = await Promise.all(blocks.map((block) => this.#lookAt(block, query, holding, head)))
      const proposals = await proposalsOf(looks, blocks, { limit, holding, pattern, judged })
      return { proposals, reason: proposals.length === 0 ? ALL_JUDGED : null }
    } finally {
      await head.close()
    }
  }

  async #fit(data: TrainingData): Promise<Session> {
    const parameters = { ...parameterDefaults(model.defaults), seed: SEED }
    const plan = planRun(data, jobOptionsOf(parameters), planOptionsOf(model))
    const shown = allSeconds(at(plan.jobs, 0).examples)
    const rows = await new StretchRows(sourceOf(data), this.known).ofExamples(shown)
    const sums = await this.#summer.sum(labelled(rows, shown))
    const line = sums.bothWaysUp().solve(model.closedForm.ridge)
    return Session.open(model.closedForm.exportHead(lineWeights(line)), { threads: THREADS })
  }

  async #lookAt(
    { asOf }: CandidateBlock,
    { market }: SuggestionQuery,
    holding: number,
    head: Session,
  ): Promise<Look> {
    const slice = await this.#reader.slice(market, rangeOf(asOf.from, asOf.to + holding))
    return new Look({ slice, asOf, head, known: this.known, until: asOf.to + holding })
  }
}

interface Wanted {
  readonly limit: number
  /** From entry to exit, ms. */
  readonly holding: number
  readonly pattern: string | null
  readonly judged: readonly TimeRange[]
}

/** The best moments of all blocks, each as its own look sees it. */
async function proposalsOf(
  looks: readonly Look[],
  blocks: readonly CandidateBlock[],
  wanted: Wanted,
): Promise<Proposal[]> {
  const scored: ScoredSecond[] = []
  for (const [i, look] of looks.entries()) scored.push(...(await look.scored(at(blocks, i).instants)))
  return chooseMoments(scored, wanted.limit, async (moment) => {
    const look = looks.find(({ asOf }) => moment.at >= asOf.from && moment.at <= asOf.to)
    return (await look?.proposal(moment, wanted)) ?? null
  })
}

interface LookParts {
  readonly slice: MarketSlice
  readonly asOf: CandidateBlock['asOf']
  readonly head: Session
  readonly known: KnownRows
  readonly until: number
}

/** The model's look at one piece of the store. */
class Look {
  readonly #parts: LookParts
  readonly #sweep: StateSweep
  readonly #bars: SecondBars

  constructor(parts: LookParts) {
    const { slice, asOf, until } = parts
    this.#parts = parts
    this.#sweep = new StateSweep(slice)
    this.#bars = new SecondBars(slice, rangeOf(asOf.from - MINUTE, until + SECOND))
  }

  get asOf(): CandidateBlock['asOf'] {
    return this.#parts.asOf
  }

  /** The likelier side of each second that has a row. */
  async scored(instants: readonly EpochMs[]): Promise<ScoredSecond[]> {
    const scores = await this.#scores(instants)
    return instants.flatMap((instant, i) => {
      const { buy, sell } = at(scores, i)
      if (Number.isNaN(buy)) return []
      return [{ at: instant, side: buy >= sell ? 'BUY' : 'SELL', score: Math.max(buy, sell) } as const]
    })
  }

  /** Entered as its call opens; null where that was judged, or a price is not known. */
  async proposal(moment: ChosenMoment, { holding, pattern, judged }: Wanted): Promise<Proposal | null> {
    const { side, score, kind } = moment
    const opening = await this.#opening(moment)
    if (clip(judged, rangeOf(opening, opening + SECOND)).length > 0) return null
    const exit = epochMs(opening + holding)
    const [price, exitPrice] = [this.#bars.closeAt(opening), this.#bars.closeAt(exit)]
    if (!Number.isFinite(price) || !Number.isFinite(exitPrice)) return null
    const direction = directionOf(side)
    return { at: opening, direction, score, kind, price, exit: { at: exit, price: exitPrice }, pattern }
  }

  async #opening({ at: peak, side }: ChosenMoment): Promise<EpochMs> {
    const from = Math.max(this.asOf.from, peak - LONGEST_CALL)
    const seconds = Array.from({ length: (peak - from) / SECOND + 1 }, (_, i) => epochMs(from + i * SECOND))
    const scores = await this.#scores(seconds)
    return at(seconds, openingSecond(scores.map(({ buy, sell }) => (side === 'BUY' ? buy : sell))))
  }

  /** NaN where there is no row. */
  async #scores(instants: readonly EpochMs[]): Promise<{ buy: number; sell: number }[]> {
    const { known, head, slice } = this.#parts
    const scores: { buy: number; sell: number }[] = []
    for (let from = 0; from < instants.length; from += CHUNK) {
      const part = instants.slice(from, from + CHUNK)
      const rows = await known.rows(slice.market, this.#sweep, part)
      const { probabilities } = await head.run({ row: float32(rows.values, [part.length, ROW_SIZE]) })
      const of = (row: number, action: number): number =>
        rows.known[row] === true
          ? at(probabilities as Float32Array, row * ACTIONS.length + action)
          : Number.NaN
      scores.push(...part.map((_, row) => ({ buy: of(row, BUY), sell: of(row, SELL) })))
    }
    return scores
  }
}
