// Live inference: which checkpoint, start and stop, what the model says now, its last fifty signals.
import { useState } from 'react'
import type { SessionOut } from '../../contract/inference.ts'
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'
import { lastSession, runningSession, startLive, stopLive } from '../actions/live.ts'
import { useApp } from '../state/app-state.ts'
import { newestUsable } from '../marking/checkpoints.ts'
import { Elsewhere } from './elsewhere.tsx'
import { SessionFigures } from './session-figures.tsx'
import { SignalCard } from './signal-card.tsx'
import { SignalList } from './signal-list.tsx'

export function LivePanel() {
  const sessions = useApp((state) => state.sessions)
  const market = useApp((state) => state.market)
  const running = runningSession(sessions, market)
  const last = useApp((state) => lastSession(state.sessions, state.market, state.signals))
  return (
    <section className="panel live" aria-label="Live inference">
      <header className="panel-head">
        <h2>Live inference</h2>
        {running !== null && <span className="live-dot">running</span>}
      </header>
      <LiveControls running={running} />
      {running?.warnings.map((warning) => (
        <p key={warning} className="warn-line">
          {warning}
        </p>
      ))}
      <SignalCard session={running?.id ?? null} />
      <SessionFigures session={running ?? last} />
      <Elsewhere sessions={sessions} />
      <SignalList />
    </section>
  )
}

function LiveControls({ running }: { running: SessionOut | null }) {
  const models = useApp((state) => state.models)
  const [chosen, choose] = useState('')
  const [version, setVersion] = useState('')
  const ready = models.filter((model) => newestUsable(model) !== null)
  const model = ready.find((one) => one.id === (running?.model ?? chosen)) ?? ready[0] ?? models[0]
  const newest = model === undefined ? null : newestUsable(model)
  const checkpoint = running?.checkpoint ?? (version === '' ? newest?.version : version) ?? ''
  const press = () => {
    if (running !== null) return void stopLive(running.id)
    if (model !== undefined) void startLive(model.id, checkpoint)
  }
  if (running !== null)
    return (
      <div className="button-row one-line">
        <span className="grow">
          {model?.name ?? running.model} <b>{running.checkpoint}</b>{' '}
          {running.pattern !== null && <span>{running.pattern} </span>}
          <span className="dim">{noteOf(model, running.checkpoint, newest?.version ?? null)}</span>
        </span>
        <button id="infer" type="button" className="primary stop small" onClick={press}>
          Stop <kbd>I</kbd>
        </button>
      </div>
    )
  return (
    <div className="live-controls">
      <div className="field-row">
        <label className="field grow">
          <span>Model</span>
          <select
            value={model?.id ?? ''}
            onChange={(event) => {
              choose(event.target.value)
              setVersion('')
            }}
          >
            {models.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        {model !== undefined && (
          <CheckpointChoice
            model={model}
            chosen={checkpoint}
            newest={newest?.version ?? null}
            choose={setVersion}
          />
        )}
      </div>
      {model?.warnings.map((warning) => (
        <p key={warning} className="warn-line">
          {warning}
        </p>
      ))}
      <button
        id="infer"
        type="button"
        className={checkpoint === '' ? 'primary later' : 'primary'}
        onClick={press}
      >
        Start Live Inference <kbd>I</kbd>
      </button>
    </div>
  )
}

interface CheckpointChoiceProps {
  model: ModelOut
  chosen: string
  newest: string | null
  choose: (version: string) => void
}

function CheckpointChoice({ model, chosen, newest, choose }: CheckpointChoiceProps) {
  return (
    <label className="field">
      <span>Checkpoint</span>
      <select
        value={chosen}
        disabled={newest === null}
        onChange={(event) => choose(event.target.value)}
        data-testid="checkpoint"
      >
        {newest === null && <option value="">none yet</option>}
        {model.checkpoints
          .toSorted((a, b) => b.version.localeCompare(a.version))
          .map((one) => (
            <option
              key={one.version}
              value={one.version}
              disabled={one.broken !== null}
              title={one.broken ?? undefined}
            >
              {one.version} {checkpointNote(one, newest)}
              {one.pattern === null ? '' : ` ${one.pattern}`}
              {one.file === null ? '' : ` ${one.file}`}
            </option>
          ))}
      </select>
    </label>
  )
}

function checkpointNote(checkpoint: CheckpointOut, newest: string | null): string {
  if (checkpoint.broken !== null) return 'broken'
  if (checkpoint.version === newest) return 'newest'
  return checkpoint.promoted ? 'promoted' : ''
}

function noteOf(model: ModelOut | undefined, version: string, newest: string | null): string {
  const checkpoint = model?.checkpoints.find((one) => one.version === version)
  return checkpoint === undefined ? '' : checkpointNote(checkpoint, newest)
}
