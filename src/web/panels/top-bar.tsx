// The top bar: what is watched, the source's clock and lag, where the cursor stands, counts, the connection.
import { useEffect, useState } from 'react'
import { goLive, toggleFuture, toggleLink } from '../actions/cursor.ts'
import { clock, count, dateTime, milliseconds, price } from '../app/format.ts'
import { store, useApp } from '../app/state.ts'

export function TopBar() {
  return (
    <header className="top">
      <span className="brand">ANNOTATE</span>
      <MarketName />
      <CursorState />
      <span className="top-space" />
      <Counts />
      <SourceClock />
      <Connection />
      <button
        className="quiet-button key-button"
        title="All keys (?)"
        aria-label="All keys"
        onClick={() => store.set({ dialog: 'keys' })}
      >
        ?
      </button>
    </header>
  )
}

function MarketName() {
  const market = useApp((state) => state.market)
  const kind = useApp((state) => state.health?.data_source.kind)
  const speed = useApp((state) => state.health?.data_source.speed ?? 1)
  const now = useApp((state) => (state.cursor.hidesFuture ? null : state.priceNow))
  const digits = useApp((state) => state.digits)
  if (market === null) return null
  return (
    <span className="top-market">
      <b>{market.symbol}</b>
      <span className="dim">{market.venue}</span>
      {market.simulated && (
        <span
          className="badge simulated"
          title="The demo market is simulated: no real prices, no real profits."
        >
          SIMULATED
        </span>
      )}
      {kind === 'replay' && <span className="badge">REPLAY {speed}×</span>}
      {now !== null && <span className="top-price">{price(now, digits)}</span>}
    </span>
  )
}

function CursorState() {
  const cursor = useApp((state) => state.cursor)
  const linked = useApp((state) => state.linked)
  const isFlowing = useApp(
    (state) => state.stream === 'open' && state.health?.data_source.state === 'streaming',
  )
  if (cursor.time === null) return null
  return (
    <span className="top-cursor">
      <span className="dim">as of</span>
      <span className="time" data-testid="as-of">
        {dateTime(cursor.time)}
      </span>
      {cursor.follows ? (
        <span className={isFlowing ? 'live-dot' : 'live-dot waiting'}>{isFlowing ? 'live' : 'waiting'}</span>
      ) : (
        <button className="quiet-button" title="To the newest second (End)" onClick={() => void goLive()}>
          go live
        </button>
      )}
      <button
        className="quiet-button"
        aria-pressed={cursor.hidesFuture}
        title="Hide everything at or after the cursor (H)"
        onClick={toggleFuture}
      >
        {cursor.hidesFuture ? 'future hidden' : 'hide future'}
      </button>
      <button
        className="quiet-button"
        aria-pressed={linked}
        title="Moving one chart moves the others in time (L)"
        onClick={toggleLink}
      >
        {linked ? 'linked' : 'not linked'}
      </button>
    </span>
  )
}

function Counts() {
  const counts = useApp((state) => state.health?.counts)
  if (counts === undefined) return null
  const items: [string, number][] = [
    ['test cases', counts.test_cases],
    ['runs', counts.training_runs],
    ['signals', counts.signals],
  ]
  return (
    <span className="top-counts">
      {items.map(([name, value]) => (
        <span key={name}>
          <b>{count(value)}</b> {name}
        </span>
      ))}
    </span>
  )
}

/** The source's clock, UTC, running on between two health events. */
function SourceClock() {
  const health = useApp((state) => state.health)
  const at = useApp((state) => state.healthAt)
  const [now, setNow] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 500)
    return () => clearInterval(timer)
  }, [])
  if (health === null) return null
  const { data_source } = health
  const since = data_source.state === 'streaming' ? Math.min(Math.max(now - at, 0), 5000) : 0
  return (
    <span className="top-clock" title="The source's clock, UTC, and how far its last event lies behind it">
      <span className="time">{clock(Date.parse(health.now) + since * data_source.speed)}</span>
      <span className="dim"> UTC</span>
      {data_source.lag_ms !== null && (
        <span className={data_source.lag_ms > 2000 ? 'warn' : 'dim'}>
          {' '}
          lag {milliseconds(data_source.lag_ms)}
        </span>
      )}
    </span>
  )
}

const STATES = {
  connecting: ['wait', 'Connecting …'],
  open: ['good', 'Connected'],
  reconnecting: ['bad', 'Reconnecting …'],
} as const

function Connection() {
  const stream = useApp((state) => state.stream)
  const health = useApp((state) => state.health)
  const [tone, text] = stream === 'open' ? ofSource(health?.data_source.state) : STATES[stream]
  const last = health?.data_source.last_event
  const late = health?.data_source.late_seconds ?? 0
  const title = [
    last ? `Last event ${last}` : 'No event yet',
    late > 0 ? `${count(late)} seconds of the last hour came late` : '',
    ...(health?.warnings ?? []),
  ].filter((line) => line !== '')
  return (
    <span className={`connection ${tone}`} role="status" title={title.join('\n')} data-testid="connection">
      {text}
    </span>
  )
}

function ofSource(state: string | undefined): readonly ['wait' | 'good' | 'bad', string] {
  if (state === 'stale') return ['bad', `Stale: no news for a while`]
  if (state === 'ended') return ['wait', 'End of data']
  if (state === 'connecting') return ['wait', 'Source connecting …']
  return STATES.open
}
