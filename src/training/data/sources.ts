// What a training reads from: the rooms that it asks, and what the model needs of them.
import type { AnnotationOut, TestCaseState } from '../../contract/annotations.ts'
import type { EpochMs } from '../../core/time.ts'
import type { BookStore } from '../../market/book/book-store.ts'
import type { MarketReader } from '../../market/provider.ts'
import type { Market } from '../../market/types.ts'
import type { ModelDefinition } from '../../models/model.ts'

/** Rooms that training reads from. */
export interface Sources {
  readonly annotations: { list(filter: { market?: Partial<Market> }): Promise<AnnotationOut[]> }
  readonly testCases: {
    list(filter: { market?: Partial<Market> }, options: { revisions: boolean }): Promise<TestCaseState[]>
  }
  readonly reviewedSpans: { list(market: Market): Promise<{ from: string; to: string }[]> }
  readonly rejectedHolds: { list(market: Market): Promise<EpochMs[]> }
  readonly reader: MarketReader
  /** For models that need order books. */
  readonly books?: BookStore
  /** Folder of the test-case files. */
  readonly folder: string
}

/** What loading asks of the model that is to be trained. */
export type ModelNeeds = Pick<ModelDefinition, 'id' | 'needs'>
/** Of a model that asks for nothing beyond the four windows of candles. */
export const CANDLES_ALONE: ModelNeeds = { id: '', needs: [] }
