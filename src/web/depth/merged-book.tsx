// The books of all venues as one: its ladder, and each venue with its mark, or why it takes no part.
import type { ConsolidatedBookOut } from '../../contract/order-book.ts'
import { milliseconds } from '../state/format.ts'
import { marksOf, mergedLadderOf } from './books.ts'
import { Ladder } from './ladder.tsx'

export function MergedBook({ book }: { book: ConsolidatedBookOut }) {
  const marks = marksOf(book.venues.map(({ venue }) => venue))
  return (
    <>
      <Ladder {...mergedLadderOf(book)} mid={book.mid} marks={marks} />
      {(book.crossed || book.locked) && (
        <p className="dim small-text" title="The venues do not trade with each other.">
          {book.crossed ? 'Crossed: one venue bids above what another asks.' : 'Locked: a bid equals an ask.'}
        </p>
      )}
      <ul className="venues" aria-label="Venues">
        {book.venues.map((venue) => (
          <Venue key={venue.venue} venue={venue} mark={marks.get(venue.venue) ?? ''} />
        ))}
      </ul>
    </>
  )
}

const WORDS = { live: 'live', stale: 'stale', out_of_step: 'out of step' } as const

function Venue({ venue, mark }: { venue: ConsolidatedBookOut['venues'][number]; mark: string }) {
  const isLive = venue.state === 'live'
  return (
    <li className={isLive ? 'venue' : 'venue gone'} title={venue.reason ?? 'Takes part'}>
      <i>{mark}</i>
      <span className="venue-name">{venue.venue}</span>
      <span className={isLive ? 'dim' : 'warn'}>
        {WORDS[venue.state]}
        {venue.age_ms !== null && ` ${milliseconds(venue.age_ms)}`}
      </span>
      {venue.reason !== null && <p className="dim small-text">{venue.reason}</p>}
    </li>
  )
}
