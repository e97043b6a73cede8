// Where a cell is trained and tested: annotations of one market, fresh seconds of another or of a later day, and how calls on them score.
import type { BookSlice } from '../../src/market/book/book-slice.ts'
import type { MarketSlice } from '../../src/market/slice.ts'
import type { TimeRange } from '../../src/market/types.ts'
import type { ModelDefinition } from '../../src/models/model.ts'
import type { SecondBars } from '../../src/market-state/bars.ts'
import type { TrainingData } from '../../src/training/data/training-data.ts'
import type { MarketCall, ScorableMark } from '../../src/training/evaluation/score-calls.ts'

export interface CellScore {
  readonly calls: number
  readonly recall: number
  /** Null without a call. */
  readonly precision: number | null
  readonly f1: number
  readonly falseCallsPerHour: number
  /** Percent after fees, mean over calls; null without any. */
  readonly netPct: number | null
}

/** Seconds that nothing was trained on. */
export interface TestPlace {
  readonly slice: MarketSlice
  /** Where the market has order books. */
  readonly books?: BookSlice
  readonly bars: SecondBars
  /** Ascending; callers start afresh in each. */
  readonly ranges: readonly TimeRange[]
  /** What there is to hit. */
  readonly targets: number
  readonly hours: number
  /** What is to hit, as marks, where it is marked. */
  readonly marks?: readonly ScorableMark[]
  score(calls: readonly MarketCall[], holding: number): CellScore
}

/** One market with `annotations` marks, reviewed as far as the last of them. */
export interface TrainingPlace {
  readonly data: TrainingData
  readonly hours: number
  close(): void
}

export interface TrainOptions {
  /** With all that it needs. */
  readonly model?: ModelDefinition | undefined
  /** With what is stored beside the annotations. */
  readonly pretraining?: boolean
}

export interface Venue {
  readonly test: TestPlace
  /** The first `annotations` of the market; null where it has not so many. */
  train(annotations: number, options?: TrainOptions): Promise<TrainingPlace | null>
  /** Annotations it has, where that is limited. */
  readonly available?: number
  /** A caller that finds exactly what there is to hit, at its second. */
  perfect?(): CellScore
  close(): void
}
