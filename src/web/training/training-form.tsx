// What to train, on what, and how; the parameters stay folded away until they are asked for.
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { NO_CASES } from '../actions/training.ts'
import { plural } from '../state/format.ts'
import { useApp, useWhole } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { trainModel } from './commands.ts'
import {
  changeDraft as change,
  startTraining,
  useDraft,
  datesTrouble,
  type Draft,
  type Drafted,
} from './draft.ts'
import { ModelChoice } from './model-choice.tsx'
import { ParameterGrid } from './parameter-grid.tsx'
import { defaultText } from './fields.ts'
import { ScopeChoice } from './scope-choice.tsx'
import { DATES, leftOutText, type Dates } from './scope.ts'
import { WarmStart } from './warm-start.tsx'
import { shownZone } from '../state/zone.ts'

export function TrainingForm({ isBusy }: { isBusy: boolean }) {
  const hasAnnotations = useWhole((state) => state.annotations.length > 0)
  const drafted = useDraft()
  return (
    <form
      className="training-form"
      onSubmit={(event) => {
        event.preventDefault()
        void startTraining()
      }}
    >
      <ModelAndEpochs drafted={drafted} />
      {hasAnnotations && (
        <ScopeChoice
          scope={drafted.scope}
          choose={(scope) => change({ scope })}
          patterns={drafted.patterns}
          pattern={drafted.pattern}
          choosePattern={(pattern) => change({ pattern })}
        />
      )}
      {hasAnnotations && drafted.scope === DATES && <DateFields drafted={drafted} />}
      <Lack drafted={drafted} />
      <Parameters drafted={drafted} isBusy={isBusy} />
      {!hasAnnotations && !isBusy && <p className="dim small-text">{NO_CASES}</p>}
    </form>
  )
}

function ModelAndEpochs({ drafted: { draft, trainable, model } }: { drafted: Drafted }) {
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

function DateFields({ drafted: { draft, range, used } }: { drafted: Drafted }) {
  const all = useApp((state) => state.annotations.length)
  const isReading = useApp((state) => state.isReadingOlder)
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
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
        {field('from', `From, ${shownZone()}`, 'Entries at this time and later; empty: from the first')}
        {field('to', `To, ${shownZone()}`, 'Entries before this time; empty: to the last')}
      </div>
      <p className={range === null ? 'warn-line' : 'dim small-text'}>
        {range === null
          ? datesTrouble(draft.dates)
          : isReading
            ? 'Older annotations are still being read …'
            : isHidden
              ? 'How many is not told while the future is hidden.'
              : `${used.length} of ${plural(all, 'annotation')}`}
      </p>
    </>
  )
}

/** What the model needs and some of the test cases do not have. */
function Lack({ drafted: { model, used } }: { drafted: Drafted }) {
  const cases = useApp((state) => state.testCases)
  const isUnsaid = useApp(({ isReadingOlder, cursor }) => isReadingOlder || isBlind(cursor))
  const lack = model === undefined || isUnsaid ? null : leftOutText(model.needs, used, cases)
  return lack === null ? null : <p className="warn-line">{lack}</p>
}

/** The folded parameters, and the button that starts. */
function Parameters({ drafted, isBusy }: { drafted: Drafted; isBusy: boolean }) {
  const { draft, model, used } = drafted
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
        <CommandButton
          id="train"
          command={trainModel}
          className={isBusy ? 'primary busy' : used.length > 0 ? 'primary' : 'primary later'}
          disabled={model === undefined}
        >
          {isBusy ? 'Queue another' : 'Train Model'} <Keycap command={trainModel} />
        </CommandButton>
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
