// How sure a signal is, in words, and why a model abstains.
import type { SignalOut } from '../../contract/inference.ts'

export type Sureness =
  | {
      readonly kind: 'known'
      /** `High`, or `High or Medium, little evidence`. */
      readonly words: string
      /** Null where the interval spans several. */
      readonly band: SignalOut['confidence_band']
      readonly confidence: number
    }
  | { readonly kind: 'uncalibrated' }
  | { readonly kind: 'none' }

/** What to show beside the action: nothing for HOLD, how sure in words, or that it is not calibrated yet. */
export function surenessOf(signal: SignalOut): Sureness {
  const { action, confidence, confidence_band: band, confidence_words: words } = signal
  if (action === 'HOLD') return { kind: 'none' }
  if (confidence === null) return { kind: 'uncalibrated' }
  return { kind: 'known', words: words ?? '', band, confidence }
}

const REASONS: Record<string, string> = {
  clock_went_back: 'this machine’s clock was set back, and this second is not certain',
  stale_data: 'the market data is stale',
  incomplete_data: 'the second is incomplete',
  not_enough_candles: 'fewer than 100 candles of a timeframe are known',
  non_positive_price: 'a price among its candles is 0 or below',
  no_order_book: 'the order book of the last 100 seconds is not recorded',
  gaps: 'too many candles, or seconds of the order book, are missing',
  patterns_disagree: 'one pattern says BUY and another SELL',
  unlike_training: 'this second is unlike anything it learnt from',
  too_many_gaps: 'too many candles are missing',
  late: 'the second was decided too late',
}

/** Why the model abstains, in words. */
export function reasonText(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll('_', ' ')
}

/** How unlike what its checkpoint learnt from a second is, beside where it abstains. */
export function oddnessText(
  { oddness }: SignalOut,
  { unlike_past: limit }: { unlike_past?: number },
): string {
  if (oddness === undefined) return 'likeness to its training not known'
  const times = `${oddness.toFixed(1)} × an ordinary second’s distance from its training`
  return limit === undefined ? times : `${times}, abstains past ${limit.toFixed(1)}`
}
