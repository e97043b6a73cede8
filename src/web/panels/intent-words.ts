// What an agent's action means to its paper position, and the position itself, in words. Pure.
import type { PaperPosition, SignalOut } from '../../contract/inference.ts'
import { clock, plural, price, signedPct } from '../state/format.ts'

const INTENTS = {
  open_long: 'open long',
  open_short: 'open short',
  close_long: 'close long',
  close_short: 'close short',
  hold: '',
} as const

/** `open long`, `close short`; '' where nothing is done, or the model is no agent. */
export function intentText({ intent }: Pick<SignalOut, 'intent'>): string {
  return intent === undefined ? '' : INTENTS[intent]
}

/** The same in one word, for the list. */
export function intentWord(signal: Pick<SignalOut, 'intent'>): string {
  const [word = ''] = intentText(signal).split(' ')
  return word
}

/** `LONG since 12:21:29 at 3,576.20`, `flat`. */
export function positionText(
  { side, entry_price: entry, opened_at: opened }: PaperPosition,
  digits: number,
): string {
  if (side === 'FLAT' || entry === null) return 'flat'
  return `${side}${opened === null ? '' : ` since ${clock(Date.parse(opened))}`} at ${price(entry, digits)}`
}

/** `3 trades, −0.20 % after fees`. */
export function tradesText({ trades, realised_pct: realised }: PaperPosition): string {
  return trades === 0
    ? 'no trade closed yet'
    : `${plural(trades, 'trade')}, ${signedPct(realised)} after fees`
}
