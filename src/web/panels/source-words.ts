// How the stream of a market does, in words. Pure.
import type { DataSourceOut } from '../../contract/market.ts'
import { count, milliseconds, plural } from '../state/format.ts'
import type { StreamState } from '../state/app-state.ts'

export type Tone = 'wait' | 'good' | 'bad'

const PAGE = {
  connecting: ['wait', 'Connecting …'],
  reconnecting: ['bad', 'Reconnecting …'],
} as const

/** The light at the right of the top bar: the page's own connection first, then the source's. */
export function stateOf(stream: StreamState, source: DataSourceOut | null): readonly [Tone, string] {
  if (stream !== 'open') return PAGE[stream]
  if (source === null) return ['wait', 'Stored data']
  if (source.state === 'connecting') return ['wait', 'Source connecting …']
  if (source.state === 'ended') return ['wait', 'End of data']
  if (source.connection?.connected === false) return ['bad', 'Exchange reconnecting …']
  if (source.state === 'stale') return ['bad', 'Stale: no news for a while']
  return ['good', 'Connected']
}

/** One sentence for the strip while something is wrong, null while all is well. */
export function troubleOf(stream: StreamState, source: DataSourceOut | null): string | null {
  if (stream === 'reconnecting')
    return 'The page has lost the server and tries again; what was missed is read then.'
  if (source === null || source.connection === null) return null
  const { connected, trouble } = source.connection
  const why = trouble === null ? '' : ` (${trouble})`
  if (!connected && source.state !== 'connecting')
    return `No connection to ${source.venue}${why}. Trying again; what is missed is fetched afterwards.`
  if (source.state === 'stale')
    return `${source.venue} has sent nothing ${sinceText(source)}${why}. Models abstain until it does.`
  if (trouble !== null) return `${source.venue}: ${trouble}`
  return null
}

function sinceText({ last_event }: DataSourceOut): string {
  return last_event === null ? 'for a while' : `since ${last_event.slice(11, 19)}`
}

/** All that is known of the connection, a line each. */
export function troublesOf(source: DataSourceOut | null, warnings: readonly string[]): string[] {
  if (source === null) return [...warnings]
  const { last_event, late_seconds, connection } = source
  const lines = [last_event === null ? 'No event yet' : `Last event ${last_event}`]
  if (late_seconds > 0) lines.push(`${plural(late_seconds, 'second')} of the last hour came late`)
  if (connection !== null) lines.push(...linesOf(connection))
  return [...lines, ...warnings]
}

function linesOf(connection: NonNullable<DataSourceOut['connection']>): string[] {
  const { grace_ms, trade_lag_ms, reconnects, holes_filled, gaps, malformed_messages } = connection
  const lines = [`A second is decided ${Math.round(grace_ms)} ms after its end`]
  if (trade_lag_ms !== null)
    lines.push(
      `Trades arrive after ${milliseconds(trade_lag_ms.p50)}, 99 of 100 within ${milliseconds(trade_lag_ms.p99)}`,
    )
  if (reconnects > 0) lines.push(`Connected again ${plural(reconnects, 'time')}`)
  if (holes_filled > 0) lines.push(`${plural(holes_filled, 'hole')} in its trades filled`)
  if (gaps > 0) lines.push(`${plural(gaps, 'gap')} that could not be filled`)
  if (malformed_messages > 0) lines.push(`${count(malformed_messages)} messages could not be read`)
  if (connection.clock_doubted) lines.push('Its answer about the time contradicts its trades and is not used')
  return lines
}
