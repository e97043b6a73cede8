// One checkpoint: its names and note, where it comes from, and how it does against another.
import { useState } from 'react'
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'
import { Badges } from './checkpoint-table.tsx'
import { nameChallenger, note } from './change-models.ts'
import { Comparison } from './comparison.tsx'
import { Forward } from './forward.tsx'
import { Lineage } from './lineage.tsx'

interface DetailProps {
  model: ModelOut
  checkpoint: CheckpointOut
  against: CheckpointOut | undefined
}

export function CheckpointDetail({ model, checkpoint, against }: DetailProps) {
  const { version, broken, aliases } = checkpoint
  const isChallenger = aliases.includes('challenger')
  return (
    <section className="checkpoint-detail" aria-label={`Checkpoint ${version}`}>
      <div className="detail-head">
        <b>{version}</b>
        <Badges model={model.id} checkpoint={checkpoint} />
        {!checkpoint.promoted && broken === null && (
          <button
            className="quiet-button"
            aria-pressed={isChallenger}
            onClick={() => void nameChallenger(model.id, isChallenger ? null : version)}
          >
            {isChallenger ? 'Not the challenger any more' : 'Make it the challenger'}
          </button>
        )}
        {broken === null && <Note key={checkpoint.note} model={model.id} checkpoint={checkpoint} />}
      </div>
      {broken === null ? (
        <>
          <Lineage />
          <Forward />
          <Comparison model={model} checkpoint={checkpoint} against={against} />
        </>
      ) : (
        <p className="bad-line">{broken}</p>
      )}
    </section>
  )
}

/** Kept by Enter, or when it is left. */
function Note({ model, checkpoint }: { model: string; checkpoint: CheckpointOut }) {
  const known = checkpoint.note ?? ''
  const [text, write] = useState(known)
  const keep = () => {
    if (text.trim() !== known) void note(model, checkpoint.version, text)
  }
  return (
    <form
      className="checkpoint-note"
      onSubmit={(event) => {
        event.preventDefault()
        keep()
      }}
    >
      <input
        aria-label="Note"
        placeholder="A note"
        value={text}
        maxLength={2000}
        onChange={(event) => write(event.target.value)}
        onBlur={keep}
      />
    </form>
  )
}
