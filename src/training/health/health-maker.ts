// Looks at the data set: reads marks and market, asks each measure, and puts together what they say.
import { availableParallelism } from 'node:os'
import type { SecondLooks } from '../../annotation/second-looks.ts'
import type { AnnotationOut } from '../../contract/annotations.ts'
import type { DataSetHealth, LabelledMoment } from '../../contract/data-set-health.ts'
import { at } from '../../core/at.ts'
import { AppError } from '../../core/errors.ts'
import { HOUR, epochMs } from '../../core/time.ts'
import { clip, joined, rangeOf } from '../../market/ranges.ts'
import type { Market } from '../../market/types.ts'
import { StateSweep } from '../../market-state/sweep.ts'
import { ComparedRows } from '../../moments/alike.ts'
import { KnownRows } from '../../moments/known-rows.ts'
import { MomentMaker } from '../../moments/moment-rows.ts'
import { keptScaling } from '../../moments/scaling.ts'
import { loadTrainingData } from '../data/load-data.ts'
import type { Sources } from '../data/sources.ts'
import { NOTHING_YET } from '../preview/kept-workspace.ts'
import { agreementOf } from './agreement.ts'
import { besideGaps } from './beside-gaps.ts'
import { countsOf, quartersOf } from './counts.ts'
import type { ZonedHealth } from './in-zone.ts'
import { doubtfulMarks, type ScoredMark, type SideScores } from './doubtful.ts'
import { HeldOutScorer, type HeldOutScores } from './held-out-scores.ts'
import { DOUBLE_FROM, OPPOSITE_FROM, likeLabels } from './like-labels.ts'
import { entryOf, holdMoment, listed, momentOf } from './moments.ts'
import { byMarket, sameMoves } from './same-moves.ts'
import { volatilitiesAt, type Volatility } from './volatility.ts'

const THREADS = Math.min(4, availableParallelism())
/** Each is compared with each: the newest. */
const MOST_COMPARED = 2_000
const NO_ROWS = 'Nothing to measure likeness by yet: rows of past seconds are still being made.'

/** What is said of one market. */
interface MarketMarks {
  readonly market: Market
  readonly marks: readonly AnnotationOut[]
}

/** What it is read from. */
export interface HealthSources {
  readonly sources: Sources
  readonly secondLooks: SecondLooks
}

export class HealthMaker {
  readonly #sources: Sources
  readonly #secondLooks: SecondLooks
  /** Of the table of moments. */
  readonly #moments: string
  readonly #scorer: HeldOutScorer
  readonly known: KnownRows

  private constructor(
    { sources, secondLooks }: HealthSources,
    moments: string,
    scorer: HeldOutScorer,
    known: KnownRows,
  ) {
    this.#sources = sources
    this.#secondLooks = secondLooks
    this.#moments = moments
    this.#scorer = scorer
    this.known = known
  }

  /** @param moments path of the table of moments */
  static async open(sources: HealthSources, moments: string): Promise<HealthMaker> {
    const known = new KnownRows(await MomentMaker.open(THREADS))
    return new HealthMaker(sources, moments, await HeldOutScorer.open(known, THREADS), known)
  }

