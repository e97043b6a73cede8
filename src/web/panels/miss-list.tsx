// What the last training got wrong out of fold, to step through: each is one key from HOLD or from an annotation.
import { useEffect, useRef } from 'react'
import { goToMiss, recall, reviewedRun } from '../actions/misses.ts'
import { place } from '../actions/mark-commands.ts'
import { nextMiss, sayHold } from '../actions/review-commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { focusRef } from '../state/focus.ts'
import { shortDateTime } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { earlySentence, keyOfMiss, sentenceOf } from '../marking/misses.ts'
import { EarlyLine, useEarly } from './early-line.tsx'
import { missesOf, type Miss } from '../state/run-misses.ts'

export function MissList() {
  const misses = useApp((state) => state.misses)
  const run = useApp(reviewedRun)
  const list = missesOf(run)
  if (run === null || list.length === 0) return <Empty />
  const current = misses?.run === run.id ? misses.index : -1
  const done = misses?.run === run.id ? misses.done : recall(run.id)
  return (
    <>
      <p className="list-note">
        Out-of-fold misses of the training that made checkpoint {run.checkpoint ?? '–'}.
      </p>
      <ul className="list plain" id="list" ref={focusRef('list')} tabIndex={-1}>
        {list.map((miss, index) => (
          <Row
            key={keyOfMiss(miss)}
            miss={miss}
            isCurrent={index === current}
            isDone={done.includes(keyOfMiss(miss))}
            go={() => void goToMiss(run.id, miss)}
          />
        ))}
      </ul>
      <div className="button-row pad">
        <CommandButton command={nextMiss}>
          Next <Keycap command={nextMiss} />
        </CommandButton>
        <CommandButton command={sayHold}>
          HOLD <Keycap command={sayHold} />
        </CommandButton>
        <CommandButton command={place}>
          Mark here <Keycap command={place} />
        </CommandButton>
      </div>
    </>
  )
}

function Empty() {
  return (
    <div className="empty">
      <p>
        <b>Nothing to review.</b>
      </p>
      <p>
        After a training, the annotations it missed and its false calls stand here. <kbd>N</kbd> and{' '}
        <kbd>P</kbd> step through them; <kbd>X</kbd> says HOLD, <kbd>A</kbd> starts a mark.
      </p>
    </div>
  )
}

interface RowProps {
  miss: Miss
  isCurrent: boolean
  isDone: boolean
  go: () => void
}

function Row({ miss, isCurrent, isDone, go }: RowProps) {
  const row = useRef<HTMLLIElement>(null)
  const early = useEarly({ time: Date.parse(miss.timestamp), action: miss.action, price: null })
  const own = miss.kind === 'false_call' ? early : null
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isCurrent])
  return (
    <li ref={row} className="miss-row" aria-current={isCurrent || undefined} data-done={isDone || undefined}>
      <button className="span-main" onClick={go}>
        <span>
          <span className="miss-mark">{isDone ? '✓' : miss.kind === 'false_call' ? '!' : '?'}</span>
          <span className="time">{shortDateTime(Date.parse(miss.timestamp))}</span>
          {miss.score !== null && <span className="dim"> P {(miss.score * 100).toFixed(0)} %</span>}
        </span>
        <span className="row-sub">{own === null ? sentenceOf(miss) : earlySentence(miss, own)}</span>
      </button>
      {isCurrent && own !== null && <EarlyLine early={own} />}
    </li>
  )
}
