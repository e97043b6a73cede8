// What a marked trade earns in percent of its entry price, before and after fees.

export interface MarkedTrade {
  readonly direction: 'LONG' | 'SHORT'
  readonly entryPrice: number
  readonly exitPrice: number
}

/** Gross: (exit − entry) / entry · 100 for LONG, its negative for SHORT. */
export function grossPct({ direction, entryPrice, exitPrice }: MarkedTrade): number {
  const pct = ((exitPrice - entryPrice) / entryPrice) * 100
  return direction === 'LONG' ? pct : 0 - pct
}

/**
 * Net of a fee of `feePctPerSide` percent of what each side turns over, with f = fee / 100:
 * LONG (exit·(1 − f) − entry·(1 + f)) / entry · 100, SHORT (entry·(1 − f) − exit·(1 + f)) / entry · 100; of a price below 0 the fee is of
 * its size.
 */
export function netPct({ direction, entryPrice, exitPrice }: MarkedTrade, feePctPerSide: number): number {
  const fee = feePctPerSide / 100
  const [sold, bought] = direction === 'LONG' ? [exitPrice, entryPrice] : [entryPrice, exitPrice]
  return ((sold * (1 - Math.sign(sold) * fee) - bought * (1 + Math.sign(bought) * fee)) / entryPrice) * 100
}
