// What a trader changes of checkpoints: what goes live, the challenger, notes. The server tells every page of it.
import type { ModelOut } from '../../contract/training.ts'
import { api } from '../state/api.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { modelView } from './model-view.ts'

/** What is to go live: `pattern` '' for the model as a whole. */
export interface Wanted {
  readonly checkpoint: string
  readonly reason: string
  readonly pattern: string
}

/** Lets a checkpoint go live; the server's words where its gate refuses, null where it does. */
export async function promote(model: string, { reason, ...wanted }: Wanted): Promise<string | null> {
  try {
    keepModel(await api.promote(model, { ...wanted, reason: reason.trim() }))
    const { checkpoint, pattern } = wanted
    const what = pattern === '' ? 'goes live' : `goes live for "${pattern}"`
    const all = pattern === '' ? '' : '; those of all patterns take it'
    say(`${checkpoint} ${what} from now on; sessions that run keep theirs${all}.`, 'good')
    // What is shown at the right is of what was just promoted.
    modelView.set({ pattern, liveAt: null })
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export async function rollBack(model: string, pattern: string): Promise<void> {
  await attempt(async () => {
    const changed = await api.rollBack(model, pattern)
    keepModel(changed)
    const now = pattern === '' ? changed.promoted : promotedFor(changed, pattern)
    say(`Rolled back: ${now ?? 'nothing'} goes live again.`, 'good')
  })
}

/** Names the challenger, of a pattern or with '' of the model as a whole; null takes the name away. */
export async function nameChallenger(
  model: string,
  checkpoint: string | null,
  pattern: string,
): Promise<void> {
  await attempt(async () => keepModel(await api.setChallenger(model, checkpoint, pattern)))
}

export async function note(model: string, checkpoint: string, text: string): Promise<void> {
  await attempt(async () => keepModel(await api.noteCheckpoint(model, checkpoint, text)))
}

function promotedFor({ patterns }: ModelOut, pattern: string): string | null {
  return patterns.find((one) => one.pattern === pattern)?.promoted ?? null
}

/** Puts one model as the server has it into the list. */
function keepModel(model: ModelOut): void {
  store.set({ models: store.get().models.map((one) => (one.id === model.id ? model : one)) })
}
