// Live inference: which checkpoint, start and stop, what the model says now, its last fifty signals.
import { useState } from 'react'
import type { SessionOut } from '../../contract/inference.ts'
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'
import { runningSession, startLive, stopLive } from '../actions/live.ts'
import { milliseconds, plural, share } from '../app/format.ts'
import { useApp } from '../app/state.ts'
import { newestUsable } from '../marking/checkpoints.ts'
import { SignalCard } from './signal-card.tsx'
import { SignalList } from './signal-list.tsx'

export function LivePanel() {
  const sessions = useApp((state) => state.sessions)
  const running = runningSession(sessions)
  return (
    <section className="panel live" aria-label="Live inference">
      <header className="panel-head">
        <h2>Live inference</h2>
        {running !== null && <span className="live-dot">running</span>}
      </header>
      <LiveControls running={running} />
      <SignalCard isRunning={running !== null} />
      <SessionFigures session={running ?? sessions[0] ?? null} />
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
            <option key={one.version} value={one.version} disabled={one.broken !== null}>
              {one.version} {checkpointNote(one, newest)}
            </option>
          ))}
      </select>
    </label>
  )
}

function checkpointNote(checkpoint: CheckpointOut, newest: string | null): string {
  if (checkpoint.broken !== null) return `broken: ${checkpoint.broken}`
  if (checkpoint.version === newest) return 'newest'
  return checkpoint.promoted ? 'promoted' : ''
}

function noteOf(model: ModelOut | undefined, version: string, newest: string | null): string {
  const checkpoint = model?.checkpoints.find((one) => one.version === version)
  return checkpoint === undefined ? '' : checkpointNote(checkpoint, newest)
}

function SessionFigures({ session }: { session: SessionOut | null }) {
  if (session === null) return null
  return (
    <dl className="stats small">
      <Stat name="p50" value={milliseconds(session.latency_ms.p50)} />
      <Stat name="p99" value={milliseconds(session.latency_ms.p99)} />
      <Stat
        name="per minute"
        value={session.signals_per_minute === null ? '–' : session.signals_per_minute.toFixed(0)}
      />
      <Stat name="calls" value={String(session.calls)} />
      <Stat name="missed s" value={String(session.missed_seconds)} />
      <Stat name="accuracy" value={share(session.accuracy)} />
      {session.state === 'stopped' && <p className="dim small-text stopped">{stopText(session)}</p>}
    </dl>
  )
}

function Stat({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

const STOPS: Record<string, string> = {
  stopped_by_user: 'stopped by you',
  end_of_data: 'the recorded data ended',
  server_restarted: 'the server was restarted',
}

function stopText(session: SessionOut): string {
  const why = STOPS[session.stop_reason ?? ''] ?? session.stop_reason ?? 'stopped'
  return `Last session: checkpoint ${session.checkpoint}, ${plural(session.signals, 'signal')}; ${why}.`
}
