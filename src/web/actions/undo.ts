// Ctrl+Z: takes back the last thing that changed what is stored.
import { api } from '../state/api.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { keepAnnotation } from './annotations.ts'
import { dropSpan, storeSpan } from './spans.ts'
import { takeLast, type Step } from './undo-steps.ts'

/** Takes back the last step; says so. */
export async function undoLast(): Promise<void> {
  const step = takeLast()
  if (step === null) return say('Nothing to undo.')
  if (await attempt(() => undo(step))) say(`Undone: ${step.kind}.`)
}

async function undo(step: Step): Promise<void> {
  switch (step.kind) {
    case 'annotation saved': {
      await api.deleteAnnotation(step.id)
      const saved = store.get().annotations.find((one) => one.id === step.id)
      if (saved !== undefined) keepAnnotation({ ...saved, deleted_at: new Date().toISOString() })
      return
    }
    case 'annotation deleted':
      return keepAnnotation(await api.restoreAnnotation(step.id))
    case 'annotation adjusted':
    case 'notes changed':
      return keepAnnotation(await api.replaceAnnotation(step.id, step.before))
    case 'annotations tagged':
      for (const { id, before } of step.befores) keepAnnotation(await api.replaceAnnotation(id, before))
      return
    case 'annotations deleted':
      for (const id of step.ids) keepAnnotation(await api.restoreAnnotation(id))
      return
    case 'HOLD said':
      await api.takeHoldBack(step.id)
      return forgetHold(step.id)
    case 'reviewed span added':
      await api.deleteReviewedSpan(step.id)
      return dropSpan(step.id)
    case 'reviewed span deleted':
      await storeSpan(step.market, step.from, step.to)
  }
}

/** A moment like another that was said to be HOLD is open again. */
function forgetHold(id: string): void {
  const { like } = store.get()
  if (like === null) return
  store.set({ like: { ...like, holds: new Map([...like.holds].filter(([, hold]) => hold !== id)) } })
}
