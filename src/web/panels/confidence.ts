// How sure a signal is, in words (design: High over 70, Medium 50–70, Low under 50), and why a model abstains.
import type { SignalOut } from '../../contract/inference.ts'

export type Level = 'High' | 'Medium' | 'Low'

/** Of a confidence of 0–100. */
export function levelOf(confidence: number): Level {
  if (confidence > 70) return 'High'
  return confidence >= 50 ? 'Medium' : 'Low'
}

export type Sureness =
  | { readonly kind: 'level'; readonly level: Level; readonly confidence: number }
  | { readonly kind: 'uncalibrated' }
  | { readonly kind: 'none' }

/** What to show beside the action: nothing for HOLD, a level, or that it is not calibrated yet. */
export function surenessOf(signal: SignalOut): Sureness {
  if (signal.action === 'HOLD') return { kind: 'none' }
  if (signal.confidence === null) return { kind: 'uncalibrated' }
  return { kind: 'level', level: levelOf(signal.confidence), confidence: signal.confidence }
}

const REASONS: Record<string, string> = {
  clock_went_back: 'this machine’s clock was set back, and this second is not certain',
  stale_data: 'the market data is stale',
  incomplete_data: 'the second is incomplete',
  not_enough_candles: 'fewer than 100 candles of a timeframe are known',
  no_order_book: 'the order book of the last 100 seconds is not recorded',
  gaps: 'too many candles, or seconds of the order book, are missing',
  too_many_gaps: 'too many candles are missing',
  late: 'the second was decided too late',
}

/** Why the model abstains, in words. */
export function reasonText(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll('_', ' ')
}
