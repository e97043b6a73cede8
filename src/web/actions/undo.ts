// Ctrl+Z and Ctrl+Shift+Z: takes back the last thing that changed what is stored, and does it again. Undoing answers the step that undoes that.
import type { AnnotationBody } from '../../contract/annotations.ts'
import { api } from '../state/api.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { bodyOfSaved, keepAnnotation } from './annotations.ts'
import { dropSpan, putSpan } from './spans.ts'
import { keepStep, takeLast, type Step } from './undo-steps.ts'

/** Takes back the last step; says so. */
export async function undoLast(): Promise<void> {
  const kept = takeLast('done')
  if (kept === null) return say('Nothing to undo.')
  const done = await attempt(async () => {
    const step = await undo(kept.step)
    if (step !== null) keepStep('undone', { title: kept.title, step })
  })
  if (done) say(`Undone: ${kept.title}.`)
}

/** Does again what was undone last; says so. */
export async function redoLast(): Promise<void> {
  const kept = takeLast('undone')
  if (kept === null) return say('Nothing to do again.')
  const done = await attempt(async () => {
    const step = await undo(kept.step)
    if (step !== null) keepStep('done', { title: kept.title, step })
  })
  if (done) say(`Done again: ${kept.title}.`)
}

/** The step that takes this back again; null where there is none. */
async function undo(step: Step): Promise<Step | null> {
  switch (step.kind) {
    case 'annotation saved':
      await removeStored(step.id)
      return { kind: 'annotation deleted', id: step.id }
    case 'annotation deleted':
      keepAnnotation(await api.restoreAnnotation(step.id))
      return { kind: 'annotation saved', id: step.id }
    case 'annotation adjusted':
    case 'notes changed': {
      const now = standing(step.id)
      if (now !== null && !isAlike(now, step.after))
        throw new Error('It was changed since, elsewhere: that is not overwritten.')
      const put = await api.replaceAnnotation(step.id, step.before)
      keepAnnotation(put)
      return { ...step, before: now ?? step.after, after: bodyOfSaved(put) }
    }
    case 'annotations tagged': {
      const befores: { id: string; before: AnnotationBody }[] = []
      for (const { id, before } of step.befores) {
        const now = standing(id)
        keepAnnotation(await api.replaceAnnotation(id, before))
        if (now !== null) befores.push({ id, before: now })
      }
      return { ...step, befores }
    }
    case 'annotations deleted':
      for (const id of step.ids) keepAnnotation(await api.restoreAnnotation(id))
      return { kind: 'annotations restored', ids: step.ids }
    case 'annotations restored':
      for (const id of step.ids) await removeStored(id)
      return { kind: 'annotations deleted', ids: step.ids }
    case 'HOLD said':
      await api.takeHoldBack(step.id)
      forgetHold(step.id)
      return null
    case 'reviewed span added':
      return takeSpanAway(step.id)
    case 'reviewed span deleted':
      return { kind: 'reviewed span added', id: await putSpan(step.market, step.from, step.to) }
  }
}

async function removeStored(id: string): Promise<void> {
  keepAnnotation(await api.deleteAnnotation(id))
}

async function takeSpanAway(id: string): Promise<Step | null> {
  const span = store.get().reviewed.find((one) => one.id === id)
  await api.deleteReviewedSpan(id)
  dropSpan(id)
  if (span === undefined) return null
  const { symbol, venue, from, to } = span
  const market = { symbol, venue }
  return { kind: 'reviewed span deleted', market, from: Date.parse(from), to: Date.parse(to) }
}

/** As it is stored, as far as the page knows it. */
function standing(id: string): AnnotationBody | null {
  const found = store.get().annotations.find((one) => one.id === id)
  return found === undefined ? null : bodyOfSaved(found)
}

/** Whatever their provenance. */
function isAlike(a: AnnotationBody, b: AnnotationBody): boolean {
  const said = (body: AnnotationBody) => JSON.stringify({ ...body, provenance: undefined })
  return said(a) === said(b)
}

/** A moment like another that was said to be HOLD is open again. */
function forgetHold(id: string): void {
  const { like } = store.get()
  if (like === null) return
  store.set({ like: { ...like, holds: new Map([...like.holds].filter(([, hold]) => hold !== id)) } })
}
