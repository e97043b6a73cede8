// The calls of the shown market, newest first: what each came to, and what the trader says of it. A click shows what it saw.
import { useEffect, useRef, useState } from 'react'
import type { CallOut } from '../../contract/live-calls.ts'
import { callHold, callOtherSide, callRight, callTakeBack } from '../actions/call-commands.ts'
import { readOlderCalls, selectedCall, showCall } from '../actions/calls.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { useApp, useWhole } from '../state/app-state.ts'
import { EarlyLine, useEarly } from './early-line.tsx'
import { LikeMarks } from '../similar/like-marks.tsx'
import { clock, dateTime, signedPct } from '../state/format.ts'
import { shownZone, zoneShort } from '../state/zone.ts'

/** Rows at first, and more of them each time that is asked. */
const SHOWN = 50
const MORE = 200

export function CallList() {
  const calls = useApp((state) => state.followed)
  const selected = useApp(selectedCall)
  const [wanted, want] = useState(SHOWN)
  if (calls.length === 0) return null
  // One that is stepped to stands in the list.
  const shown = Math.max(wanted, calls.findIndex(({ id }) => id === selected?.id) + 1)
  return (
    <div className="calls">
      <div className="signals call-rows" data-testid="calls" role="region" aria-label="Calls" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th title={shownZone()}>{zoneShort()}</th>
              <th>Call</th>
              <th>Outcome</th>
              <th className="num">Net</th>
              <th className="num">Sure</th>
            </tr>
          </thead>
          <tbody>
            {calls.slice(0, shown).map((call) => (
              <Row key={call.id} call={call} isSelected={call.id === selected?.id} />
            ))}
          </tbody>
        </table>
        <OlderCalls isAllShown={calls.length <= shown} onAsked={() => want(shown + MORE)} />
      </div>
      {selected !== null && <Verdict call={selected} />}
      {selected !== null && <LikeMarks call={selected} />}
    </div>
  )
}

/** Those that are held first; older ones are read. */
function OlderCalls({ isAllShown, onAsked }: { isAllShown: boolean; onAsked: () => void }) {
  const held = useWhole((state) => state.followed.length)
  const [isEnd, end] = useState(false)
  if (isAllShown && (isEnd || held < SHOWN)) return null
  const ask = async () => {
    if (isAllShown && !(await readOlderCalls())) return end(true)
    onAsked()
  }
  return (
    <button type="button" className="quiet-button" onClick={() => void ask()}>
      Older calls
    </button>
  )
}

function Row({ call, isSelected }: { call: CallOut; isSelected: boolean }) {
  const { action, outcome, outcome_pct: pct, confidence, verdict } = call
  const time = Date.parse(call.opened_at)
  const row = useRef<HTMLTableRowElement>(null)
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isSelected])
  return (
    <tr
      ref={row}
      title={`${call.model} ${call.checkpoint}, ${dateTime(time)}`}
      aria-selected={isSelected}
      data-call={call.id}
      onClick={() => void showCall(call)}
    >
      <td className="time">{clock(time)}</td>
      <td className={action.toLowerCase()}>{action}</td>
      <td className={`outcome ${outcome}`}>
        {outcome}
        {call.withheld === true && (
          <span className="call-mark" title="Another pattern called the other side in that second">
            {' '}
            withheld
          </span>
        )}
        {verdict !== null && <span className="call-mark"> {VERDICTS[verdict]}</span>}
      </td>
      <td className="num">{pct === null ? '–' : signedPct(pct).replace(' %', '%')}</td>
      <td className="num dim">{confidence === null ? '–' : `${Math.round(confidence)}%`}</td>
    </tr>
  )
}

/** What the trader said, in a row. */
const VERDICTS = { hold: 'HOLD', right: 'taken', other_side: 'turned' } as const

function Verdict({ call }: { call: CallOut }) {
  const early = useEarly({ time: Date.parse(call.opened_at), action: call.action, price: call.price })
  return (
    <>
      {early !== null && <EarlyLine early={early} />}
      <div className="button-row call-verdict" data-testid="verdict">
        <CommandButton command={callHold} pressed={call.verdict === 'hold'}>
          HOLD <Keycap command={callHold} />
        </CommandButton>
        <CommandButton command={callRight} pressed={call.verdict === 'right'} title={callRight.label}>
          Right <Keycap command={callRight} />
        </CommandButton>
        <CommandButton
          command={callOtherSide}
          pressed={call.verdict === 'other_side'}
          title={callOtherSide.label}
        >
          Turn <Keycap command={callOtherSide} />
        </CommandButton>
        {call.verdict !== null && (
          <CommandButton command={callTakeBack} title={callTakeBack.label}>
            Undo <Keycap command={callTakeBack} />
          </CommandButton>
        )}
      </div>
    </>
  )
}
