// The order book beside the charts: figures, a depth ladder of ten levels a side, and a heat strip of the last seconds.
import type { OrderBookOut } from '../../contract/order-book.ts'
import { clock, price } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { sourceOf } from '../actions/markets.ts'
import { ladderOf } from './books.ts'
import { CommandButton } from '../controls/command-button.tsx'
import { keyText, perform } from '../state/command.ts'
import { mergeVenues, showDepth } from './commands.ts'
import { hasOtherVenues, useDepth } from './depth-store.ts'
import { HeatStrip } from './heat-strip.tsx'
import { Ladder } from './ladder.tsx'
import { MergedBook } from './merged-book.tsx'

export function DepthPanel() {
  const isOpen = useDepth((state) => state.isOpen)
  if (!isOpen)
    return (
      <CommandButton command={showDepth} className="depth-tab" title="Show the order book">
        Order book
      </CommandButton>
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
  const merged = useDepth((state) => (state.isMerged ? state.merged : null))
  const isMerged = useDepth((state) => state.isMerged)
  const book = books.at(-1)
  const shown = merged ?? book
  return (
    <>
      <header className="panel-head">
        <h2>Order book</h2>
        {book !== undefined && shown !== undefined && <Age book={shown} />}
        <CommandButton command={showDepth} label="Close the order book" title="Close">
          ×
        </CommandButton>
      </header>
      <VenueChoice isMerged={isMerged} />
      <Trouble />
      {shown === undefined && <Empty problem={problem} />}
      {shown !== undefined && <Figures book={shown} />}
      {merged !== null && <MergedBook book={merged} />}
      {merged === null && book !== undefined && <OneBook book={book} />}
      {book !== undefined && <HeatStrip books={books} />}
    </>
  )
}

function OneBook({ book }: { book: OrderBookOut }) {
  return <Ladder {...ladderOf(book)} mid={book.mid} marks={NO_MARKS} />
}

const NO_MARKS: ReadonlyMap<string, string> = new Map()

/** One venue or all of them, where there are several. */
function VenueChoice({ isMerged }: { isMerged: boolean }) {
  const venue = useApp((state) => state.market?.venue ?? '')
  const isOffered = useApp(hasOtherVenues)
  if (!isOffered) return null
  return (
    <div className="depth-choice" role="group" aria-label="Whose book" title={keyText(mergeVenues.key)}>
      <button
        className="quiet-button"
        aria-pressed={!isMerged}
        onClick={() => isMerged && perform(mergeVenues)}
      >
        {venue}
      </button>
      <button
        className="quiet-button"
        aria-pressed={isMerged}
        onClick={() => isMerged || perform(mergeVenues)}
      >
        all venues
      </button>
    </div>
  )
}

/** Why the live book is not certain now, in the server's words. */
function Trouble() {
  const stream = useApp((state) => sourceOf(state.health, state.market)?.connection?.order_book ?? null)
  if (stream === null || stream.state === 'live') return null
  return (
    <p className="warn-line" role="status" data-testid="book-trouble">
      {STATES[stream.state]}
      {stream.reason === null ? '' : ` ${stream.reason}`}
    </p>
  )
}

const STATES = {
  connecting: 'The live book is being built.',
  stale: 'Stale: nothing is heard of the book.',
  out_of_step: 'Out of step: a new book is under way; what is shown is the last certain one.',
} as const

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
function Age({ book }: { book: Pick<OrderBookOut, 'timestamp'> }) {
  const cursor = useApp((state) => state.cursor)
  const time = Date.parse(book.timestamp)
  const isOld = !cursor.follows && cursor.time !== null && cursor.time !== time
  const title = isOld ? 'The last recorded one before the cursor' : 'Holds every event before this second'
  return (
    <span className={isOld ? 'time warn' : 'time dim'} title={title}>
      {clock(time)}
    </span>
  )
}

function Figures({ book: { spread, imbalance } }: { book: Pick<OrderBookOut, 'spread' | 'imbalance'> }) {
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
