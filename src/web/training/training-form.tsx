// What to train, on what, and how; the parameters stay folded away until they are asked for.
import { useState } from 'react'
import type { TrainingBody } from '../../contract/training-parameters.ts'
import { NO_CASES, train } from '../actions/training.ts'
import { nameOf } from '../state/api.ts'
import { plural } from '../state/format.ts'
import { say, store, useApp } from '../state/app-state.ts'
import { ModelChoice } from './model-choice.tsx'
import { ParameterGrid } from './parameter-grid.tsx'
import { defaultText, parametersOf, type Settings } from './fields.ts'
import { ScopeChoice } from './scope-choice.tsx'
import {
  ALL,
  ALL_PATTERNS,
  CHOSEN,
  DATES,
  leftOutText,
  patternsOf,
  rangeOf,
  selectionOf,
  taken,
  within,
  type Dates,
  type Scope,
} from './scope.ts'
import { WarmStart } from './warm-start.tsx'

const CHOOSE_PATTERN =
  'The annotations show several patterns, and a model learns one best: choose which, or all together.'

const WRITE_DATES = 'Write dates as 2024-08-09, or times as 2024-08-09 00:00:05 (UTC).'

/** What the trader set in the form so far. */
interface Draft {
  readonly model: string
  readonly settings: Settings
  readonly scope: Scope
  readonly dates: Dates
  readonly pattern: string
  /** The checkpoint to begin from; '' for fresh weights. */
  readonly parent: string
  /** Whether the parameters are shown. */
  readonly isOpen: boolean
}

const BLANK: Draft = {
  model: '',
  settings: {},
  scope: ALL,
  dates: { from: '', to: '' },
  pattern: '',
  parent: '',
  isOpen: false,
}

/** The draft with what follows from it: the model, the annotations it takes, their patterns. */
function useDraft() {
  const models = useApp((state) => state.models)
  const annotations = useApp((state) => state.annotations)
  const chosen = useApp((state) => state.chosen)
  const [draft, set] = useState(BLANK)
  const trainable = models.filter((one) => one.trainable)
  const model = trainable.find((one) => one.id === draft.model) ?? trainable[0]
  const scope = draft.scope === CHOSEN && chosen.length === 0 ? ALL : draft.scope
  const range = rangeOf(draft.dates)
  const used = scope === DATES ? within(annotations, range ?? NEVER) : taken(annotations, scope, chosen)
  const patterns = patternsOf(used)
  // One that was chosen before among others counts no longer.
  const pattern =
    patterns.some(({ name }) => name === draft.pattern) || draft.pattern === ALL_PATTERNS ? draft.pattern : ''
  const change = (part: Partial<Draft>) => set((before) => ({ ...before, ...part }))
  return { draft, change, trainable, model, scope, range, chosen, used, patterns, pattern }
}

const NEVER = { from: 0, to: 0 }

type Drafted = ReturnType<typeof useDraft>

/** Starts it, or says what is still to be chosen. */
async function start(drafted: Drafted): Promise<void> {
  const { draft, change, model, scope, range, chosen, used, patterns, pattern } = drafted
  const { market, annotations } = store.get()
  if (model === undefined) return say('The server offers no model that can be trained.', 'warn')
  if (annotations.length === 0) return say(NO_CASES, 'warn')
  if (scope === DATES && range === null) return say(WRITE_DATES, 'warn')
  if (used.length === 0) return say('No annotation was entered between these dates.', 'warn')
  if (patterns.length > 1 && pattern === '') return say(CHOOSE_PATTERN, 'warn')
  const body: TrainingBody = {
    model: model.id,
    ...(market === null ? {} : nameOf(market)),
    ...selectionOf(scope, chosen, patterns.length > 1 ? pattern : '', range ?? undefined),
    ...parametersOf(model, draft.settings),
    ...(draft.parent === '' ? {} : { warm_start: draft.parent }),
  }
  // Folded, so that the run is in view.
  if (await train(body)) change({ isOpen: false })
}

