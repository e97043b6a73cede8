// The test cases, sessions or calls of a checkpoint, a page at a time; a case and a call lead to where they are on the charts.
import { useEffect, useState, type ReactNode } from 'react'
import type { CallOut } from '../../contract/live-calls.ts'
import type { LineageCase, LineageOut } from '../../contract/lineage.ts'
import type { SessionOut } from '../../contract/inference.ts'
import { api } from '../state/api.ts'
import { attempt } from '../state/app-state.ts'
import { dateTime, plural, share, signedPct } from '../state/format.ts'
import { showCallOf, showCaseOf } from './go-there.ts'
import type { Part } from './model-view.ts'

const PAGE = 50
const LABELS: Record<Part, string> = {
  test_cases: 'Its test cases',
  sessions: 'Its sessions',
  calls: 'Its calls',
}

interface ListProps {
  lineage: LineageOut
  part: Part
}

export function LineageList({ lineage, part }: ListProps) {
  return (
    <div
      className="lineage-list"
      data-testid={`lineage-${part}`}
      role="region"
      aria-label={LABELS[part]}
      tabIndex={0}
    >
      {part === 'test_cases' && <Cases lineage={lineage} />}
      {part === 'sessions' && <Sessions lineage={lineage} />}
      {part === 'calls' && <Calls lineage={lineage} />}
    </div>
  )
}

function Cases({ lineage: { model, checkpoint, test_cases: first } }: { lineage: LineageOut }) {
  const [page, keep] = useState<Pick<typeof first, 'page' | 'next'>>(first)
  const { next } = page
  const more = () =>
    attempt(async () => {
      const { test_cases: found } = await api.lineage(model, checkpoint, next)
      keep({ page: [...page.page, ...found.page], next: found.next })
    })
  return (
    <>
      {page.page.map((one) => (
        <CaseRow key={one.test_case_id} of={one} />
      ))}
      {next !== null && <More onClick={() => void more()} />}
    </>
  )
}

function CaseRow({ of }: { of: LineageCase }) {
  const { state, symbol, direction, timestamp, test_case_id: id } = of
  if (timestamp === null) return <Line time="deleted since">{id}</Line>
  return (
    <Line time={dateTime(Date.parse(timestamp))} onClick={() => void showCaseOf(of)}>
      {direction} {symbol} {state === 'changed' && <span className="warn">changed since</span>}
    </Line>
  )
}

function Sessions({ lineage: { model, checkpoint } }: { lineage: LineageOut }) {
  const [sessions, keep] = useState<readonly SessionOut[]>([])
  const [hasMore, tell] = useState(false)
  useEffect(() => {
    void attempt(async () => {
      const page = await api.sessions({ model, checkpoint, limit: PAGE })
      keep(page)
      tell(page.length === PAGE)
    })
  }, [model, checkpoint])
  const more = (before: string) =>
    attempt(async () => {
      const page = await api.sessions({ model, checkpoint, limit: PAGE, before })
      keep([...sessions, ...page])
      tell(page.length === PAGE)
    })
  const last = sessions.at(-1)
  return (
    <>
      {sessions.map((session) => (
        <SessionRow key={session.id} session={session} />
      ))}
      {hasMore && last !== undefined && <More onClick={() => void more(last.id)} />}
    </>
  )
}

function SessionRow({ session }: { session: SessionOut }) {
  const { started_at, symbol, venue, signals, calls, outcomes, state } = session
  return (
    <Line time={dateTime(Date.parse(started_at))}>
      {symbol} <span className="dim">{venue}</span> {plural(signals, 'signal')}, {plural(calls, 'call')}
      {outcomes.right_share !== null && `, ${share(outcomes.right_share)} right`}
      {state === 'running' && <span className="badge live">live</span>}
    </Line>
  )
}

function Calls({ lineage: { model, checkpoint } }: { lineage: LineageOut }) {
  const [calls, keep] = useState<readonly CallOut[]>([])
  useEffect(() => {
    void attempt(async () => {
      keep(await api.calls({ model, checkpoint, limit: PAGE }))
    })
  }, [model, checkpoint])
  return calls.map((call) => (
    <Line key={call.id} time={dateTime(Date.parse(call.opened_at))} onClick={() => void showCallOf(call)}>
      <span className={call.action === 'BUY' ? 'up' : 'down'}>{call.action}</span> {call.symbol}{' '}
      <span className="dim">{call.outcome}</span>
      {call.outcome_pct !== null && ` ${signedPct(call.outcome_pct)}`}
    </Line>
  ))
}

function Line({ time, onClick, children }: { time: string; onClick?: () => void; children: ReactNode }) {
  const inside = (
    <>
      <span className="time dim">{time}</span> {children}
    </>
  )
  if (onClick === undefined) return <div className="lineage-row">{inside}</div>
  return (
    <button type="button" className="lineage-row" onClick={onClick}>
      {inside}
    </button>
  )
}

function More({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" className="quiet-button" onClick={onClick}>
      More
    </button>
  )
}
