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
  const { version, broken } = checkpoint
  return (
    <section className="checkpoint-detail" aria-label={`Checkpoint ${version}`}>
      <div className="detail-head">
        <b>{version}</b>
        <Badges model={model.id} checkpoint={checkpoint} />
        <Challenges model={model.id} checkpoint={checkpoint} />
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

/** What it may be the challenger of: the model as a whole and its own pattern, where it is not what goes live of them already. */
function Challenges({ model, checkpoint }: { model: string; checkpoint: CheckpointOut }) {
  const { version, broken, promoted, aliases, pattern, pattern_aliases: ofPattern } = checkpoint
  if (broken !== null) return null
  return (
    <>
      {!promoted && (
        <Challenge
          of="the challenger"
          isOne={aliases.includes('challenger')}
          name={(is) => void nameChallenger(model, is ? version : null, '')}
        />
      )}
      {pattern !== null && !ofPattern.includes('champion') && (
        <Challenge
          of={`the challenger of ${pattern}`}
          isOne={ofPattern.includes('challenger')}
          name={(is) => void nameChallenger(model, is ? version : null, pattern)}
        />
      )}
    </>
  )
}

interface ChallengeProps {
  of: string
  isOne: boolean
  name: (is: boolean) => void
}

function Challenge({ of, isOne, name }: ChallengeProps) {
  return (
    <button className="quiet-button" aria-pressed={isOne} onClick={() => name(!isOne)}>
      {isOne ? `Not ${of} any more` : `Make it ${of}`}
    </button>
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
