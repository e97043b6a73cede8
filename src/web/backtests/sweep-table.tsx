// Other thresholds, fees and barriers on the same scores, the best first, and what that is worth.
import type { BacktestOut, BacktestSweepRow } from '../../contract/backtests.ts'
import { figureCells } from './backtest-words.ts'
import { OverlapMark } from './overlap-mark.tsx'

const SHOWN = 60

const TERMS: readonly (readonly [name: string, of: (row: BacktestSweepRow) => number])[] = [
  ['On', ({ on }) => on],
  ['Fee', ({ fee_pct }) => fee_pct],
  ['Target', ({ target_pct }) => target_pct],
  ['Stop', ({ stop_pct }) => stop_pct],
  ['Seconds', ({ hold_seconds }) => hold_seconds],
]
const HEADS = ['Trades', 'Above costs', 'Net', 'A trade', 'Fall']

export function SweepTable({ backtest }: { backtest: BacktestOut }) {
  const { sweep } = backtest
  if (sweep.length === 0) return null
  const rows = sweep.toSorted((a, b) => b.net_return_pct - a.net_return_pct)
  return (
    <section data-testid="backtest-sweep">
      <p className="small-text dim">
        <OverlapMark of={backtest} /> {sweep.length} combinations on the same scores. The best of many is no
        promise: it was chosen on these very seconds.
      </p>
      <table className="scores-table">
        <thead>
          <tr>
            {[...TERMS.map(([name]) => name), 'Calls', ...HEADS].map((name) => (
              <th key={name} className="num">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map((row) => (
            <tr key={TERMS.map(([, of]) => of(row)).join(' ')}>
              {TERMS.map(([name, of]) => (
                <td key={name} className="num">
                  {Number(of(row).toFixed(4))}
                </td>
              ))}
              <td className="num">{row.calls}</td>
              {figureCells(row).map((text, i) => (
                <td key={HEADS[i]} className={HEADS[i] === 'Net' ? 'num own' : 'num'}>
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
