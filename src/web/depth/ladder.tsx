// The depth ladder: asks above, bids below, the middle between them; where venues are merged each level says whose it is.
import { price } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { amountDigits, amountText, type LadderRow } from './books.ts'

interface LadderProps {
  bids: readonly LadderRow[]
  asks: readonly LadderRow[]
  largest: number
  mid: number | null
  /** Two letters a venue; empty for the book of one. */
  marks: ReadonlyMap<string, string>
}

export function Ladder({ bids, asks, largest, mid, marks }: LadderProps) {
  const digits = useApp((state) => state.digits)
  const shown = { digits, amounts: amountDigits(largest), marks }
  return (
    <div className="ladder" role="table" aria-label="Ten best levels of each side, price and amount">
      {asks.toReversed().map((row) => (
        <Level key={row.price} row={row} side="ask" {...shown} />
      ))}
      <div className="ladder-mid" role="row">
        <span className="dim" role="cell">
          mid
        </span>
        <b role="cell">{mid === null ? 'one side is empty' : price(mid, digits + 1)}</b>
      </div>
      {bids.map((row) => (
        <Level key={row.price} row={row} side="bid" {...shown} />
      ))}
    </div>
  )
}

interface LevelProps {
  row: LadderRow
  side: 'bid' | 'ask'
  /** Decimals of prices, and of amounts. */
  digits: number
  amounts: number
  marks: ReadonlyMap<string, string>
}

function Level({ row, side, digits, amounts, marks }: LevelProps) {
  const whose = row.venues.map(({ venue, amount }) => `${venue} ${amountText(amount, amounts)}`).join('\n')
  return (
    <div className={`level ${side}`} role="row" title={whose}>
      <span className="level-bar" style={{ width: `${(row.share * 100).toFixed(1)}%` }} />
      <span className="level-price" role="cell">
        {price(row.price, digits)}
      </span>
      {marks.size > 0 && (
        <span className="level-venues" role="cell">
          {row.venues.map(({ venue }) => (
            <i key={venue}>{marks.get(venue)}</i>
          ))}
        </span>
      )}
      <span className="level-amount" role="cell">
        {amountText(row.amount, amounts)}
      </span>
    </div>
  )
}
