// Live inference: which checkpoint, start and stop, what the model says now, its last fifty signals.
import type { SessionOut } from '../../contract/inference.ts'
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'
import { another, infer } from '../actions/learn-commands.ts'
import { chosenLive, lastSession, liveChoice, runningHere, startLive, useLive } from '../actions/live.ts'
import { seeBacktests } from '../backtests/commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { seeModels } from '../models/commands.ts'
import { ALL_PATTERNS } from '../marking/checkpoints.ts'
import { useApp } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { CallNoticeLine } from './call-notice-line.tsx'
import { CallCounts } from './call-counts.tsx'
import { CallList } from './call-list.tsx'
import { DriftLine } from './drift-line.tsx'
import { SessionFigures } from './session-figures.tsx'
import { SessionTable } from './session-table.tsx'
import { checkpointText } from './session-words.ts'
import { SignalCard } from './signal-card.tsx'
import { SignalList } from './signal-list.tsx'

export function LivePanel() {
  const running = useApp(runningHere)
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
      <SessionTable large={running} />
      <LiveControls />
      {running?.warnings.map((warning) => (
        <p key={warning} className="warn-line">
          {warning}
        </p>
      ))}
      <SignalCard session={running} />
      <SessionFigures session={isHidden ? null : (running ?? last)} />
      {running !== null && !isHidden && <DriftLine key={running.id} session={running.id} />}
      {running !== null && <CallNoticeLine />}
      <CallCounts session={isHidden ? null : counted(running ?? last)} />
      <CallList />
      <SignalList />
    </section>
  )
}

/** Calls are counted by checkpoint: those of several patterns stand with each. */
function counted(session: SessionOut | null): SessionOut | null {
  return session?.parts === undefined ? session : null
}

/** The session that is shown large and its stop, or what would be started; both where one more is asked for. */
function LiveControls() {
  const { running, choice } = useLive()
  if (running === null) return <StartForm isFirst />
  return (
    <>
      <Large running={running} />
      {choice.isAnother && <StartForm isFirst={false} />}
    </>
  )
}

function Large({ running }: { running: SessionOut }) {
  const { models, choice } = useLive()
  const { model, newest } = chosenLive(models, running, choice)
  return (
    <div className="button-row one-line">
      <span className="grow">
        {model?.name ?? running.model} <b>{checkpointText(running)}</b>{' '}
        {running.pattern !== null && <span>{running.pattern} </span>}
        <span className="dim">{noteOf(model, running.checkpoint, newest)}</span>
      </span>
      <CommandButton command={another} pressed={choice.isAnother} title={another.label}>
        + One more
      </CommandButton>
      <CommandButton id="infer" command={infer} className="primary stop small">
        Stop <Keycap command={infer} />
      </CommandButton>
    </div>
  )
}

/** `isFirst`: none runs here, and `I` starts this one. */
function StartForm({ isFirst }: { isFirst: boolean }) {
  const { models, choice } = useLive()
  const { model, newest, checkpoint } = chosenLive(models, null, choice)
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
      {isFirst ? (
        <CommandButton id="infer" command={infer} className={checkpoint === '' ? 'primary later' : 'primary'}>
          Start Live Inference <Keycap command={infer} />
        </CommandButton>
      ) : (
        <button
          className="primary"
          onClick={() => model !== undefined && void startLive(model.id, checkpoint)}
        >
          Start beside it
        </button>
      )}
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
  const promoted = model.patterns.filter((one) => one.promoted !== null)
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
        {promoted.length > 0 && (
          <option value={ALL_PATTERNS}>all patterns: {promoted.map((one) => one.pattern).join(', ')}</option>
        )}
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
