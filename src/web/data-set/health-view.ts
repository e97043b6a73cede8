// What the view of the data set's health shows: what the server said last, and which list is looked at.
import type { DataSetHealthOut } from '../../contract/data-set-health.ts'
import { api } from '../state/api.ts'
import { store } from '../state/app-state.ts'
import { createStore } from '../state/store.ts'
import { shownZone } from '../state/zone.ts'
import type { FindingKind } from './findings.ts'

/** While the server computes it, it is asked again after so long. */
const ASK_AGAIN_MS = 1_000

export interface HealthView {
  readonly answer: DataSetHealthOut | null
  /** Why it could not be read, in the server's words. */
  readonly fault: string | null
  /** Null: the first list that has a row. */
  readonly list: FindingKind | null
  /** The row that was gone to last, so that one finds back. */
  readonly visited: string | null
}

export const healthView = createStore<HealthView>({ answer: null, fault: null, list: null, visited: null })

/** Reads it now, and whenever a mark or what is reviewed changed; returns how to stop. */
export function keepHealth(): () => void {
  let reading = new AbortController()
  void read(reading.signal)
  const stop = store.watch((state, before) => {
    if (state.annotations === before.annotations && state.reviewed === before.reviewed) return
    reading.abort()
    reading = new AbortController()
    void read(reading.signal)
  })
  return () => {
    stop()
    reading.abort()
  }
}

/** And again for as long as it is being computed, until `within` is aborted. */
async function read(within: AbortSignal): Promise<void> {
  try {
    const answer = await api.dataSetHealth(shownZone(), within)
    if (within.aborted) return
    healthView.set({ answer, fault: null })
    if (answer.state === 'current') return
  } catch (error) {
    if (within.aborted) return
    healthView.set({ fault: error instanceof Error ? error.message : String(error) })
    return
  }
  const again = setTimeout(() => void read(within), ASK_AGAIN_MS)
  within.addEventListener('abort', () => clearTimeout(again), { once: true })
}
