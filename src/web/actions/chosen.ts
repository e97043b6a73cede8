// What is done with many annotations at once: choosing all that the list shows, and tagging, deleting and exporting those chosen.
import type { AnnotationOut } from '../../contract/annotations.ts'
import { api } from '../state/api.ts'
import { attempt, say, store, type AppState } from '../state/app-state.ts'
import { plural } from '../state/format.ts'
import { listed } from '../state/list-filter.ts'
import { asSeen } from '../state/seen.ts'
import { bodyOfSaved, keepAnnotation } from './annotations.ts'
import { remember } from './undo-steps.ts'

/** Chooses every annotation that the list shows, beside those chosen before; where all are, lets them go. */
export function chooseListed(): void {
  const ids = listed(asSeen(store.get())).map(({ id }) => id)
  const { chosen } = store.get()
  const both = new Set([...chosen, ...ids])
  const shown = new Set(ids)
  const isAll = both.size === chosen.length
  store.set({ chosen: isAll ? chosen.filter((id) => !shown.has(id)) : [...both] })
}

export function letChosenGo(): void {
  store.set({ chosen: [] })
}

/** Adds a tag to each that has it not; the pattern, which is the first, stays what it is. */
export async function tagChosen(tag: string): Promise<void> {
  const wanted = tag.trim()
  const untagged = chosenOf(store.get()).filter(({ tags }) => !tags.includes(wanted))
  if (wanted === '') return
  const befores: { id: string; before: ReturnType<typeof bodyOfSaved> }[] = []
  const isWhole = await attempt(async () => {
    for (const one of untagged) {
      const before = bodyOfSaved(one)
      keepAnnotation(await api.replaceAnnotation(one.id, { ...before, tags: [...one.tags, wanted] }))
      befores.push({ id: one.id, before })
    }
  })
  if (befores.length > 0) remember({ kind: 'annotations tagged', befores })
  if (isWhole) say(`${plural(untagged.length, 'annotation')} tagged ${wanted}.`)
}

/** Deletes each with its test case; Ctrl+Z restores all of them. */
export async function deleteChosen(): Promise<void> {
  const ids: string[] = []
  await attempt(async () => {
    for (const one of chosenOf(store.get())) {
      await api.deleteAnnotation(one.id)
      keepAnnotation({ ...one, deleted_at: new Date().toISOString() })
      ids.push(one.id)
    }
  })
  if (ids.length === 0) return
  remember({ kind: 'annotations deleted', ids })
  say(`${plural(ids.length, 'annotation')} deleted. Ctrl+Z restores ${ids.length === 1 ? 'it' : 'them'}.`)
}

/** As `annotate export` writes them, so that `annotate import labels` takes them back. */
export function exportChosen(): void {
  const annotations = chosenOf(store.get())
  const text = `${JSON.stringify({ annotations }, null, 2)}\n`
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'annotations.json'
  link.click()
  URL.revokeObjectURL(url)
  say(`${plural(annotations.length, 'annotation')} written to annotations.json.`)
}

/** Those chosen of the shown market, as far as they may be seen. */
function chosenOf(state: AppState): AnnotationOut[] {
  const chosen = new Set(state.chosen)
  return asSeen(state).annotations.filter(({ id }) => chosen.has(id))
}
