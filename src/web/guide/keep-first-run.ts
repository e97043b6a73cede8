// Whether the first run is shown in this browser: from the first page without a mark, until it is done or put away.
import { createStore } from '../state/store.ts'

type Stage = 'unknown' | 'shown' | 'away'

export interface FirstRun {
  readonly stage: Stage
  readonly isReviewSkipped: boolean
}

const KEY = 'annotate.first-run'

export const firstRun = createStore<FirstRun>({ stage: 'unknown', isReviewSkipped: false })

/** Once the lists are read: a workspace that somebody worked in before needs no guide, unless it was begun here. */
export function beginFirstRun(isUntouched: boolean): void {
  const kept = localStorage.getItem(KEY)
  const stage = kept === 'away' || (kept === null && !isUntouched) ? 'away' : 'shown'
  if (stage === 'shown') localStorage.setItem(KEY, stage)
  firstRun.set({ stage })
}

export function putAway(): void {
  localStorage.setItem(KEY, 'away')
  firstRun.set({ stage: 'away' })
}

export function skipReview(): void {
  firstRun.set({ isReviewSkipped: true })
}
