// Live sessions of markets that are not shown.
import type { SessionOut } from '../../contract/inference.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { switchTo } from '../actions/markets.ts'
import { useApp } from '../state/app-state.ts'

/** Sessions that go on in markets that are not shown; a click shows theirs. */
export function Elsewhere({ sessions }: { sessions: readonly SessionOut[] }) {
  const markets = useApp((state) => state.markets)
  const market = useApp((state) => state.market)
  const others = sessions.filter(
    (session) => session.state === 'running' && market !== null && !sameMarket(session, market),
  )
  if (others.length === 0) return null
  return (
    <p className="elsewhere small-text dim">
      Also live:{' '}
      {others.map((session) => (
        <button
          key={session.id}
          className="quiet-button"
          onClick={() => {
            const found = markets.find((one) => sameMarket(one, session))
            if (found !== undefined) void switchTo(found)
          }}
        >
          {session.model} {session.checkpoint} on {session.symbol} {session.venue}
        </button>
      ))}
    </p>
  )
}
