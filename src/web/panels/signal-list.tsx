// The last fifty signals, newest first; calls stand out. A click puts the cursor on the second.
import type { SignalOut } from '../../contract/inference.ts'
import { moveCursor } from '../actions/cursor.ts'
import { besideIt, runningHere } from '../actions/live.ts'
import { clock, milliseconds, price } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { intentText, intentWord } from './intent-words.ts'
import { reasonText, surenessOf } from './confidence.ts'
import { shownZone, zoneShort } from '../state/zone.ts'

const SHOWN = 50

export function SignalList() {
  const all = useApp((state) => state.signals)
  const sessions = useApp((state) => state.sessions)
  const large = useApp(runningHere)
  const beside = besideIt(sessions, large)
  const signals = beside.size === 0 ? all : all.filter(({ session }) => !beside.has(session))
  if (signals.length === 0) return null
  return (
    <div className="signals" data-testid="signals" role="region" aria-label="Newest signals" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th title={shownZone()}>{zoneShort()}</th>
            <th>Signal</th>
            <th>Sure</th>
            <th className="num">Price</th>
            <th className="num">ms</th>
          </tr>
        </thead>
        <tbody>
          {signals.slice(0, SHOWN).map((signal) => (
            <Row key={signal.id} signal={signal} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ signal }: { signal: SignalOut }) {
  const digits = useApp((state) => state.digits)
  const time = Date.parse(signal.timestamp)
  const mark = intentWord(signal) || (signal.call_opens ? 'call' : '')
  return (
    <tr className={mark === '' ? '' : 'call'} title={titleOf(signal)} onClick={() => void moveCursor(time)}>
      <td className="time">{clock(time)}</td>
      <td className={signal.reason === null ? signal.action.toLowerCase() : 'abstains'}>
        {signal.action}
        {mark !== '' && <span className="call-mark"> {mark}</span>}
      </td>
      <td className="dim">{sureText(signal)}</td>
      <td className="num">{signal.price === null ? '–' : price(signal.price, digits)}</td>
      <td className="num dim">{milliseconds(signal.latency_ms).replace(' ms', '')}</td>
    </tr>
  )
}

function titleOf(signal: SignalOut): string {
  const done = intentText(signal)
  const what = signal.call_opens ? ': a call opens' : ''
  return `${signal.model} ${signal.checkpoint}${what}${done === '' ? '' : `: ${done}`}`
}

function sureText(signal: SignalOut): string {
  if (signal.reason !== null) return reasonText(signal.reason)
  const sureness = surenessOf(signal)
  if (sureness.kind === 'none') return ''
  if (sureness.kind === 'uncalibrated') return 'not calibrated yet'
  return `${Math.round(sureness.confidence)} % ${sureness.words}`
}