export function TrainingForm({ isBusy }: { isBusy: boolean }) {
  const hasAnnotations = useApp((state) => state.annotations.length > 0)
  const drafted = useDraft()
  return (
    <form
      className="training-form"
      onSubmit={(event) => {
        event.preventDefault()
        void start(drafted)
      }}
    >
      <ModelAndEpochs drafted={drafted} />
      {hasAnnotations && (
        <ScopeChoice
          scope={drafted.scope}
          choose={(scope) => drafted.change({ scope })}
          patterns={drafted.patterns}
          pattern={drafted.pattern}
          choosePattern={(pattern) => drafted.change({ pattern })}
        />
      )}
      {hasAnnotations && drafted.scope === DATES && <DateFields drafted={drafted} />}
      <Lack drafted={drafted} />
      <Parameters drafted={drafted} isBusy={isBusy} />
      {!hasAnnotations && !isBusy && <p className="dim small-text">{NO_CASES}</p>}
    </form>
  )
}

function ModelAndEpochs({ drafted: { draft, change, trainable, model } }: { drafted: Drafted }) {
  const { settings } = draft
  return (
    <div className="field-row">
      <ModelChoice
        models={trainable}
        chosen={model?.id ?? ''}
        choose={(id) => change({ model: id, parent: '' })}
      />
      <label className="field small">
        <span>Epochs</span>
        <input
          inputMode="numeric"
          value={settings.epochs ?? ''}
          placeholder={model === undefined ? '' : defaultText(model, 'epochs')}
          onChange={(event) => change({ settings: { ...settings, epochs: event.target.value } })}
        />
      </label>
    </div>
  )
}

function DateFields({ drafted: { draft, change, range, used } }: { drafted: Drafted }) {
  const all = useApp((state) => state.annotations.length)
  const field = (name: keyof Dates, label: string, title: string) => (
    <label className="field grow" title={title}>
      <span>{label}</span>
      <input
        value={draft.dates[name]}
        placeholder="2024-08-09 00:00"
        spellCheck={false}
        onChange={(event) => change({ dates: { ...draft.dates, [name]: event.target.value } })}
      />
    </label>
  )
  return (
    <>
      <div className="field-row" data-testid="training-dates">
        {field('from', 'From, UTC', 'Entries at this time and later; empty: from the first')}
        {field('to', 'To, UTC', 'Entries before this time; empty: to the last')}
      </div>
      <p className={range === null ? 'warn-line' : 'dim small-text'}>
        {range === null ? WRITE_DATES : `${used.length} of ${plural(all, 'annotation')}`}
      </p>
    </>
  )
}

/** What the model needs and some of the test cases do not have. */
function Lack({ drafted: { model, used } }: { drafted: Drafted }) {
  const cases = useApp((state) => state.testCases)
  const lack = model === undefined ? null : leftOutText(model.needs, used, cases)
  return lack === null ? null : <p className="warn-line">{lack}</p>
}

/** The folded parameters, and the button that starts. */
function Parameters({ drafted, isBusy }: { drafted: Drafted; isBusy: boolean }) {
  const { draft, change, model, used } = drafted
  return (
    <>
      {draft.isOpen && model !== undefined && (
        <>
          <ParameterGrid
            model={model}
            settings={draft.settings}
            change={(name, text) => change({ settings: { ...draft.settings, [name]: text } })}
          />
          <WarmStart model={model} chosen={draft.parent} choose={(parent) => change({ parent })} />
        </>
      )}
      <div className="button-row one-line">
        <button
          id="train"
          type="button"
          className={isBusy ? 'primary busy' : used.length > 0 ? 'primary' : 'primary later'}
          disabled={model === undefined}
          onClick={() => void start(drafted)}
        >
          {isBusy ? 'Queue another' : 'Train Model'} <kbd>T</kbd>
        </button>
        <button
          type="button"
          className="quiet-button"
          aria-expanded={draft.isOpen}
          onClick={() => change({ isOpen: !draft.isOpen })}
        >
          Parameters{setText(draft)}
        </button>
      </div>
    </>
  )
}

/** How many of the folded parameters are not as the model has them. */
function setText({ settings, parent }: Draft): string {
  const folded = Object.entries(settings).filter(([name, text]) => name !== 'epochs' && text.trim() !== '')
  const count = folded.length + (parent === '' ? 0 : 1)
  return count === 0 ? '' : `: ${plural(count, 'set', 'set')}`
}
