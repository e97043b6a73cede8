// The training that the trader puts together: what was set so far, what follows from it, and starting it.
import type { TrainingBody } from '../../contract/training-parameters.ts'
import { ALL_PATTERNS } from '../marking/checkpoints.ts'
import { NO_CASES, train } from '../actions/training.ts'
import { nameOf } from '../state/api.ts'
import { say, store, useWhole, type AppState } from '../state/app-state.ts'
import { timeTrouble } from '../state/typed-time.ts'
import { shownZone } from '../state/zone.ts'
import { createStore, useSelected } from '../state/store.ts'
import { parametersOf, type Settings } from './fields.ts'
import {
  ALL,
  CHOSEN,
  DATES,
  patternsOf,
  rangeOf,
  selectionOf,
  taken,
  within,
  type Dates,
  type Scope,
} from './scope.ts'

const CHOOSE_PATTERN =
  'The annotations show several patterns, and a model learns one best: choose which, or all together.'

/** Why the dates cannot be read, in words. */
export function datesTrouble({ from, to }: Dates): string {
  const trouble = [from, to]
    .filter((text) => text.includes('-'))
    .map((text) => timeTrouble(text, 0))
    .find((words) => words !== null)
  return trouble ?? `Write dates as 2024-08-09, or times as 2024-08-09 00:00:05 (${shownZone()}).`
}

/** What the trader set in the form so far. */
export interface Draft {
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

const drafts = createStore<Draft>(BLANK)

/** Sets part of the draft. */
export function changeDraft(part: Partial<Draft>): void {
  drafts.set(part)
}

type Base = Pick<AppState, 'models' | 'annotations' | 'chosen'>

/** The draft with what follows from it: the model, the annotations it takes, their patterns. */
export function draftedOf({ models, annotations, chosen }: Base, draft: Draft) {
  const trainable = models.filter((one) => one.trainable)
  const model = trainable.find((one) => one.id === draft.model) ?? trainable[0]
  const scope = draft.scope === CHOSEN && chosen.length === 0 ? ALL : draft.scope
  const range = rangeOf(draft.dates)
  const used = scope === DATES ? within(annotations, range ?? NEVER) : taken(annotations, scope, chosen)
  const patterns = patternsOf(used)
  // One that was chosen before among others counts no longer.
  const pattern =
    patterns.some(({ name }) => name === draft.pattern) || draft.pattern === ALL_PATTERNS ? draft.pattern : ''
  return { draft, trainable, model, scope, range, chosen, used, patterns, pattern }
}

/** The same, kept up to date: of all annotations, those that are hidden too. A view tells how many they are only while none is. */
export function useDraft(): Drafted {
  const models = useWhole((state) => state.models)
  const annotations = useWhole((state) => state.annotations)
  const chosen = useWhole((state) => state.chosen)
  const draft = useSelected(drafts, (kept) => kept)
  return draftedOf({ models, annotations, chosen }, draft)
}

const NEVER = { from: 0, to: 0 }

export type Drafted = ReturnType<typeof draftedOf>

/** T: starts it, or says what is still to be chosen. */
export async function startTraining(): Promise<void> {
  const { market, annotations, isReadingOlder } = store.get()
  const { draft, model, scope, range, chosen, used, patterns, pattern } = draftedOf(store.get(), drafts.get())
  if (model === undefined) return say('The server offers no model that can be trained.', 'warn')
  if (annotations.length === 0 && !isReadingOlder) return say(NO_CASES, 'warn')
  if (scope === DATES && range === null) return say(datesTrouble(draft.dates), 'warn')
  if (used.length === 0 && !isReadingOlder)
    return say('No annotation was entered between these dates.', 'warn')
  if (patterns.length > 1 && pattern === '') return say(CHOOSE_PATTERN, 'warn')
  const body: TrainingBody = {
    model: model.id,
    ...(market === null ? {} : nameOf(market)),
    ...selectionOf(scope, chosen, patterns.length > 1 ? pattern : '', range ?? undefined),
    ...parametersOf(model, draft.settings),
    ...(draft.parent === '' ? {} : { warm_start: draft.parent }),
  }
  // Folded, so that the run is in view.
  if (await train(body)) changeDraft({ isOpen: false })
}
