// What a source yields: trades, order books, and how far everything has been sent.
import type { EpochMs } from '../../core/time.ts'
import type { TopSnapshot } from '../book/top-snapshot.ts'
import type { Market, Trade } from '../types.ts'

/** In order of event time within a kind. */
export type MarketEvent =
  | { readonly kind: 'trade'; readonly market: Market; readonly trade: Trade }
  /**
   * Everything with event time < `through` has been sent: a stream's confirmation, the tick that closes a second. `from` stands where that
   * does not reach back to the mark before: what lies between is unknown, a gap.
   */
  | {
      readonly kind: 'confirmed'
      readonly market: Market
      readonly through: EpochMs
      readonly from?: EpochMs
    }
  /**
   * A venue's best levels as of second `snapshot.time`, sent before the mark that confirms that second: one that comes after its second was
   * decided is not recorded, since the signal of that second did not see it.
   */
  | { readonly kind: 'book'; readonly market: Market; readonly snapshot: TopSnapshot }
  | { readonly kind: 'end_of_data'; readonly market: Market; readonly at: EpochMs }
