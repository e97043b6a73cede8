// The model's figures with each floor's beside them.
import type { Floor, Scorecard } from '../../contract/validation.ts'
import { GROUPS, type Cell, type Side } from './score-rows.ts'

interface ScorecardTableProps {
  name: string
  model: Scorecard
  floors: readonly Floor[]
  side: Side
}

export function ScorecardTable({ name, model, floors, side }: ScorecardTableProps) {
  const cards = [{ id: 'model', scores: model }, ...floors]
  return (
    <table className="scores-table" data-testid="scorecard">
      <thead>
        <tr>
          <td />
          <th className="num own">{name}</th>
          {floors.map((floor) => (
            <th key={floor.id} className="num" title={floor.about}>
              {floor.name}
            </th>
          ))}
        </tr>
      </thead>
      {GROUPS.map((group) => (
        <tbody key={group.title}>
          <tr>
            <th colSpan={cards.length + 1} className="group">
              {group.title}
            </th>
          </tr>
          {group.rows.map((row) => (
            <tr key={row.name}>
              <th title={row.about}>{row.name}</th>
              {cards.map(({ id, scores }) => (
                <ScoreCell key={id} cell={row.cell(scores, side)} isOwn={id === 'model'} />
              ))}
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  )
}

function ScoreCell({ cell, isOwn }: { cell: Cell | null; isOwn: boolean }) {
  const kind = `num${isOwn ? ' own' : ''}${cell?.isSaid === true ? '' : ' unsaid'}`
  return (
    <td className={kind} title={cell?.about}>
      {cell === null ? '–' : cell.text}
    </td>
  )
}
