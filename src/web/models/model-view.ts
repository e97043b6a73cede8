// What the view of models shows: which model and checkpoint are looked at, and what the server says of them.
import type { CheckpointsCompared } from '../../contract/checkpoints-compared.ts'
import type { ForwardOut } from '../../contract/forward.ts'
import type { LineageOut } from '../../contract/lineage.ts'
import type { LiveAtOut, PromotionOut } from '../../contract/promotions.ts'
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'
import { newestUsable } from '../marking/checkpoints.ts'
import { createStore } from '../state/store.ts'

/** What was asked of the server: its answer, words where there is none, null while it is read. */
export type Answer<T extends object> = T | string | null

/** What of the lineage is listed below its line. */
export type Part = 'test_cases' | 'sessions' | 'calls'

export interface ModelView {
  /** '' for the first that has a checkpoint. */
  readonly model: string
  /** '' for the newest. */
  readonly checkpoint: string
  /** What it is held against; '' for the promoted one, of its own pattern where one is; of that pattern's champion its challenger. */
  readonly against: string
  /** Whose history is shown; '' for that of the model as a whole. */
  readonly pattern: string
  readonly part: Part | null
  /** What `compared` and `lineage` are of, as `keyOf` names it. */
  readonly looked: string
  readonly history: Answer<readonly PromotionOut[]>
  readonly compared: Answer<CheckpointsCompared>
  readonly lineage: Answer<LineageOut>
  readonly forward: Answer<ForwardOut>
  /** What was live at the instant that was asked for. */
  readonly liveAt: Answer<LiveAtOut>
}

export const modelView = createStore<ModelView>({
  model: '',
  checkpoint: '',
  against: '',
  pattern: '',
  part: null,
  looked: '',
  history: null,
  compared: null,
  lineage: null,
  forward: null,
  liveAt: null,
})

/** What is looked at, of the models there are. */
export interface Looked {
  readonly model: ModelOut | undefined
  readonly checkpoint: CheckpointOut | undefined
  /** Undefined where nothing else is there to hold it against. */
  readonly against: CheckpointOut | undefined
}

type Choice = Pick<ModelView, 'model' | 'checkpoint' | 'against'>

export function lookedAt(models: readonly ModelOut[], choice: Choice): Looked {
  const model =
    models.find(({ id }) => id === choice.model) ??
    models.find(({ checkpoints }) => checkpoints.length > 0) ??
    models[0]
  if (model === undefined) return { model, checkpoint: undefined, against: undefined }
  const named = (version: string) => model.checkpoints.find((one) => one.version === version)
  const checkpoint = named(choice.checkpoint) ?? newestUsable(model) ?? model.checkpoints.at(-1)
  const own = model.patterns.find(({ pattern }) => pattern === checkpoint?.pattern)
  // What goes live of a pattern is held against what challenges it.
  const rival = own?.promoted === checkpoint?.version ? own?.challenger : own?.promoted
  const others = [named(choice.against), named(rival ?? ''), named(model.promoted ?? '')]
  return { model, checkpoint, against: others.find((one) => one !== undefined && one !== checkpoint) }
}

/** One text of what is looked at. */
export function keyOf({ model, checkpoint, against }: Looked): string {
  return [model?.id, checkpoint?.version, against?.version].join(' ')
}

export function chooseModel(model: string): void {
  modelView.set({ model, checkpoint: '', against: '', pattern: '', part: null, history: null, liveAt: null })
}

/** Shows what of a pattern went live; '' for the model as a whole. */
export function choosePattern(pattern: string): void {
  modelView.set({ pattern, history: null, liveAt: null })
}

export function chooseCheckpoint(checkpoint: string): void {
  modelView.set({ checkpoint, part: null })
}

export function holdAgainst(against: string): void {
  modelView.set({ against })
}

/** Lists a part of the lineage, or puts the list away. */
export function togglePart(part: Part): void {
  modelView.set({ part: modelView.get().part === part ? null : part })
}
