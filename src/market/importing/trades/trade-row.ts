// A row of a file of trades → a print, or why it is none.
import type { EpochMs } from '../../../core/time.ts'
import type { Side } from '../../types.ts'
import { positiveIn, priceIn, RefusedRow } from '../fields.ts'
import { columnsOf, NO_CHOICE } from '../tables/columns-option.ts'
import { TRADE_LAYOUT } from '../tables/layouts.ts'
import { Table } from '../tables/table.ts'

export type TradeColumn = keyof typeof TRADE_LAYOUT

/** A trade as its file has it. */
export interface Print {
  readonly time: EpochMs
  /** Nanoseconds below the millisecond, where the file is as fine. */
  readonly below: number
  readonly price: number
  readonly amount: number
  readonly side: Side | null
  /** The venue's id; empty where the file has none. */
  readonly given: string
  readonly line: number
}

export function tradeTable(columns?: string): Table<TradeColumn> {
  const choice = columns === undefined ? NO_CHOICE : columnsOf(columns, Object.keys(TRADE_LAYOUT))
  return new Table('trades', TRADE_LAYOUT, choice)
}

/** What is known of a row before its fields are read. */
interface Placed extends Pick<Print, 'time' | 'below' | 'line'> {
  /** Prices of 0 and below are taken, as the market has them. */
  readonly negative: boolean
}

/** @throws RefusedRow */
export function printOf(
  { places, decimalComma }: Table<TradeColumn>,
  fields: readonly string[],
  { time, below, line, negative }: Placed,
): Print {
  const price = priceIn(fields[places.price], 'price', { decimalComma, negative })
  const amount = positiveIn(fields[places.amount], 'amount', decimalComma)
  const side = sideIn(fields[places.side]) ?? takerOf(fields[places.maker])
  return { time, below, price, amount, side, given: idIn(fields[places.id]), line }
}

/** What files write where they do not know. */
const NOTHING = ['', '-', 'unknown', 'none', 'null', 'nan', 'n/a', 'na', '<na>']
const NO_ID = new Set(NOTHING)
const NO_SIDE = new Set([...NOTHING, 'u'])

/** A whole number that went through a double: pandas writes 123.0 where a column has gaps, spreadsheets 9.0072E+15. */
const WHOLE_DOUBLE = /^(\d+)\.0*$/
const ROUNDED = /^\d(\.\d+)?e\+\d+$/i

/** The id as its venue wrote it; empty where the row has none. @throws RefusedRow where a double rounded it, so that others may look the same */
function idIn(text: string | undefined): string {
  const id = text?.trim() ?? ''
  if (NO_ID.has(id.toLowerCase())) return ''
  const whole = WHOLE_DOUBLE.exec(id)?.[1]
  if (whole !== undefined && Number.isSafeInteger(Number(whole))) return whole
  if (whole === undefined && !ROUNDED.test(id)) return id
  throw new RefusedRow(`id is ${id}, which a double has rounded: write ids as text or as integers of 64 bits`)
}

function sideIn(text: string | undefined): Side | null {
  const side = text?.trim().toLowerCase() ?? ''
  if (side === 'buy' || side === 'b') return 'buy'
  if (side === 'sell' || side === 's') return 'sell'
  if (NO_SIDE.has(side)) return null
  throw new RefusedRow(`side is "${text?.trim()}": expected buy or sell`)
}

/** The taker sold where the buyer was the maker. */
function takerOf(buyerIsMaker: string | undefined): Side | null {
  const text = buyerIsMaker?.trim().toLowerCase() ?? ''
  if (NO_SIDE.has(text)) return null
  if (text === 'true' || text === '1') return 'sell'
  if (text === 'false' || text === '0') return 'buy'
  throw new RefusedRow(`is_buyer_maker is "${buyerIsMaker}": expected true or false`)
}
