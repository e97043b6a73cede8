// At the foot of a chart: what is missing in view, what fetching it takes, the button that does it.
import { Keycap } from '../controls/command-button.tsx'
import { useApp } from '../state/app-state.ts'
import type { Timeframe } from '../state/timeframes.ts'
import { fetchInView } from './commands.ts'
import { fetchOffer, isOffered, useOffer, type Offer } from './history-store.ts'
import { costText, spanText } from './holes.ts'

export function HistoryNote({ timeframe, offer }: { timeframe: Timeframe; offer: Offer }) {
  const venue = useApp((state) => state.market?.venue ?? '')
  const stored = useApp((state) => state.intervals[timeframe].base)
  if (offer.isFetching)
    return (
      <p className="chart-note foot history" role="status" data-testid={`history-${timeframe}`}>
        Fetching {stored} of {spanText(offer.span)} from {venue} … {aboutText(offer)}
        <progress aria-label="Fetching" />
      </p>
    )
  if (offer.problem !== null)
    return (
      <p className="chart-note foot bad history" role="alert" data-testid={`history-${timeframe}`}>
        {offer.problem}
      </p>
    )
  if (offer.cost === null) return null
  return (
    <p className="chart-note foot history" role="status" data-testid={`history-${timeframe}`}>
      <span>
        Not stored here: {spanText(offer.span)}. {costText(stored, venue, offer.cost)}
      </span>
      {isOffered(offer) && (
        <button className="quiet-button" onClick={() => void fetchOffer(timeframe)}>
          Fetch <Keycap command={fetchInView} />
        </button>
      )}
    </p>
  )
}

function aboutText({ cost }: Offer): string {
  return cost === null ? '' : `about ${Math.max(Math.round(cost.seconds), 1)} s`
}

/** The offer that a chart shows, if any: it comes before the chart's other notes. */
export function useShownOffer(timeframe: Timeframe): Offer | null {
  const offer = useOffer(timeframe)
  return offer !== null && (offer.cost !== null || offer.problem !== null) ? offer : null
}
