// Reads what the view of models shows; an answer that comes when something else is looked at is let go.
import { api } from '../state/api.ts'
import { store } from '../state/app-state.ts'
import { parseTime, timeTrouble } from '../state/typed-time.ts'
import { keyOf, lookedAt, modelView, type ModelView } from './model-view.ts'

type Read = 'history' | 'compared' | 'lineage' | 'forward' | 'liveAt'

/** Reads all that is shown of what is looked at now; what is known of it stays until it is read again. */
export function readLooked(): void {
  const looked = lookedAt(store.get().models, modelView.get())
  const { model, checkpoint, against } = looked
  const key = keyOf(looked)
  const { pattern } = modelView.get()
  if (modelView.get().looked !== key)
    modelView.set({ looked: key, compared: null, lineage: null, forward: null })
  if (model === undefined) return
  void keep('history', () => api.modelHistory(model.id, pattern))
  if (checkpoint === undefined || checkpoint.broken !== null) return
  void keep('lineage', () => api.lineage(model.id, checkpoint.version))
  void keep('forward', () =>
    api.forward(model.id, checkpoint.version, pattern === checkpoint.pattern ? pattern : ''),
  )
  if (against !== undefined)
    void keep('compared', () => api.compareCheckpoints(model.id, checkpoint.version, against.version))
}

/** Asks what was live at an instant that was typed. */
export function askLiveAt(text: string): void {
  const { model } = lookedAt(store.get().models, modelView.get())
  const day = Date.parse(store.get().health?.now ?? '')
  const at = parseTime(text, day)
  if (model === undefined) return
  if (Number.isNaN(at)) return modelView.set({ liveAt: timeTrouble(text, day) ?? '' })
  void keep('liveAt', () => api.liveAt(model.id, at, modelView.get().pattern))
}

async function keep<Name extends Read>(name: Name, read: () => Promise<ModelView[Name]>): Promise<void> {
  const { looked } = modelView.get()
  const answer = await read().catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  )
  if (modelView.get().looked === looked) modelView.set({ [name]: answer })
}
