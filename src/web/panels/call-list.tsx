// The calls of the shown market, newest first: what each came to, and what the trader says of it. A click shows what it saw.
import type { CallOut } from '../../contract/live-calls.ts'
import { callHold, callOtherSide, callRight, callTakeBack } from '../actions/call-commands.ts'
import { selectedCall, showCall } from '../actions/calls.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { useApp } from '../state/app-state.ts'
import { EarlyLine, useEarly } from './early-line.tsx'
import { LikeMarks } from '../similar/like-marks.tsx'
import { clock, dateTime, signedPct } from '../state/format.ts'
import { shownZone, zoneShort } from '../state/zone.ts'

const SHOWN = 50

export function CallList() {
  const calls = useApp((state) => state.followed)
  const selected = useApp(selectedCall)
  if (calls.length === 0) return null
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
            {calls.slice(0, SHOWN).map((call) => (
              <Row key={call.id} call={call} isSelected={call.id === selected?.id} />
            ))}
          </tbody>
        </table>
      </div>
      {selected !== null && <Verdict call={selected} />}
      {selected !== null && <LikeMarks call={selected} />}
    </div>
  )
}

function Row({ call, isSelected }: { call: CallOut; isSelected: boolean }) {
  const { action, outcome, outcome_pct: pct, confidence, verdict } = call
  const time = Date.parse(call.opened_at)
  return (
    <tr
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
