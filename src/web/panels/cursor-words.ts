// What a chart says of the cursor where it holds no candles there. Pure.
import type { Holding } from '../charts/board-candles.ts'

/** Null where there is nothing to say. "Stored" is said of what was asked for alone. */
export function cursorWords(timeframe: string, holding: Holding): string | null {
  if (holding === 'held') return null
  if (holding === 'reading') return `Reading the ${timeframe} candles at the cursor …`
  if (holding === 'nothing stored') return `No ${timeframe} candles are stored at the cursor.`
  return `The ${timeframe} candles at the cursor are not read yet: move the cursor, or scroll there.`
}
