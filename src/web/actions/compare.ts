// Opening what is known of runs in full: one run's validation, or several runs side by side.
import type { TrainingRunOut } from '../../contract/training.ts'
import { say, store } from '../state/app-state.ts'

/** Runs that can be compared at once. */
const MOST = 8

export function shownRun(): TrainingRunOut | null {
  const { runs, shownRun: id } = store.get()
  return runs.find((run) => run.id === id) ?? runs[0] ?? null
}

/** J: the validation of the run that is shown. */
export function openValidation(): void {
  store.set({ dialog: 'validation' })
}

/** U: runs side by side, the one that is shown and the one before it to begin with. */
export function openComparison(): void {
  const { runs, compared } = store.get()
  const kept = compared.filter((id) => runs.some((run) => run.id === id))
  if (kept.length >= 2) return store.set({ dialog: 'compare' })
  const first = shownRun()
  const others = runs.filter((run) => run !== first)
  const next = others.find((run) => run.status === 'COMPLETED') ?? others[0]
  if (first !== null && next !== undefined) store.set({ dialog: 'compare', compared: [first.id, next.id] })
}

/** Puts a run among the compared ones, or takes it away. The first is what the others are held against. */
export function toggleCompared(id: string): void {
  const { compared } = store.get()
  if (compared.includes(id)) return store.set({ compared: compared.filter((one) => one !== id) })
  if (compared.length >= MOST) return say(`At most ${MOST} runs are compared at once.`, 'warn')
  store.set({ compared: [...compared, id] })
}
