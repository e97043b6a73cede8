// What each pattern said in a second of all patterns together: its action, its scores, how sure, or why it abstains.
import type { SignalOut, SignalPart } from '../../contract/inference.ts'
import { reasonText } from './confidence.ts'

interface SignalPartsProps {
  parts: readonly SignalPart[]
  /** The call that stands; null where none does. */
  caller: SignalOut['call_id']
}

export function SignalParts({ parts, caller }: SignalPartsProps) {
  return (
    <table className="scores-table small-text" data-testid="signal-parts" aria-label="What each pattern says">
      <tbody>
        {parts.map((part) => (
          <tr key={part.session}>
            <th scope="row">
              {part.call_id !== null && part.call_id === caller ? <b>{nameOf(part)}</b> : nameOf(part)}
            </th>
            <td className={part.reason === null ? part.action.toLowerCase() : 'abstains'}>{part.action}</td>
            <td className="dim">{part.reason === null ? scoresText(part) : reasonText(part.reason)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function nameOf({ pattern, checkpoint }: SignalPart): string {
  return `${pattern ?? ''} ${checkpoint}`
}

function scoresText({ scores, confidence }: SignalPart): string {
  if (scores === null) return ''
  const percent = (score: number): string => (score * 100).toFixed(0)
  const sure = confidence === null ? '' : `, ${Math.round(confidence)} %`
  return `BUY ${percent(scores.BUY)} SELL ${percent(scores.SELL)} HOLD ${percent(scores.HOLD)}${sure}`
}
