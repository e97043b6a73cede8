// Candles and trades as rows that several may claim: what their place is, and what stands of two.
import type { Candle, Trade } from '../types.ts'
import { isFuller } from './putting.ts'
import { isSameTrade, merged } from './trade-table.ts'
import type { Kind } from './what-stands.ts'

export const CANDLES: Kind<Candle> = {
  timeOf: ({ openTime }) => openTime,
  keyOf: ({ openTime }) => String(openTime),
  together: (known, other) => (isFuller(other, tupleOf(known)) ? other : known),
  isSame: (a, b) => tupleOf(a).every((value, index) => value === tupleOf(b)[index]),
}

export const TRADES: Kind<Trade> = {
  timeOf: ({ time }) => time,
  keyOf: ({ time, id }) => `${time} ${id}`,
  together: merged,
  isSame: isSameTrade,
}

function tupleOf({ openTime, open, high, low, close, volume }: Candle): number[] {
  return [openTime, open, high, low, close, volume]
}
