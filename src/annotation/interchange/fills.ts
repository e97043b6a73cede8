// Fills of a broker or an exchange as closed trades: from the first fill of a position to the one that leaves it flat again.
import type { EpochMs } from '../../core/time.ts'
import { labelInstant, RefusedLabelError, requireOrder, type Zone } from './label-times.ts'
import { labelOf, type Label, type RefusedLabel } from './label.ts'
import type { Row, Rows } from './rows.ts'
import { directionOf, priceIn } from './trade-list.ts'

const COLUMNS = {
  time: ['timestamp', 'time', 'date_time', 'datetime', 'date_utc', 'date', 'executed_at', 'filled_at'],
  side: ['side', 'type', 'action', 'buy_sell'],
  price: ['price', 'fill_price', 'avg_price', 'trade_price'],
  amount: ['amount', 'quantity', 'qty', 'executed', 'size', 'volume', 'shares', 'filled'],
  symbol: ['symbol', 'pair', 'item', 'instrument', 'ticker', 'market'],
} as const
type Name = keyof typeof COLUMNS

interface Fill {
  readonly line: number
  readonly time: EpochMs
  readonly price: number
  /** Above 0 bought, below 0 sold. */
  readonly signed: number
}

/** Share of a position that may be left when it counts as closed: spot exchanges take their fee out of what was bought. */
const FLAT = 0.0025

/** Null where the columns are not those of fills. */
export function fillColumns({ header }: Rows): Record<Name, number> | null {
  const places = Object.fromEntries(
    Object.entries(COLUMNS).map(([name, names]) => [
      name,
      names.map((each) => header.indexOf(each)).find((place) => place >= 0) ?? -1,
    ]),
  ) as Record<Name, number>
  return (['time', 'side', 'price', 'amount'] as const).every((name) => places[name] >= 0) ? places : null
}

/** `rows` are of one market. Prices are averages, weighted by amount. */
export function labelsOfFills(
  rows: readonly Row[],
  places: Readonly<Record<Name, number>>,
  decimalComma: boolean,
  zone: Zone,
): { labels: Label[]; refused: RefusedLabel[] } {
  const labels: Label[] = []
  const refused: RefusedLabel[] = []
  const fills: Fill[] = []
  const attempt = (line: number, work: () => void): void => {
    try {
      work()
    } catch (error) {
      if (!(error instanceof RefusedLabelError)) throw error
      refused.push({ line, reason: error.message })
    }
  }
  for (const row of rows) attempt(row.line, () => fills.push(fillOf(row, places, decimalComma, zone)))
  let position: Position | null = null
  for (const fill of fills.toSorted((a, b) => a.time - b.time)) {
    position ??= new Position(fill)
    const rest: Fill | null = position.add(fill)
    if (!position.isClosed) continue
    const closed = position
    attempt(closed.line, () => labels.push(closed.label()))
    position = rest === null ? null : new Position(rest)
    position?.add(rest as Fill)
  }
  if (position !== null) {
    refused.push({ line: position.line, reason: 'its position is still open: no fill leaves it flat' })
  }
  return { labels, refused }
}

function fillOf(row: Row, places: Readonly<Record<Name, number>>, decimalComma: boolean, zone: Zone): Fill {
  const cell = (name: Name): string => row.cells[places[name]]?.trim() ?? ''
  const sign = directionOf(cell('side')) === 'LONG' ? 1 : -1
  // Binance writes 0.5ETH.
  const amount = priceIn(cell('amount').replace(/[a-z]+$/i, ''), 'amount', decimalComma)
  const price = priceIn(cell('price'), 'price', decimalComma)
  return { line: row.line, time: labelInstant(cell('time'), 'time', zone), price, signed: sign * amount }
}

/** `price` is the average. */
interface Leg {
  readonly amount: number
  readonly price: number
}

/** A single fill's price stays as it is, to the last digit. */
function grown(leg: Leg, amount: number, price: number): Leg {
  const whole = leg.amount + amount
  return {
    amount: whole,
    price: leg.amount === 0 ? price : leg.price + ((price - leg.price) * amount) / whole,
  }
}

/** From flat to flat. */
class Position {
  readonly line: number
  readonly #from: EpochMs
  readonly #sign: number
  #to: EpochMs
  #in: Leg = { amount: 0, price: 0 }
  #out: Leg = { amount: 0, price: 0 }

  constructor({ line, time, signed }: Fill) {
    this.line = line
    this.#from = time
    this.#to = time
    this.#sign = Math.sign(signed)
  }

  get isClosed(): boolean {
    return this.#in.amount - this.#out.amount <= FLAT * this.#in.amount
  }

  /** What of the fill goes beyond flat, and opens the next position; null where nothing does. */
  add(fill: Fill): Fill | null {
    const amount = Math.abs(fill.signed)
    this.#to = fill.time
    if (Math.sign(fill.signed) === this.#sign) {
      this.#in = grown(this.#in, amount, fill.price)
      return null
    }
    const held = this.#in.amount - this.#out.amount
    const used = Math.min(amount, held)
    this.#out = grown(this.#out, used, fill.price)
    const beyond = amount - used
    return beyond > FLAT * this.#in.amount ? { ...fill, signed: Math.sign(fill.signed) * beyond } : null
  }

  /** @throws RefusedLabelError where it was closed in the instant it was opened */
  label(): Label {
    requireOrder(this.#from, this.#to)
    return labelOf({
      line: this.line,
      names: [],
      direction: this.#sign > 0 ? 'LONG' : 'SHORT',
      from: this.#from,
      to: this.#to,
      entryPrice: this.#in.price,
      exitPrice: this.#out.price,
    })
  }
}
