// What a venue says about its order book: a whole book (snapshot) or what changed since (diff), in one form for every exchange.
import type { EpochMs } from '../../core/time.ts'

/** Price, amount, price, amount, …: one flat list, so that thousands of levels a second make no garbage. Amount 0 removes a level. */
export type FlatLevels = readonly number[]

/** The whole book, or its best levels, as of update `lastUpdateId`. */
export interface BookSnapshot {
  readonly kind: 'snapshot'
  readonly lastUpdateId: number
  /** The exchange's time; null where the exchange sends none (Binance spot). */
  readonly eventTime: EpochMs | null
  /** When it reached us, by the receiver's clock. */
  readonly arrivedAt: EpochMs
  /** Best first. */
  readonly bids: FlatLevels
  readonly asks: FlatLevels
  /** The venue has levels beyond the worst of these, which we do not know. */
  readonly bidsCut: boolean
  readonly asksCut: boolean
}

/** Levels that changed in updates `firstUpdateId` to `lastUpdateId`, each with the amount it has after the last of them. */
export interface BookDiff {
  readonly kind: 'diff'
  readonly firstUpdateId: number
  readonly lastUpdateId: number
  /** `lastUpdateId` of the diff before this one; null where the exchange does not say. */
  readonly previousUpdateId: number | null
  /** The exchange's time. */
  readonly eventTime: EpochMs
  readonly arrivedAt: EpochMs
  readonly bids: FlatLevels
  readonly asks: FlatLevels
}

export type BookMessage = BookSnapshot | BookDiff
