// Whether PostgreSQL, or this machine, stood still a moment ago: whoever fell silent meanwhile is given time to speak first.
import { RENEW_MS } from './lease.ts'

/** So often, at least, whoever may take something over looks. */
export const LOOK_MS = 250
/** Two looks that lie further apart, by PostgreSQL's time, say that one of the two stood still. */
const STILL_MS = 1_000
const HOLDER_FIRST_MS = 2 * RENEW_MS + LOOK_MS

/** Instants are of PostgreSQL's clock, UTC ms. */
export class Steadiness {
  #seen = 0
  /** Since when looks follow each other without a long pause. */
  #since = 0

  /** It was looked just now. */
  look(now: number): void {
    if (this.#seen !== 0 && now - this.#seen > STILL_MS) this.#since = now
    this.#seen = now
  }

  /** Whether what ran out may be taken. */
  get isSteady(): boolean {
    return this.#seen - this.#since >= HOLDER_FIRST_MS
  }

  /** Until when, as of the last look: later something may have stood still in between. */
  get until(): number {
    return this.#seen + STILL_MS
  }
}
