// Stepping through what a training got wrong: N and P, X confirms HOLD, A starts a mark there.
import type { TrainingRunOut } from '../../contract/training.ts'
import { attempt, say, store, type AppState } from '../state/app-state.ts'
import { SECOND } from '../state/timeframes.ts'
import { board } from '../charts/board.ts'
import { keyOfMiss, stepIndex } from '../marking/misses.ts'
import { missesOf, type Miss } from '../state/run-misses.ts'
import { remove } from './annotations.ts'

/** A mark whose entry lies within this of the miss, or the moment, being looked at came from it, ms. */
export const NEAR = 30 * SECOND
const KEY = 'annotate.misses'

/** The run that the misses are of: the one being stepped through, else the newest with a validation. */
export function reviewedRun({ runs, misses }: Pick<AppState, 'runs' | 'misses'>): TrainingRunOut | null {
  const chosen = runs.find((run) => run.id === misses?.run)
  return chosen ?? runs.find((run) => (run.validation?.misses.length ?? 0) > 0) ?? null
}

export function currentMiss(): Miss | null {
  const { misses } = store.get()
  return misses === null ? null : (missesOf(reviewedRun(store.get()))[misses.index] ?? null)
}

/** Whether `time` lies at the miss being looked at. */
export function isCurrentMiss(time: number): boolean {
  const miss = currentMiss()
  return miss !== null && Math.abs(Date.parse(miss.timestamp) - time) <= NEAR
}

/** N, P: the next or the previous one, on all charts. */
export async function stepMiss(delta: 1 | -1): Promise<void> {
  const run = reviewedRun(store.get())
  const list = missesOf(run)
  if (run === null || list.length === 0)
    return say('Nothing to review: no finished training has missed annotations or false calls.')
  const { misses } = store.get()
  const index = stepIndex(misses?.run === run.id ? misses.index : -1, delta, list.length)
  await goToPlace(run, index)
}

/** Goes to one of those that the list shows. */
export async function goToMiss(id: string, miss: Miss): Promise<void> {
  const run = store.get().runs.find((one) => one.id === id)
  if (run !== undefined) await goToPlace(run, missesOf(run).map(keyOfMiss).indexOf(keyOfMiss(miss)))
}

async function goToPlace(run: TrainingRunOut, index: number): Promise<void> {
  const miss = missesOf(run)[index]
  if (miss === undefined) return
  const time = Date.parse(miss.timestamp)
  const { cursor, misses } = store.get()
  const done = misses?.run === run.id ? misses.done : recall(run.id)
  store.set({
    tab: 'misses',
    misses: { run: run.id, index, done },
    cursor: { ...cursor, time, follows: false },
    selected: miss.annotation_id,
    call: null,
  })
  await attempt(() => board.reveal(time))
}

/** X: yes, HOLD was right. A missed annotation leaves the list of annotations; a false call is confirmed as one. */
export async function confirmHold(): Promise<void> {
  const miss = currentMiss()
  if (miss === null) return
  if (miss.kind === 'missed_annotation' && miss.annotation_id !== null) await remove(miss.annotation_id)
  else sayHold(miss)
  settle(miss)
  await stepMiss(1)
}

function sayHold(miss: Miss): void {
  const time = Date.parse(miss.timestamp)
  const isReviewed = store
    .get()
    .reviewed.some((span) => time >= Date.parse(span.from) && time < Date.parse(span.to))
  if (isReviewed) return say('HOLD confirmed: it lies in a reviewed span, so training draws HOLDs from here.')
  say('HOLD noted for this list. To train on it, mark the stretch as reviewed: R at its start, R at its end.')
}

/** A mark saved at the current miss deals with it. */
export function settleMiss(entry: number): void {
  const miss = currentMiss()
  if (miss !== null && isCurrentMiss(entry)) settle(miss)
}

/** The current miss is dealt with. */
export function settleCurrent(): void {
  const miss = currentMiss()
  if (miss !== null) settle(miss)
}

function settle(miss: Miss): void {
  const { misses } = store.get()
  if (misses === null || misses.done.includes(keyOfMiss(miss))) return
  const done = [...misses.done, keyOfMiss(miss)]
  store.set({ misses: { ...misses, done } })
  localStorage.setItem(`${KEY}.${misses.run}`, JSON.stringify(done))
}

/** What was dealt with before this page was loaded. */
export function recall(run: string): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(`${KEY}.${run}`) ?? '[]')
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
  } catch {
    return []
  }
}
