// Sessions that run, side by side, of every market: a row each; Enter or a click shows one large, and each has its stop.
import type { SessionOut } from '../../contract/inference.ts'
import { stopLive } from '../actions/live.ts'
import { showSession } from '../actions/show-session.ts'
import { walkButtons } from '../controls/arrow-focus.ts'
import { useApp } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { checkpointText, rightText, twoLatencies } from './session-words.ts'

const HEADS: readonly (readonly [name: string, about: string])[] = [
  ['Session', 'Checkpoint and market'],
  ['Now', 'Its newest signal'],
  ['ms', 'From the end of a second to its signal, p50 and p99; below it of the model alone'],
  ['/min', 'Signals a minute; below it seconds that it missed'],
  ['Calls', 'Calls; below it those of them that are decided'],
  ['Right', 'Of the decided calls, with its 95 % interval'],
]

/** `large`: the one that is shown below. */
export function SessionTable({ large }: { large: SessionOut | null }) {
  const sessions = useApp((state) => state.sessions)
  const running = sessions.filter(({ state }) => state === 'running')
  if (running.every(({ id }) => id === large?.id)) return null
  return (
    <div className="session-table" onKeyDown={walkButtons} data-testid="sessions">
      <table>
        <thead>
          <tr>
            {HEADS.map(([name, about]) => (
              <th key={name} title={about} className={name === 'Session' || name === 'Now' ? '' : 'num'}>
                {name}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {running.map((session) => (
            <Row key={session.id} session={session} isLarge={session.id === large?.id} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ session, isLarge }: { session: SessionOut; isLarge: boolean }) {
  const { id, model, symbol, venue, outcomes, part_of: whole } = session
  const name = `${model} ${checkpointText(session)}`
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  const show = () => void showSession(session)
  const decided = outcomes.right + outcomes.wrong + outcomes.expired
  return (
    <tr aria-selected={isLarge} data-session={id} onClick={show}>
      <td>
        <button
          onClick={(event) => {
            event.stopPropagation()
            show()
          }}
        >
          {name}
        </button>
        <span className="row-sub">
          {symbol} {venue}
        </span>
      </td>
      <Latest session={id} />
      <Two of={twoLatencies(session)} />
      {isHidden ? (
        <td colSpan={3} className="num dim">
          hidden
        </td>
      ) : (
        <>
          <Two of={[session.signals_per_minute?.toFixed(0) ?? '–', `${session.missed_seconds} missed`]} />
          <Two of={[String(session.calls), `of ${decided}`]} />
          <Two of={rightText(outcomes)} />
        </>
      )}
      <td>
        {whole === undefined && (
          <button
            className="quiet-button danger row-stop"
            data-aside
            title={`Stop ${name} on ${symbol}`}
            aria-label={`Stop ${name} on ${symbol}`}
            onClick={(event) => {
              event.stopPropagation()
              void stopLive(id)
            }}
          >
            ■
          </button>
        )}
      </td>
    </tr>
  )
}

function Latest({ session }: { session: string }) {
  const signal = useApp((state) => state.latest.get(session))
  if (signal === undefined) return <td className="dim">…</td>
  const isSilent = signal.reason !== null
  return (
    <td className={isSilent ? 'dim' : signal.action.toLowerCase()} title={signal.reason ?? undefined}>
      {isSilent ? 'abstains' : signal.action}
    </td>
  )
}

function Two({ of: [upper, lower] }: { of: readonly [string, string] }) {
  return (
    <td className="num">
      {upper}
      <span className="row-sub">{lower}</span>
    </td>
  )
}
