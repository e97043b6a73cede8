// Profit and loss of a mark as the page shows it while choosing; the server computes the saved figures by the same rule.
import type { Direction } from '../../contract/direction.ts'

/** Per side, in percent of the price paid. */
export const FEE_PCT_PER_SIDE = 0.1

/** Gross: (exit − entry) / entry · 100 for LONG, its negative for SHORT. */
export function grossPct(direction: Direction, entry: number, exit: number): number {
  const change = ((exit - entry) / entry) * 100
  return direction === 'LONG' ? change : 0 - change
}

/** Net of a fee on what each side turns over, percent of the entry: both sides pay `fee` percent of the size of their own price. */
export function netPct(direction: Direction, entry: number, exit: number, fee = FEE_PCT_PER_SIDE): number {
  const share = fee / 100
  const [sold, bought] = direction === 'LONG' ? [exit, entry] : [entry, exit]
  return ((sold * (1 - Math.sign(sold) * share) - bought * (1 + Math.sign(bought) * share)) / entry) * 100
}

/** The direction that makes the move a gain. */
export function gainingDirection(entry: number, exit: number): Direction {
  return exit < entry ? 'SHORT' : 'LONG'
}
