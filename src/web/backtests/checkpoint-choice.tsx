// Which checkpoints a backtest is of: any number, of any model, newest first.
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'
import { change } from './backtest-view.ts'
import { keyOfCheckpoint } from './draft.ts'

interface CheckpointChoiceProps {
  models: readonly ModelOut[]
  chosen: readonly string[]
}

export function CheckpointChoice({ models, chosen }: CheckpointChoiceProps) {
  return (
    <fieldset className="checkpoint-choice">
      <legend>Which checkpoints</legend>
      {models
        .filter(({ checkpoints }) => checkpoints.length > 0)
        .map((model) => (
          <div key={model.id}>
            <h3>{model.name}</h3>
            {model.checkpoints
              .toSorted((a, b) => b.version.localeCompare(a.version))
              .map((one) => (
                <CheckpointLine key={one.version} model={model.id} checkpoint={one} chosen={chosen} />
              ))}
          </div>
        ))}
    </fieldset>
  )
}

interface LineProps {
  model: string
  checkpoint: CheckpointOut
  chosen: readonly string[]
}

function CheckpointLine({ model, checkpoint, chosen }: LineProps) {
  const { version, broken, aliases, file, pattern } = checkpoint
  const key = keyOfCheckpoint(model, version)
  const isChosen = chosen.includes(key)
  const toggle = () =>
    change({ checkpoints: isChosen ? chosen.filter((one) => one !== key) : [...chosen, key] })
  return (
    <label className="check-line" title={broken ?? undefined}>
      <input
        type="checkbox"
        checked={isChosen}
        disabled={broken !== null}
        onChange={toggle}
        data-checkpoint={key}
      />
      <span>
        {version}{' '}
        <span className="dim">
          {[broken === null ? '' : 'broken', ...aliases, pattern ?? '', file ?? ''].filter(Boolean).join(' ')}
        </span>
      </span>
    </label>
  )
}
