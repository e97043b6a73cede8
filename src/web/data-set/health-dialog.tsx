// Shift Q: what the data set consists of, and which marks are worth a second look; each row leads to its charts.
import { useEffect } from 'react'
import type { DataSetHealth, DataSetHealthOut } from '../../contract/data-set-health.ts'
import { toggleFuture } from '../actions/cursor.ts'
import { Dialog, DialogHead } from '../controls/dialog.tsx'
import { useApp } from '../state/app-state.ts'
import { clock, plural } from '../state/format.ts'
import { isBlind } from '../state/horizon.ts'
import { useSelected } from '../state/store.ts'
import { Composition } from './composition.tsx'
import { FindingView } from './finding-view.tsx'
import { healthView, keepHealth } from './health-view.ts'

export function HealthDialog() {
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  return (
    <Dialog name="data-set" label="The health of the data set" className="evaluation data-set" takesFocus>
      {isHidden ? <Hidden /> : <Health />}
    </Dialog>
  )
}

/** Counts and rows are of later marks, too. */
function Hidden() {
  return (
    <>
      <DialogHead title="Data set" />
      <p className="warn-line hidden-note" role="status">
        The future is hidden, and the health of the data set tells of later marks.{' '}
        <button className="quiet-button" onClick={toggleFuture}>
          Show the future <kbd>H</kbd>
        </button>
      </p>
    </>
  )
}

function Health() {
  const { answer, fault } = useSelected(healthView, (view) => view)
  useEffect(keepHealth, [])
  return (
    <>
      <DialogHead title="Data set" beside={<State answer={answer} fault={fault} />} />
      {answer?.health == null ? <Nothing fault={fault} /> : <Known health={answer.health} />}
    </>
  )
}

function State({ answer, fault }: { answer: DataSetHealthOut | null; fault: string | null }) {
  const health = answer?.health ?? null
  const isComputing = answer?.state === 'being_computed' && fault === null
  return (
    <span className="dim" role="status">
      {health !== null && `${plural(health.annotations, 'mark')} of all markets`}
      {health !== null && answer?.made_at != null && ` · as of ${clock(Date.parse(answer.made_at))}`}
      {isComputing && health !== null && <span className="warn"> · being computed anew …</span>}
      {fault !== null && health !== null && <span className="warn"> · {fault}</span>}
    </span>
  )
}

function Nothing({ fault }: { fault: string | null }) {
  return <p className={fault === null ? 'empty' : 'warn-line'}>{fault ?? 'Being computed …'}</p>
}

function Known({ health }: { health: DataSetHealth }) {
  if (health.annotations === 0)
    return <p className="empty">There is no mark yet: mark a trade on a chart, and save it with ↵.</p>
  return (
    <div className="data-set-body">
      <Composition health={health} />
      <FindingView health={health} />
    </div>
  )
}
