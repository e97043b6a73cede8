// Saving the mark in hand, taking back what was saved last, and taking a saved one in hand again.
import type { AnnotationBody, AnnotationOut } from '../../contract/annotations.ts'
import type { MarketName } from '../../contract/market-name.ts'
import { api, nameOf } from '../state/api.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { savedWords } from '../marking/saved-words.ts'
import { asSeen } from '../state/seen.ts'
import { beginEdit, outcomeOf, planFault, stepBack, type Mark } from '../state/mark.ts'
import { bodyOfSaved, keepAnnotation } from './annotations.ts'
import { replacing, withStep } from './awaited-steps.ts'
import { standAt } from './cursor.ts'
import { settleMiss } from './misses.ts'
import { allTold } from './shown.ts'
import { undoLast } from './undo.ts'
import type { Step } from './undo-steps.ts'

/** Enter: saves the mark; its test case is written before the answer. The view stays, the next mark can start at once. */
export async function saveMark(): Promise<void> {
  const { mark, market, isSaving } = store.get()
  const body = mark === null || market === null || isSaving ? null : bodyOf(mark, market)
  if (mark === null || body === null) return
  const { editing } = mark
  const fault = planFault(mark)
  if (fault !== null) return say(fault, 'warn')
  store.set({ isSaving: true })
  await attempt(async () => {
    await allTold()
    const out = await withStep(stepOfSave(mark), async () => {
      const stored =
        editing === null
          ? await api.createAnnotation(body)
          : await api.replaceAnnotation(editing.id, withTexts(body, editing))
      keepAnnotation(stored)
      return stored
    })
    store.set({ mark: null, selected: out.id })
    settleMiss(mark.entry.time)
    sayOutcome(out)
  })
  store.set({ isSaving: false })
}

/** Null while the exit is not chosen. */
function bodyOf(mark: Mark, market: MarketName): AnnotationBody | null {
  const outcome = outcomeOf(mark)
  if (outcome === null || mark.exit === null) return null
  return {
    ...nameOf(market),
    direction: outcome.direction,
    entry: { timestamp: mark.entry.time, price: mark.entry.price },
    exit: { timestamp: mark.exit.time, price: mark.exit.price },
    stop_price: mark.stop,
    target_price: mark.target,
    ...(mark.texts === null ? {} : { notes: mark.texts.notes, tags: [...mark.texts.tags] }),
    provenance: {
      mode: mark.mode,
      visible_until: mark.visibleUntil,
      seconds_spent: spentOn(mark),
    },
  }
}

/** How long it was in hand, seconds, beside what it took before; unknown where that is. */
function spentOn({ startedAt, editing }: Mark): number | null {
  const before = editing === null ? 0 : editing.provenance.seconds_spent
  return before === null ? null : Math.round(before * 10 + (performance.now() - startedAt) / 100) / 10
}

function withTexts(body: AnnotationBody, kept: AnnotationOut): AnnotationBody {
  return { ...body, notes: kept.notes, tags: kept.tags }
}

/** A new one is known by its instants: it has no id before the server gave it one. */
function stepOfSave({ entry, exit, editing }: Mark): (told: AnnotationOut) => Step | null {
  if (editing !== null) return replacing('annotation adjusted', editing, bodyOfSaved)
  const known = new Set(store.get().annotations.map(({ id }) => id))
  return (told) => {
    const isIt =
      !known.has(told.id) &&
      Date.parse(told.entry.timestamp) === entry.time &&
      Date.parse(told.exit.timestamp) === exit?.time
    return isIt ? { kind: 'annotation saved', id: told.id } : null
  }
}

function sayOutcome(out: AnnotationOut): void {
  const { isDrawing } = store.get()
  // With the future hidden a warning may be of a mark that is not shown.
  const warnings = asSeen(store.get()).annotations.find(({ id }) => id === out.id)?.warnings ?? []
  const tone = warnings.length > 0 ? 'warn' : 'good'
  say(savedWords(out, warnings, isDrawing), tone, 'saved')
}

/** Resolves when nothing is being saved: what was saved last is what is to be taken back. */
function saved(): Promise<void> {
  if (!store.get().isSaving) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = store.watch(({ isSaving }) => {
      if (isSaving) return
      stop()
      resolve()
    })
  })
}

/** Ctrl+Z: takes back the exit, then the entry, then what was stored last. */
export async function undo(): Promise<void> {
  await saved()
  const { mark, isDrawing } = store.get()
  if (mark === null) return undoLast()
  // What was drawn at once goes at once.
  const back = isDrawing ? null : stepBack(mark)
  store.set({ mark: back })
  if (back !== null) await standAt(back.entry.time)
}

/** M: takes the selected annotation in hand again. */
export function adjustSelected(): void {
  const { selected, annotations } = store.get()
  const annotation = annotations.find((one) => one.id === selected)
  if (annotation === undefined) return
  const mark = beginEdit(annotation, performance.now())
  store.set({ mark })
  void standAt(mark.entry.time)
}
