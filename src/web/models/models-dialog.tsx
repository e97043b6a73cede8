// Shift U: the checkpoints of each model with their figures, one against another, what goes live and what did.
import { useEffect } from 'react'
import { Dialog, DialogHead } from '../controls/dialog.tsx'
import { useApp } from '../state/app-state.ts'
import { useSelected } from '../state/store.ts'
import { CheckpointDetail } from './checkpoint-detail.tsx'
import { CheckpointTable } from './checkpoint-table.tsx'
import { History } from './history.tsx'
import { chooseModel, keyOf, lookedAt, modelView } from './model-view.ts'
import { readLooked } from './read-models.ts'

export function ModelsDialog() {
  const models = useApp((state) => state.models)
  const view = useSelected(modelView, (state) => state)
  const looked = lookedAt(models, view)
  const { model, checkpoint, against } = looked
  const key = keyOf(looked)
  // Whatever changes of the models is told to the page: all of it may be another then.
  useEffect(readLooked, [key, models, view.pattern])
  return (
    <Dialog name="models" label="Models" className="evaluation models" takesFocus>
      <DialogHead
        title="Models"
        beside={
          <div className="side-choice" role="group" aria-label="Model">
            {models.map((one) => (
              <button
                key={one.id}
                className="quiet-button"
                aria-pressed={one === model}
                disabled={one.checkpoints.length === 0}
                onClick={() => chooseModel(one.id)}
              >
                {one.name} <span className="tab-count">{one.checkpoints.length}</span>
              </button>
            ))}
          </div>
        }
      />
      {model === undefined || checkpoint === undefined ? (
        <p className="empty">There is no checkpoint yet: train a model first.</p>
      ) : (
        <div className="models-body">
          <div className="models-main">
            {model.warnings.map((warning) => (
              <p key={warning} className="warn-line">
                {warning}
              </p>
            ))}
            <CheckpointTable model={model} chosen={checkpoint} />
            <CheckpointDetail
              key={checkpoint.version}
              model={model}
              checkpoint={checkpoint}
              against={against}
            />
          </div>
          <History key={model.id} model={model} />
        </div>
      )}
    </Dialog>
  )
}
