// A session in figures: latency, signals, calls, when no server answered it, and why it ended.
import type { SessionOut } from '../../contract/inference.ts'
import { milliseconds, plural, share } from '../state/format.ts'
import { PositionLine } from './position-line.tsx'
import { gapText, stopText } from './session-words.ts'

export function SessionFigures({ session }: { session: SessionOut | null }) {
  if (session === null) return null
  const gap = gapText(session)
  return (
    <>
      {gap !== null && (
        <p className="warn-line" data-testid="session-gap">
          {gap}
        </p>
      )}
      {session.position !== undefined && <PositionLine position={session.position} />}
      <dl className="stats small">
        <Stat name="p50" value={milliseconds(session.latency_ms.p50)} title={modelWords(session)} />
        <Stat name="p99" value={milliseconds(session.latency_ms.p99)} title={modelWords(session)} />
        <Stat
          name="per minute"
          value={session.signals_per_minute === null ? '–' : session.signals_per_minute.toFixed(0)}
        />
        <Stat name="calls" value={String(session.calls)} />
        <Stat name="missed s" value={String(session.missed_seconds)} title={comparedWords(session)} />
        <Stat name="accuracy" value={share(session.accuracy)} />
      </dl>
      <Outcomes outcomes={session.outcomes} />
      {session.state === 'stopped' && <p className="dim small-text">{stopText(session)}</p>}
    </>
  )
}

/** Right, wrong and expired of those that ended; the share with its 95 % interval. */
function Outcomes({ outcomes }: { outcomes: SessionOut['outcomes'] }) {
  const { right, wrong, expired, right_share: part, right_interval: interval } = outcomes
  if (part === null) return null
  const doubt = interval === null ? '' : `, ${share(interval[0])} to ${share(interval[1])}`
  return (
    <p className="small-text outcomes" data-testid="outcomes">
      {right} right, {wrong} wrong, {expired} expired: <b>{share(part)}</b> right{doubt}
    </p>
  )
}

function modelWords({ model_latency_ms: { p50, p99 } }: SessionOut): string {
  return `From the end of a second to its signal; the model alone: p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`
}

function comparedWords({ checked_seconds: checked, mismatched_seconds: differ }: SessionOut): string {
  return `${plural(checked, 'second')} compared with what is stored, bit for bit: ${differ === 0 ? 'all equal' : `${differ} differ`}`
}

function Stat({ name, value, title }: { name: string; value: string; title?: string | undefined }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
