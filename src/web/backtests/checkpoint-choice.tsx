// Which checkpoints a backtest is of: any number, of any model, newest first.
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'
import { ALL_PATTERNS } from '../marking/checkpoints.ts'
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
            <AllPatternsLine model={model} chosen={chosen} />
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

/** What is promoted for each pattern, together, as a session of all patterns runs them. */
function AllPatternsLine({ model, chosen }: { model: ModelOut; chosen: readonly string[] }) {
  const promoted = model.patterns.filter((one) => one.promoted !== null)
  if (promoted.length === 0) return null
  const key = keyOfCheckpoint(model.id, ALL_PATTERNS)
  return (
    <label className="check-line" title="By the code of a session of all patterns; no sweep">
      <input
        type="checkbox"
        checked={chosen.includes(key)}
        onChange={() => toggle(key, chosen)}
        data-checkpoint={key}
      />
      <span>
        all patterns{' '}
        <span className="dim">
          {promoted.map(({ pattern, promoted: version }) => `${pattern} ${version}`).join(', ')}
        </span>
      </span>
    </label>
  )
}

function toggle(key: string, chosen: readonly string[]): void {
  change({ checkpoints: chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key] })
}

interface LineProps {
  model: string
  checkpoint: CheckpointOut
  chosen: readonly string[]
}

function CheckpointLine({ model, checkpoint, chosen }: LineProps) {
  const { version, broken, aliases, file, pattern } = checkpoint
  const key = keyOfCheckpoint(model, version)
  return (
    <label className="check-line" title={broken ?? undefined}>
      <input
        type="checkbox"
        checked={chosen.includes(key)}
        disabled={broken !== null}
        onChange={() => toggle(key, chosen)}
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
