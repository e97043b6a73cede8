// What a trader changes of checkpoints: what goes live, the challenger, notes. The server tells every page of it.
import type { ModelOut } from '../../contract/training.ts'
import { api } from '../state/api.ts'
import { attempt, say, store } from '../state/app-state.ts'

/** Lets a checkpoint go live; the server's words where its gate refuses, null where it does. */
export async function promote(model: string, checkpoint: string, reason: string): Promise<string | null> {
  try {
    keepModel(await api.promote(model, checkpoint, reason.trim() === '' ? undefined : reason))
    say(`${checkpoint} goes live from now on; sessions that run keep theirs.`, 'good')
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export async function rollBack(model: string): Promise<void> {
  await attempt(async () => {
    const changed = await api.rollBack(model)
    keepModel(changed)
    say(`Rolled back: ${changed.promoted ?? 'nothing'} goes live again.`, 'good')
  })
}

/** Names the challenger; null takes the name away. */
export async function nameChallenger(model: string, checkpoint: string | null): Promise<void> {
  await attempt(async () => keepModel(await api.setChallenger(model, checkpoint)))
}

export async function note(model: string, checkpoint: string, text: string): Promise<void> {
  await attempt(async () => keepModel(await api.noteCheckpoint(model, checkpoint, text)))
}

/** Puts one model as the server has it into the list. */
function keepModel(model: ModelOut): void {
  store.set({ models: store.get().models.map((one) => (one.id === model.id ? model : one)) })
}
