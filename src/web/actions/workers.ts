// Who does jobs beside the server: nobody tells of them, so they are asked for now and then, more often while a training goes on.
import { api } from '../state/api.ts'
import { store } from '../state/app-state.ts'
import { reread } from '../state/reread.ts'

/** Health comes every two seconds: so many of them apart … */
const IDLE_EVERY = 10
/** … and while a run is at work. */
const BUSY_EVERY = 2

/** To be called with each beat of health. With SQLite there are none to ask for, and a page that nobody sees asks for nothing. */
export function keepWorkers(beat: number): void {
  const { health, runs } = store.get()
  if (health?.database.kind !== 'postgres' || document.hidden) return
  const isBusy = runs.some(({ status }) => status === 'RUNNING')
  if (beat % (isBusy ? BUSY_EVERY : IDLE_EVERY) === 0) reread('workers', readWorkers)
}

/** Nobody where the server has no PostgreSQL. */
export async function readWorkers(): Promise<void> {
  if (store.get().health?.database.kind !== 'postgres') return
  const workers = await api.workers()
  // What did not change is not drawn again.
  if (JSON.stringify(workers) !== JSON.stringify(store.get().workers)) store.set({ workers })
}
