// Steps of changes that are under way: remembered once the change is seen, by the server's answer or by its event, so that what a page showed before it was left can be undone.
import type { AnnotationBody, AnnotationOut } from '../../contract/annotations.ts'
import { remember, type Step } from './undo-steps.ts'

/** The step that takes back what `told` is after the change; null where the change is not seen in it. */
type StepOf = (told: AnnotationOut) => Step | null

const awaited = new Set<StepOf>()

/** Makes a change whose step is remembered as soon as an annotation is told of that shows it; nothing where it fails. */
export async function withStep<T>(stepOf: StepOf, change: () => Promise<T>): Promise<T> {
  awaited.add(stepOf)
  try {
    return await change()
  } finally {
    awaited.delete(stepOf)
  }
}

/** To be told each annotation as the server has it now, by its answers and by its events. */
export function seeChange(told: AnnotationOut, storage: () => Storage = () => localStorage): void {
  for (const stepOf of awaited) {
    const step = stepOf(told)
    if (step === null || !awaited.delete(stepOf)) continue
    remember(step, storage())
  }
}

/** A replacement of `before`, which `body` says: as soon as it is another version than that. */
export function replacing(
  kind: 'annotation adjusted' | 'notes changed',
  before: AnnotationOut,
  body: (saved: AnnotationOut) => AnnotationBody,
): StepOf {
  return (told) =>
    told.id !== before.id || told.updated_at === before.updated_at
      ? null
      : { kind, id: told.id, before: body(before), after: body(told) }
}
