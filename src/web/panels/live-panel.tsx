// Live inference: which checkpoint, start and stop, what the model says now, its last fifty signals.
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'
import { infer } from '../actions/learn-commands.ts'
import { lastSession, liveChoice, runningSession, useLive } from '../actions/live.ts'
import { seeBacktests } from '../backtests/commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { seeModels } from '../models/commands.ts'
import { useApp } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { CallNoticeLine } from './call-notice-line.tsx'
import { CallCounts } from './call-counts.tsx'
import { CallList } from './call-list.tsx'
import { DriftLine } from './drift-line.tsx'
import { Elsewhere } from './elsewhere.tsx'
import { SessionFigures } from './session-figures.tsx'
import { SignalCard } from './signal-card.tsx'
import { SignalList } from './signal-list.tsx'

export function LivePanel() {
  const sessions = useApp((state) => state.sessions)
  const market = useApp((state) => state.market)
  const running = runningSession(sessions, market)
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  const last = useApp((state) => lastSession(state.sessions, state.market, state.signals))
  return (
    <section className="panel live" aria-label="Live inference">
      <header className="panel-head">
        <h2>Live inference</h2>
        {running !== null && <span className="live-dot">running</span>}
        <span className="head-tools">
          <CommandButton command={seeBacktests} opensDialog title={seeBacktests.label}>
            Backtests
          </CommandButton>
          <CommandButton command={seeModels} opensDialog title={seeModels.label}>
            Models
          </CommandButton>
        </span>
      </header>
      <LiveControls />
      {running?.warnings.map((warning) => (
        <p key={warning} className="warn-line">
          {warning}
        </p>
      ))}
      <SignalCard session={running?.id ?? null} />
      <SessionFigures session={isHidden ? null : (running ?? last)} />
      {running !== null && !isHidden && <DriftLine key={running.id} session={running.id} />}
      <Elsewhere sessions={sessions} />
      {running !== null && <CallNoticeLine />}
      <CallCounts session={isHidden ? null : (running ?? last)} />
      <CallList />
      <SignalList />
    </section>
  )
}

function LiveControls() {
  const { running, models, model, newest, checkpoint } = useLive()
  if (running !== null)
    return (
      <div className="button-row one-line">
        <span className="grow">
          {model?.name ?? running.model} <b>{running.checkpoint}</b>{' '}
          {running.pattern !== null && <span>{running.pattern} </span>}
          <span className="dim">{noteOf(model, running.checkpoint, newest)}</span>
        </span>
        <CommandButton id="infer" command={infer} className="primary stop small">
          Stop <Keycap command={infer} />
        </CommandButton>
      </div>
    )
  return (
    <div className="live-controls">
      <div className="field-row">
        <label className="field grow">
          <span>Model</span>
          <select
            value={model?.id ?? ''}
            onChange={(event) => liveChoice.set({ model: event.target.value, checkpoint: '' })}
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
            newest={newest}
            choose={(version) => liveChoice.set({ checkpoint: version })}
          />
        )}
      </div>
      {model?.warnings.map((warning) => (
        <p key={warning} className="warn-line">
          {warning}
        </p>
      ))}
      <CommandButton id="infer" command={infer} className={checkpoint === '' ? 'primary later' : 'primary'}>
        Start Live Inference <Keycap command={infer} />
      </CommandButton>
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
  const place = checkpoint.version === newest ? 'newest' : checkpoint.promoted ? 'promoted' : ''
  // What a user brings is never validated here.
  const isProvisional = checkpoint.state === 'provisional' && checkpoint.file === null
  return [place, isProvisional ? 'provisional' : ''].filter((word) => word !== '').join(', ')
}

function noteOf(model: ModelOut | undefined, version: string, newest: string | null): string {
  const checkpoint = model?.checkpoints.find((one) => one.version === version)
  return checkpoint === undefined ? '' : checkpointNote(checkpoint, newest)
}
