// The stored annotations: keep the list, select, jump, edit texts, delete; with undo.
import type { AnnotationBody, AnnotationOut, TestCaseState } from '../../contract/annotations.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { api } from '../state/api.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { board } from '../charts/board.ts'
import { listed } from '../state/list-filter.ts'
import { asSeen } from '../state/seen.ts'
import { sorted } from '../state/annotation-pages.ts'
import { standAt } from './cursor.ts'
import { noteAnnotation, noteCase } from './read-annotations.ts'
import { replacing, seeChange, withStep } from './awaited-steps.ts'

/** Puts one annotation as the server has it into the list; a deleted one leaves it. */
export function keepAnnotation(annotation: AnnotationOut): void {
  seeChange(annotation)
  const { annotations, chosen, market, selected } = store.get()
  noteAnnotation(annotation.id)
  if (market !== null && !sameMarket(annotation, market)) return
  const others = annotations.filter((one) => one.id !== annotation.id)
  const isDeleted = annotation.deleted_at !== null
  store.set({
    annotations: isDeleted ? others : sorted([...others, annotation]),
    selected: isDeleted && selected === annotation.id ? null : selected,
    ...(isDeleted ? { chosen: chosen.filter((id) => id !== annotation.id) } : {}),
  })
  if (isDeleted) dropTestCase(annotation.id)
}

/** What the server tells of one test case; it tells of each that is saved, and of those that later data revised. */
export function keepTestCase(state: TestCaseState): void {
  noteCase(state.annotation_id)
  store.set({ testCases: new Map(store.get().testCases).set(state.annotation_id, state) })
}

function dropTestCase(annotation: string): void {
  const testCases = new Map(store.get().testCases)
  if (testCases.delete(annotation)) store.set({ testCases })
}

/** Selects and brings the annotation into view on all charts. */
export async function select(id: string): Promise<void> {
  const annotation = store.get().annotations.find((one) => one.id === id)
  if (annotation === undefined) return
  const from = Date.parse(annotation.entry.timestamp)
  store.set({ selected: id, tab: 'annotations' })
  await standAt(from, false)
  await attempt(() => board.revealSpan({ from, to: Date.parse(annotation.exit.timestamp) }))
}

/** Takes an annotation into those chosen for a training, or out of them. */
export function toggleChosen(id: string | null): void {
  if (id === null) return
  const { chosen } = store.get()
  store.set({ chosen: chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id] })
}

/** ↑ ↓: the next annotation of the list. */
export async function selectBeside(delta: 1 | -1): Promise<void> {
  const state = asSeen(store.get())
  const shown = listed(state)
  if (shown.length === 0) return
  const index = shown.findIndex((one) => one.id === state.selected)
  const next = index < 0 ? 0 : Math.min(Math.max(index + delta, 0), shown.length - 1)
  const beside = shown[next]
  if (beside !== undefined) await select(beside.id)
}

/** Deletes the annotation with its test case; Ctrl+Z restores both. */
export async function remove(id: string): Promise<void> {
  const annotation = store.get().annotations.find((one) => one.id === id)
  if (annotation === undefined) return
  await attempt(async () => {
    const stepOf = (told: AnnotationOut) =>
      told.id === id && told.deleted_at !== null ? ({ kind: 'annotation deleted', id } as const) : null
    await withStep(stepOf, async () => keepAnnotation(await api.deleteAnnotation(id)))
    say('Annotation deleted. Ctrl+Z restores it.')
  })
}

/** Saves notes and tags; entry and exit stay. */
export async function saveTexts(id: string, notes: string, tags: string[]): Promise<void> {
  const before = store.get().annotations.find((one) => one.id === id)
  if (before === undefined || (before.notes === notes && before.tags.join() === tags.join())) return
  await attempt(async () => {
    const body = { ...bodyOfSaved(before), notes, tags }
    await withStep(replacing('notes changed', before, bodyOfSaved), async () =>
      keepAnnotation(await api.replaceAnnotation(id, body)),
    )
  })
}

/** The body that would save `annotation` as it is. */
export function bodyOfSaved(annotation: AnnotationOut): AnnotationBody {
  const { symbol, venue, direction, entry, exit, notes, tags, provenance } = annotation
  const { stop_price, target_price } = annotation
  const { mode, visible_until, seconds_spent } = provenance
  return {
    symbol,
    venue,
    direction,
    entry,
    exit,
    stop_price,
    target_price,
    notes,
    tags,
    provenance: { mode, visible_until, seconds_spent },
  }
}
