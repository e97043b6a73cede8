// Where a checkpoint comes from and what came of it, in one line of counts; each leads to its list or its view.
import type { LineageOut } from '../../contract/lineage.ts'
import { store, useApp } from '../state/app-state.ts'
import { plural, shortDateTime } from '../state/format.ts'
import { useSelected } from '../state/store.ts'
import { LineageList } from './lineage-list.tsx'
import { chooseCheckpoint, modelView, togglePart, type Part } from './model-view.ts'
import { counted } from './model-words.ts'

export function Lineage() {
  const lineage = useSelected(modelView, (view) => view.lineage)
  if (lineage === null) return <p className="dim small-text">Reading …</p>
  if (typeof lineage === 'string') return <p className="bad-line">{lineage}</p>
  return <Line lineage={lineage} />
}

function Line({ lineage }: { lineage: LineageOut }) {
  const part = useSelected(modelView, (view) => view.part)
  const { parent, children, test_cases: cases, figures, promotions, sessions, calls } = lineage
  return (
    <>
      <p className="lineage" data-testid="lineage">
        {parent !== null && <Step onClick={() => chooseCheckpoint(parent)}>from {parent}</Step>}
        <PartStep part="test_cases" isEmpty={cases.count === 0}>
          {plural(cases.count, 'test case')}
        </PartStep>
        <RunStep run={lineage.run} />
        <span className="step">
          {figures === null ? 'no figures' : `F1 ${figures.f1?.toFixed(2) ?? '–'}`}
        </span>
        <span className="step">
          {promotions.length === 0 ? 'never promoted' : `promoted ${promotions.length}×`}
        </span>
        <PartStep part="sessions" isEmpty={sessions.count === 0}>
          {counted(sessions)} {sessions.count === 1 ? 'session' : 'sessions'}
          {sessions.running > 0 && `, ${sessions.running} running`}
        </PartStep>
        <PartStep part="calls" isEmpty={calls.count === 0}>
          {counted(calls)} {calls.count === 1 ? 'call' : 'calls'}
          {calls.right + calls.wrong + calls.expired > 0 &&
            `: ${calls.right} right, ${calls.wrong} wrong, ${calls.expired} expired`}
        </PartStep>
        {children.map((version) => (
          <Step key={version} onClick={() => chooseCheckpoint(version)}>
            to {version}
          </Step>
        ))}
      </p>
      {part !== null && (
        <LineageList key={`${lineage.model} ${lineage.checkpoint} ${part}`} lineage={lineage} part={part} />
      )}
    </>
  )
}

function Step({
  onClick,
  children,
  pressed,
}: {
  onClick: () => void
  children: React.ReactNode
  pressed?: boolean
}) {
  return (
    <button type="button" className="step" aria-pressed={pressed} onClick={onClick}>
      {children}
    </button>
  )
}

function PartStep({ part, isEmpty, children }: { part: Part; isEmpty: boolean; children: React.ReactNode }) {
  const chosen = useSelected(modelView, (view) => view.part)
  if (isEmpty) return <span className="step">{children}</span>
  return (
    <Step pressed={chosen === part} onClick={() => togglePart(part)}>
      {children}
    </Step>
  )
}

/** To its validation in full, or to the run in the panel. */
function RunStep({ run }: { run: LineageOut['run'] }) {
  const known = useApp((state) => state.runs.find(({ id }) => id === run?.id))
  if (run === null) return <span className="step">no run known here</span>
  const text = `run ${shortDateTime(Date.parse(run.created_at))}`
  if (known === undefined) return <span className="step">{text}</span>
  const open = () =>
    store.set({ shownRun: known.id, dialog: known.validation === null ? null : 'validation' })
  return <Step onClick={open}>{text}</Step>
}
