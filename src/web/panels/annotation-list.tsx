// The list of annotations, newest entry first; only the rows in view are built, so thousands scroll smoothly.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { AnnotationOut, TestCaseState } from '../../contract/annotations.ts'
import { select, toggleChosen } from '../actions/annotations.ts'
import { duration, ratioText, shortDateTime, signedPct } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { focusRef } from '../state/focus.ts'
import { isBlind } from '../state/horizon.ts'
import { isNarrowed, listed } from '../state/list-filter.ts'

const ROW = 44
const SPARE = 8

export function AnnotationList() {
  const annotations = useApp(listed)
  const isNarrow = useApp(({ listFilter }) => isNarrowed(listFilter))
  const selected = useApp((state) => state.selected)
  const chosen = useApp((state) => state.chosen)
  const isLoading = useApp((state) => state.loading !== null || state.isReadingOlder)
  const box = useRef<HTMLDivElement>(null)
  const holdBox = useCallback((element: HTMLDivElement | null) => {
    box.current = element
    focusRef('list')(element)
  }, [])
  const [scroll, setScroll] = useState({ top: 0, height: 600 })
  const place = annotations.findIndex((one) => one.id === selected)
  useEffect(() => keepInView(box.current, place), [place])
  if (annotations.length === 0) return isNarrow ? <NoneFound /> : <Empty isLoading={isLoading} />
  const first = Math.max(Math.floor(scroll.top / ROW) - SPARE, 0)
  const last = Math.ceil((scroll.top + scroll.height) / ROW) + SPARE
  return (
    <div
      id="list"
      className="list"
      role="listbox"
      aria-label="Annotations, newest entry first"
      aria-activedescendant={selected === null ? undefined : `annotation-${selected}`}
      tabIndex={0}
      ref={holdBox}
      onScroll={(event) =>
        setScroll({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })
      }
    >
      <div style={{ height: annotations.length * ROW, position: 'relative' }}>
        {annotations.slice(first, last).map((annotation, index) => (
          <Row
            key={annotation.id}
            annotation={annotation}
            top={(first + index) * ROW}
            isSelected={annotation.id === selected}
            isChosen={chosen.includes(annotation.id)}
          />
        ))}
      </div>
    </div>
  )
}

function keepInView(box: HTMLDivElement | null, index: number): void {
  if (box === null || index < 0) return
  const top = index * ROW
  if (top < box.scrollTop) box.scrollTop = top
  else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight
}

function NoneFound() {
  const isReading = useApp((state) => state.isReadingOlder)
  return (
    <p className="empty">
      {isReading ? 'None found so far; older ones are being read.' : 'None is like that.'}
    </p>
  )
}

function Empty({ isLoading }: { isLoading: boolean }) {
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  if (isHidden && !isLoading)
    return <p className="empty">No annotation before the cursor; later ones are hidden.</p>
  if (isLoading) return <p className="empty">Reading annotations …</p>
  return (
    <div className="empty">
      <p>
        <b>No annotations yet.</b>
      </p>
      <p>
        Click a candle where you would have entered, then one where you would have left, and press{' '}
        <kbd>↵</kbd>. Each annotation becomes a test case that a model learns from.
      </p>
    </div>
  )
}

interface RowProps {
  annotation: AnnotationOut
  top: number
  isSelected: boolean
  isChosen: boolean
}

function Row({ annotation, top, isSelected, isChosen }: RowProps) {
  const testCase = useApp((state) => state.testCases.get(annotation.id))
  const isLong = annotation.direction === 'LONG'
  const net = annotation.net_profit_loss_pct
  return (
    <div
      id={`annotation-${annotation.id}`}
      className="row"
      role="option"
      aria-selected={isSelected}
      style={{ top, height: ROW }}
      data-chosen={isChosen || undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey) toggleChosen(annotation.id)
        else void select(annotation.id)
      }}
    >
      <span className={`row-shape ${isLong ? 'up' : 'down'}`}>{isLong ? '▲' : '▼'}</span>
      <span className="row-main">
        <span className="time">{shortDateTime(Date.parse(annotation.entry.timestamp))}</span>
        <span className="row-sub">
          {annotation.tags[0] ?? (isLong ? 'long' : 'short')} · {duration(annotation.holding_period_seconds)}
          {annotation.reward_to_risk !== null && ` · ${ratioText(annotation.reward_to_risk)}`}
          <CaseState testCase={testCase} warnings={annotation.warnings} />
        </span>
      </span>
      <span className="row-value">
        <span className={net < 0 ? 'down' : 'up'}>{signedPct(net)}</span>
        <span className="row-sub">net</span>
      </span>
    </div>
  )
}

const STATE_WORDS: Record<TestCaseState['state'], string> = {
  complete: '',
  gaps: 'gaps',
  revised: 'revised',
  missing: 'no file',
  broken: 'broken file',
}

function CaseState({ testCase, warnings }: { testCase: TestCaseState | undefined; warnings: string[] }) {
  const word =
    testCase === undefined ? '' : testCase.left_out === null ? STATE_WORDS[testCase.state] : 'left out'
  const title = [testCase?.left_out, testCase?.detail, ...warnings].filter((line) => line).join('\n')
  if (word === '' && warnings.length === 0) return null
  return (
    <span className="row-warn" title={title}>
      {word === '' ? '!' : word}
    </span>
  )
}
