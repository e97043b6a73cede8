// The right of the top bar: the clock of the market that is shown, its lag, and how its connection does.
import { useEffect, useState } from 'react'
import { sourceOf } from '../actions/markets.ts'
import { clock, milliseconds } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { stateOf, troublesOf } from './source-words.ts'
import { shownZone, zoneName } from '../state/zone.ts'

/** The source's clock, running on between two health events. */
export function SourceClock() {
  const health = useApp((state) => state.health)
  const market = useApp((state) => state.market)
  const at = useApp((state) => state.healthAt)
  const [now, setNow] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 500)
    return () => clearInterval(timer)
  }, [])
  const source = sourceOf(health, market)
  if (health === null || source === null) return null
  const since = source.state === 'streaming' ? Math.min(Math.max(now - at, 0), 5000) : 0
  const offset = source.connection?.clock_offset_ms ?? 0
  const told = ['The source’s clock and how far its last event lies behind it']
  if (source.server !== null) told.push(`Followed, and answered live, by ${source.server}`)
  if (source.connection !== null) told.push(`Its clock less this machine’s: ${Math.round(offset)} ms`)
  return (
    <span className="top-clock" title={told.join('\n')}>
      <span className="time">{clock(Date.parse(health.now) + since * source.speed)}</span>
      <span className="dim" title={shownZone()}>
        {' '}
        {zoneName(Date.parse(health.now))}
      </span>
      {source.lag_ms !== null && (
        <span className={source.lag_ms > 2000 ? 'warn' : 'dim'}> lag {milliseconds(source.lag_ms)}</span>
      )}
    </span>
  )
}

export function Connection() {
  const stream = useApp((state) => state.stream)
  const health = useApp((state) => state.health)
  const market = useApp((state) => state.market)
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  const source = sourceOf(health, market)
  const [tone, text] = stateOf(stream, source)
  const told = isHidden ? undefined : troublesOf(source, health?.warnings ?? []).join('\n')
  return (
    <span className={`connection ${tone}`} role="status" title={told} data-testid="connection">
      {text}
    </span>
  )
}
