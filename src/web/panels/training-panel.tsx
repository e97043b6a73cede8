// Training: what to train and how, the run as it goes, and what came of it.
import { useState } from 'react'
import type { ModelOut, TrainingRunOut } from '../../contract/training.ts'
import type { TrainingBody } from '../../contract/training-parameters.ts'
import { NO_CASES, cancelTraining, isActive, train } from '../actions/training.ts'
import { say, store, useApp } from '../app/state.ts'
import { shortDateTime } from '../app/format.ts'
import { RunProgress } from './run-progress.tsx'
import { RunResult } from './run-result.tsx'

export function TrainingPanel() {
  const runs = useApp((state) => state.runs)
  const shown = useApp((state) => state.shownRun)
  const run = runs.find((one) => one.id === shown) ?? runs[0]
  return (
    <section className="panel training" aria-label="Training">
      <header className="panel-head">
        <h2>Training</h2>
        {runs.length > 1 && <RunChoice runs={runs} chosen={run?.id ?? ''} />}
      </header>
      <TrainingForm run={run ?? null} />
      {run !== undefined && isActive(run) && <RunProgress run={run} />}
      {run !== undefined && !isActive(run) && <RunResult run={run} />}
    </section>
  )
}

function RunChoice({ runs, chosen }: { runs: readonly TrainingRunOut[]; chosen: string }) {
  return (
    <select
      className="run-choice"
      aria-label="Which run to show"
      value={chosen}
      onChange={(event) => store.set({ shownRun: event.target.value })}
    >
      {runs.map((run) => (
        <option key={run.id} value={run.id}>
          {shortDateTime(Date.parse(run.created_at))} {run.status.toLowerCase()}
        </option>
      ))}
    </select>
  )
}

/** What the trader set; empty text means the model's own default. */
type Settings = Record<
  'epochs' | 'batch_size' | 'learning_rate' | 'seed' | 'views' | 'false_calls_per_hour',
  string
>
const UNSET: Settings = {
  epochs: '',
  batch_size: '',
  learning_rate: '',
  seed: '',
  views: '',
  false_calls_per_hour: '',
}

function TrainingForm({ run }: { run: TrainingRunOut | null }) {
  const models = useApp((state) => state.models)
  const market = useApp((state) => state.market)
  const hasAnnotations = useApp((state) => state.annotations.length > 0)
  const [chosen, choose] = useState('')
  const [settings, set] = useState(UNSET)
  const [isOpen, open] = useState(false)
  const trainable = models.filter((one) => one.trainable)
  const model = trainable.find((one) => one.id === chosen) ?? trainable[0]
  const isBusy = run !== null && isActive(run)
  const start = () => {
    if (model === undefined) return say('The server offers no model that can be trained.', 'warn')
    if (!hasAnnotations) return say(NO_CASES, 'warn')
    void train({ model: model.id, ...marketOf(market), ...numbersOf(settings) })
  }
  const field = (name: keyof Settings, label: string, placeholder: number | string) => (
    <label className="field small">
      <span>{label}</span>
      <input
        inputMode="decimal"
        value={settings[name]}
        placeholder={String(placeholder)}
        onChange={(event) => set({ ...settings, [name]: event.target.value })}
      />
    </label>
  )
  return (
    <form
      className="training-form"
      onSubmit={(event) => {
        event.preventDefault()
        start()
      }}
    >
      <div className="field-row">
        <ModelChoice models={trainable} chosen={model?.id ?? ''} choose={choose} />
        {field('epochs', 'Epochs', model?.defaults?.epochs ?? 10)}
      </div>
      {isOpen && (
        <div className="field-grid">
          {field('batch_size', 'Batch size', model?.defaults?.batch_size ?? '')}
          {field('learning_rate', 'Learning rate', model?.defaults?.learning_rate ?? '')}
          {field('views', 'Views per epoch', model?.defaults?.views ?? '')}
          {field('seed', 'Seed', 'random')}
          {field('false_calls_per_hour', 'False calls / h', 1)}
        </div>
      )}
      <div className="button-row one-line">
        <button
          id="train"
          type="button"
          className={isBusy ? 'primary busy' : hasAnnotations ? 'primary' : 'primary later'}
          disabled={isBusy || model === undefined}
          onClick={start}
        >
          {isBusy ? 'Training …' : 'Train Model'} <kbd>T</kbd>
        </button>
        {isBusy ? (
          <button
            id="cancel-training"
            type="button"
            className="quiet-button"
            onClick={() => void cancelTraining(run.id)}
          >
            Cancel <kbd>Shift T</kbd>
          </button>
        ) : (
          <button type="button" className="quiet-button" aria-expanded={isOpen} onClick={() => open(!isOpen)}>
            {isOpen ? 'Less' : 'More settings'}
          </button>
        )}
      </div>
      {!hasAnnotations && !isBusy && <p className="dim small-text">{NO_CASES}</p>}
    </form>
  )
}

function marketOf(market: { symbol: string; venue: string } | null): Partial<TrainingBody> {
  return market === null ? {} : { symbol: market.symbol, venue: market.venue }
}

function numbersOf(settings: Settings): Partial<TrainingBody> {
  const given = Object.entries(settings).filter(([, text]) => text.trim() !== '')
  return Object.fromEntries(given.map(([name, text]) => [name, Number(text)]))
}

interface ModelChoiceProps {
  models: readonly ModelOut[]
  chosen: string
  choose: (id: string) => void
}

function ModelChoice({ models, chosen, choose }: ModelChoiceProps) {
  return (
    <label className="field grow">
      <span>Model</span>
      <select value={chosen} onChange={(event) => choose(event.target.value)} data-testid="training-model">
        {models.map((model) => (
          <option key={model.id} value={model.id}>
            {model.name}
          </option>
        ))}
      </select>
    </label>
  )
}
