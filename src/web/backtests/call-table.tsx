// The calls of a backtest and what came of each; a click, or Enter, leads the charts to its second with everything later hidden.
import { useState } from 'react'
import type { BacktestDetail } from '../../contract/backtests.ts'
import { walkButtons } from '../controls/arrow-focus.ts'
import { count, shortDateTime, signedPct } from '../state/format.ts'
import { trainedIn } from '../state/tested.ts'
import { callRows, type CallRow } from './backtest-words.ts'
import { showSecond } from './go-there.ts'
import { OverlapMark } from './overlap-mark.tsx'
import { shownZone, zoneShort } from '../state/zone.ts'

const PAGE = 200

export function CallTable({ detail }: { detail: BacktestDetail }) {
  const [shown, show] = useState(PAGE)
  const rows = callRows(detail)
  const wasTrained = trainedIn(detail)
  if (rows.length === 0) return <p className="empty">No call: nothing to step through.</p>
  return (
    <div className="backtest-calls" onKeyDown={walkButtons} data-testid="backtest-calls">
      <p className="small-text dim">
        <OverlapMark of={detail} /> {count(rows.length)} calls. A click or Enter shows the second on the
        charts, everything later hidden; Shift J and Shift K go on from there.
      </p>
      <table className="scores-table">
        <thead>
          <tr>
            <th title={shownZone()}>{zoneShort()}</th>
            <th>Call</th>
            <th>Came to</th>
            <th className="num">Net</th>
            <th className="num">Score</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row) => (
            <Row
              key={row.key}
              row={row}
              wasTrained={wasTrained(row.time)}
              go={() => void showSecond(detail, row.time)}
            />
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <button className="quiet-button" onClick={() => show(shown + PAGE)}>
          {count(rows.length - shown)} more
        </button>
      )}
    </div>
  )
}

function Row({ row, wasTrained, go }: { row: CallRow; wasTrained: boolean; go: () => void }) {
  const { time, action, score, outcome, net, isMatched, pattern } = row
  return (
    <tr className={wasTrained ? 'was-trained' : ''} data-time={time} onClick={go}>
      <td className="time">
        <button
          onClick={(event) => {
            event.stopPropagation()
            go()
          }}
        >
          {shortDateTime(time)}
        </button>
      </td>
      <td className={action.toLowerCase()}>
        {action}
        {pattern !== null && <span className="dim"> {pattern}</span>}
      </td>
      <td className={`came-to ${outcome ?? ''}`}>
        {outcome ?? '–'}
        {isMatched && <span className="dim"> your mark</span>}
        {wasTrained && <b className="overlap-mark trained">TRAINED ON</b>}
      </td>
      <td className="num">{net === null ? '–' : signedPct(net)}</td>
      <td className="num dim">{score === null ? '–' : score.toFixed(2)}</td>
    </tr>
  )
}
