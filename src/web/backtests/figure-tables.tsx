// Figures of trades: the checkpoint's beside what it has to beat, and by when they were entered.
import type { BacktestFloor, BacktestGroup, BacktestOut } from '../../contract/backtests.ts'
import { useApp } from '../state/app-state.ts'
import { figureCells, nameText } from './backtest-words.ts'
import { besides, differenceText } from './listed.ts'
import { OverlapMark } from './overlap-mark.tsx'

const HEADS: readonly (readonly [name: string, about: string])[] = [
  ['Trades', 'That ended'],
  ['Above costs', 'Share of them, with its 95 % interval'],
  ['Net', 'Added up, not compounded, after fees and slippage'],
  ['A trade', 'Mean net'],
  ['Fall', 'Largest fall of the sum from its peak, percent points'],
]

/** Of what a checkpoint was trained on less or more was left out; its own marks say what a trade aims at. */
const DIFFERENCE = 'Each without the seconds that it was trained on, and by the targets of its own marks'

function Heads({ first }: { first: string }) {
  return (
    <thead>
      <tr>
        <th>{first}</th>
        {HEADS.map(([name, about]) => (
          <th key={name} className="num" title={about}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function Cells({ of, isOwn = false }: { of: Omit<BacktestFloor, 'id' | 'name' | 'about'>; isOwn?: boolean }) {
  const cells = figureCells(of)
  return HEADS.map(([name], i) => (
    <td key={name} className={isOwn ? 'num own' : 'num'}>
      {cells[i]}
    </td>
  ))
}

export function FigureTable({ backtest }: { backtest: BacktestOut }) {
  const backtests = useApp((state) => state.backtests)
  if (backtest.figures === null) return null
  return (
    <table className="scores-table" data-testid="backtest-figures">
      <Heads first="Over these seconds" />
      <tbody>
        {[backtest, ...besides(backtests, backtest)].map((one) => (
          <tr key={one.id}>
            <th className={one === backtest ? 'own' : ''}>
              <OverlapMark of={one} /> {nameText(one)}
              <span className="unsaid" title={DIFFERENCE}>
                {' '}
                {differenceText(backtest, one)}
              </span>
            </th>
            {one.figures !== null && <Cells of={one.figures} isOwn={one === backtest} />}
          </tr>
        ))}
        {backtest.floors.map((floor) => (
          <tr key={floor.id}>
            <th title={floor.about}>{floor.name}</th>
            <Cells of={floor} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface GroupTableProps {
  backtest: BacktestOut
  by: BacktestGroup['by']
  title: string
}

export function GroupTable({ backtest, by, title }: GroupTableProps) {
  // A pattern that told no call is worth knowing; an empty hour is not.
  const groups = backtest.groups.filter((group) => group.by === by && (by === 'pattern' || group.trades > 0))
  if (groups.length === 0) return null
  return (
    <table className="scores-table" data-testid={`backtest-by-${by}`}>
      <Heads first={title} />
      <tbody>
        {groups.map((group) => (
          <tr key={group.name}>
            <th>
              <OverlapMark of={backtest} /> {group.name}
            </th>
            <Cells of={group} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}
