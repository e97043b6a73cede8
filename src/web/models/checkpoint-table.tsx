// Checkpoints of a model, newest first, each with what its folds made of what they held out.
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'
import { useApp } from '../state/app-state.ts'
import { share, shortDateTime } from '../state/format.ts'
import { badgesOf, liveOf, stateText } from './model-words.ts'
import { chooseCheckpoint } from './model-view.ts'
import { zoneShort } from '../state/zone.ts'

const HEADS: readonly (readonly [name: string, about: string])[] = [
  ['F1', 'Of calls, out of fold: 2 · hits / (hits + false calls + annotations)'],
  ['Hits', 'Annotations that a call hit, of those held out'],
  ['False', 'Calls that hit none'],
  ['Accuracy', 'Of the seconds scored; floor: what always saying the most frequent class would get'],
  ['Cases', 'Test cases that it was trained on'],
]

export function CheckpointTable({ model, chosen }: { model: ModelOut; chosen: CheckpointOut }) {
  const newestFirst = model.checkpoints.toSorted((a, b) => b.version.localeCompare(a.version))
  return (
    <div className="checkpoint-table">
      <table className="scores-table" data-testid="checkpoints">
        <thead>
          <tr>
            <th>Checkpoint</th>
            <th>State</th>
            {HEADS.map(([name, about]) => (
              <th key={name} className="num" title={about}>
                {name}
              </th>
            ))}
            <th>Pattern</th>
            <th>Made, {zoneShort()}</th>
            <th>Note</th>
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((one) => (
            <Row key={one.version} model={model.id} checkpoint={one} isChosen={one === chosen} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  model: string
  checkpoint: CheckpointOut
  isChosen: boolean
}

function Row({ model, checkpoint, isChosen }: RowProps) {
  const { version, figures, test_cases: cases, pattern, created_at: made, broken, note } = checkpoint
  return (
    <tr
      aria-selected={isChosen}
      data-checkpoint={version}
      title={broken ?? undefined}
      onClick={() => chooseCheckpoint(version)}
    >
      <td>
        <button className="version" onClick={() => chooseCheckpoint(version)}>
          {version}
        </button>
        <Badges model={model} checkpoint={checkpoint} />
      </td>
      <td className={broken === null ? 'dim' : 'down'}>{stateText(checkpoint)}</td>
      {figures === null ? (
        <td colSpan={4} className="num unsaid">
          nothing held out
        </td>
      ) : (
        <>
          <td className="num own">{figures.f1?.toFixed(2) ?? '–'}</td>
          <td className="num">
            {figures.hits} <span className="dim">of {figures.annotations}</span>
          </td>
          <td className="num">{figures.false_calls}</td>
          <td className="num" title={`floor ${share(figures.majority_floor)}, n ${figures.seconds} seconds`}>
            {share(figures.accuracy)} <span className="dim">n {figures.seconds}</span>
          </td>
        </>
      )}
      <td className="num">{cases}</td>
      <td>{pattern ?? <span className="dim">–</span>}</td>
      <td className="time dim">{made === null ? '–' : shortDateTime(Date.parse(made))}</td>
      <td className="note" title={note ?? undefined}>
        {note}
      </td>
    </tr>
  )
}

export function Badges({ model, checkpoint }: { model: string; checkpoint: CheckpointOut }) {
  const sessions = useApp((state) => state.sessions)
  return badgesOf(checkpoint, liveOf(sessions, model)).map((badge) => (
    <span key={badge} className={`badge ${badge.split(' ')[0] ?? ''}`}>
      {badge}
    </span>
  ))
}