  async make(): Promise<ZonedHealth> {
    const annotations = await this.#sources.annotations.list({})
    const markets = [...byMarket(annotations).values()].map((marks): MarketMarks => {
      const { venue, symbol } = at(marks, 0)
      return { market: { venue, symbol }, marks }
    })
    return { health: await this.#healthOf(annotations, markets), quarters: quartersOf(annotations) }
  }

  async #healthOf(
    annotations: readonly AnnotationOut[],
    markets: readonly MarketMarks[],
  ): Promise<DataSetHealth> {
    const holds = await this.#holds(markets)
    return {
      annotations: annotations.length,
      balance: {
        long: annotations.filter(({ direction }) => direction === 'LONG').length,
        short: annotations.filter(({ direction }) => direction === 'SHORT').length,
        rejected_holds: holds.length,
        reviewed_hours: await this.#reviewedHours(markets),
      },
      counts: countsOf(annotations, await this.#volatilities(markets)),
      timezone: 'UTC',
      same_moves: listed(sameMoves(annotations)),
      beside_gaps: listed(await this.#gaps(markets)),
      doubtful: await this.#doubtful(markets),
      alike: await this.#alike(annotations.map(momentOf), holds),
      agreement: agreementOf(await this.#secondLooks.newest()),
    }
  }

  async #holds(markets: readonly MarketMarks[]): Promise<LabelledMoment[]> {
    const found: LabelledMoment[] = []
    for (const { market } of markets) {
      const seconds = await this.#sources.rejectedHolds.list(market)
      found.push(...seconds.map((second) => holdMoment(market, second)))
    }
    return found
  }

  /** Of what is stored: a training learns nothing from the rest. */
  async #reviewedHours(markets: readonly MarketMarks[]): Promise<number> {
    let sum = 0
    for (const { market } of markets) {
      const spans = await this.#sources.reviewedSpans.list(market)
      const stored = await this.#sources.reader.coverage(market, '1s')
      const reviewed = joined(spans.map(({ from, to }) => rangeOf(Date.parse(from), Date.parse(to))))
      const ranges = reviewed.flatMap((range) => clip(stored, range))
      sum += ranges.reduce((hours, { from, to }) => hours + (to - from) / HOUR, 0)
    }
    return sum
  }

  async #volatilities(markets: readonly MarketMarks[]): Promise<Map<string, Volatility>> {
    const found = new Map<string, Volatility>()
    for (const { market, marks } of markets) {
      const thirds = await volatilitiesAt(this.#sources.reader, market, marks.map(entryOf))
      for (const [i, { id }] of marks.entries()) {
        const third = thirds[i] ?? null
        if (third !== null) found.set(id, third)
      }
    }
    return found
  }

  async #gaps(markets: readonly MarketMarks[]) {
    const found: ReturnType<typeof besideGaps> = []
    for (const { market, marks } of markets) {
      found.push(...besideGaps(marks, await this.#sources.reader.coverage(market, '1s')))
    }
    return found.toSorted((a, b) => b.missing_seconds - a.missing_seconds)
  }

  /** Scores of different markets' models are not compared: each market's marks are measured by its own ordinary moments. */
  async #doubtful(markets: readonly MarketMarks[]): Promise<DataSetHealth['doubtful']> {
    const reasons: string[] = []
    const found: ReturnType<typeof doubtfulMarks> = []
    let [scored, ordinary] = [0, 0]
    for (const { market, marks } of markets) {
      const scores = await this.#scores(market)
      if (scores.reason !== null) reasons.push(`${market.symbol} of ${market.venue}: ${scores.reason}`)
      const own = marks.flatMap((mark) => scoredMark(mark, scores.marks.get(mark.id)))
      found.push(...doubtfulMarks(own, scores.ordinary))
      scored += own.length
      ordinary += scores.ordinary.length
    }
    return { ...listed(found.toSorted((a, b) => a.score - b.score)), scored, ordinary, reasons }
  }

  async #scores({ venue, symbol }: Market): Promise<HeldOutScores> {
    try {
      return await this.#scorer.score(await loadTrainingData(this.#sources, { venue, symbol }))
    } catch (error) {
      if (!(error instanceof AppError) || !NOTHING_YET.has(error.code)) throw error
      return { marks: new Map(), ordinary: [], reason: error.message }
    }
  }

  async #alike(
    marks: readonly LabelledMoment[],
    holds: readonly LabelledMoment[],
  ): Promise<DataSetHealth['alike']> {
    const bounds = { opposite_from: OPPOSITE_FROM, double_from: DOUBLE_FROM }
    const scaling = keptScaling(this.#moments, await this.#sources.reader.markets())
    if (scaling === null) return { rows: [], total: 0, compared: 0, ...bounds, reason: NO_ROWS }
    const newest = [...marks, ...holds]
      .toSorted((a, b) => (a.timestamp < b.timestamp ? 1 : -1))
      .slice(0, MOST_COMPARED)
    const { moments, rows } = await this.#withRows(newest)
    const compared = new ComparedRows(rows, scaling)
    const pairs = likeLabels(moments, (a, b) => compared.likeness(a, b))
    return { ...listed(pairs), compared: compared.size, ...bounds, reason: null }
  }

  /** Those that have a row. */
  async #withRows(all: readonly LabelledMoment[]) {
    const moments: LabelledMoment[] = []
    const rows: Float32Array[] = []
    for (const moment of all) {
      const row = await this.#rowOf(moment)
      if (row === null) continue
      moments.push(moment)
      rows.push(row)
    }
    return { moments, rows }
  }

  async #rowOf({ symbol, venue, timestamp }: LabelledMoment): Promise<Float32Array | null> {
    const market = { venue, symbol }
    const second = epochMs(Date.parse(timestamp))
    const kept = this.known.kept(market, second)
    if (kept !== undefined) return kept
    const slice = await this.#sources.reader.slice(market, rangeOf(second, second))
    const { values, known } = await this.known.rows(market, new StateSweep(slice), [second])
    return known[0] === true ? values : null
  }
}

function scoredMark(mark: AnnotationOut, scores: SideScores | undefined): ScoredMark[] {
  return scores === undefined ? [] : [{ mark: momentOf(mark), ...scores }]
}
