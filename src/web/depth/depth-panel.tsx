// The order book beside the charts: figures, a depth ladder of ten levels a side, and a heat strip of the last seconds.
import type { OrderBookOut } from '../../contract/order-book.ts'
import { clock, price } from '../app/format.ts'
import { useApp } from '../app/state.ts'
import { amountDigits, amountText, ladderOf, timeOf, type LadderRow } from './books.ts'
import { toggleDepth, useDepth } from './depth-store.ts'
import { HeatStrip } from './heat-strip.tsx'

export function DepthPanel() {
  const isOpen = useDepth((state) => state.isOpen)
  if (!isOpen)
    return (
      <button className="depth-tab" onClick={toggleDepth} title="Show the order book (D)">
        Order book
      </button>
    )
  return (
    <aside className="depth" aria-label="Order book">
      <Content />
    </aside>
  )
}

function Content() {
  const books = useDepth((state) => state.books)
  const problem = useDepth((state) => state.problem)
  const book = books.at(-1)
  return (
    <>
      <header className="panel-head">
        <h2>Order book</h2>
        {book !== undefined && <Age book={book} />}
        <button
          className="quiet-button"
          aria-label="Close the order book"
          title="Close (D)"
          onClick={toggleDepth}
        >
          ×
        </button>
      </header>
      {book === undefined ? (
        <Empty problem={problem} />
      ) : (
        <>
          <Figures book={book} />
          <Ladder book={book} />
          <HeatStrip books={books} />
        </>
      )}
    </>
  )
}

function Empty({ problem }: { problem: string | null }) {
  if (problem === null || problem === '') return <p className="depth-empty dim">Reading the order book…</p>
  return (
    <div className="depth-empty">
      <p>
        <b>No order book recorded here.</b>
      </p>
      <p>{problem}</p>
    </div>
  )
}

/** Its second; marked where the cursor stands at another. */
function Age({ book }: { book: OrderBookOut }) {
  const cursor = useApp((state) => state.cursor)
  const time = timeOf(book)
  const isOld = !cursor.follows && cursor.time !== null && cursor.time !== time
  const title = isOld ? 'The last recorded one before the cursor' : 'Holds every event before this second'
  return (
    <span className={isOld ? 'time warn' : 'time dim'} title={title}>
      {clock(time)}
    </span>
  )
}

function Figures({ book: { spread, imbalance } }: { book: OrderBookOut }) {
  const digits = useApp((state) => state.digits)
  const pct = imbalance === null ? null : Math.round(imbalance * 100)
  return (
    <dl className="depth-figures">
      <div>
        <dt>Spread</dt>
        <dd>{spread === null ? '–' : price(spread, digits)}</dd>
      </div>
      <div title="(bids − asks) / (bids + asks), amounts of the levels shown">
        <dt>Imbalance</dt>
        <dd className={pct === null || pct === 0 ? '' : pct > 0 ? 'up' : 'down'}>
          {pct === null ? '–' : `${pct > 0 ? '+' : pct < 0 ? '−' : ''}${Math.abs(pct)} %`}
        </dd>
      </div>
      <Lean imbalance={imbalance ?? 0} />
    </dl>
  )
}

/** From the middle to the side that offers more. */
function Lean({ imbalance }: { imbalance: number }) {
  const width = `${Math.abs(imbalance) * 50}%`
  return (
    <div className="lean" aria-hidden="true">
      <span
        className={imbalance < 0 ? 'ask' : 'bid'}
        style={imbalance < 0 ? { right: '50%', width } : { left: '50%', width }}
      />
    </div>
  )
}

function Ladder({ book }: { book: OrderBookOut }) {
  const digits = useApp((state) => state.digits)
  const { bids, asks, largest } = ladderOf(book)
  const shown = { digits, amounts: amountDigits(largest) }
  return (
    <div className="ladder" role="table" aria-label="Ten best levels of each side, price and amount">
      {asks.toReversed().map((row) => (
        <Level key={row.price} row={row} side="ask" {...shown} />
      ))}
      <div className="ladder-mid" role="row">
        <span className="dim">mid</span>
        <b>{book.mid === null ? 'one side is empty' : price(book.mid, digits + 1)}</b>
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
}

function Level({ row, side, digits, amounts }: LevelProps) {
  return (
    <div className={`level ${side}`} role="row">
      <span className="level-bar" style={{ width: `${(row.share * 100).toFixed(1)}%` }} />
      <span className="level-price" role="cell">
        {price(row.price, digits)}
      </span>
      <span className="level-amount" role="cell">
        {amountText(row.amount, amounts)}
      </span>
    </div>
  )
}
