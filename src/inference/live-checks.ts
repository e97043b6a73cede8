// What comes of comparing live seconds with the store, over all sessions: counted, kept where they differ, and told.
import type { LiveChecksOut, MismatchOut } from '../contract/live-checks.ts'
import type { Announcer } from './announcer.ts'
import type { Answered } from './answer.ts'
import { LiveCheck, type Mismatch } from './live-check.ts'
import { MismatchStore } from './mismatch-store.ts'
import type { InferenceParts } from './parts.ts'
import { RebuiltSeconds } from './rebuilt-seconds.ts'
import { mismatchWarning } from './session-warnings.ts'
import type { InferenceStore } from './store.ts'

type Parts = Pick<InferenceParts, 'database' | 'check' | 'onMismatch'>

export class LiveChecks {
  readonly #parts: Parts
  readonly #store: InferenceStore
  readonly #announcer: Announcer
  readonly #mismatches: MismatchStore
  readonly #rebuilt: RebuiltSeconds | null
  /** That were given a check. */
  #sessions = 0
  #counts: LiveChecksOut = { checked: 0, mismatched: 0 }

  constructor(parts: Parts, store: InferenceStore, announcer: Announcer) {
    this.#parts = parts
    this.#store = store
    this.#announcer = announcer
    this.#mismatches = new MismatchStore(parts.database)
    this.#rebuilt = parts.check === undefined ? null : new RebuiltSeconds(parts.check.stored)
  }

  /** Since this process began. */
  get counts(): LiveChecksOut {
    return this.#counts
  }

  /** Newest first. */
  mismatches(session: string): Promise<MismatchOut[]> {
    return this.#mismatches.list(session)
  }

  /** That of one session. */
  of({ id, market, predictor }: Pick<Answered, 'id' | 'market' | 'predictor'>): LiveCheck {
    return new LiveCheck({
      predictor,
      every: this.#parts.check?.every ?? 0,
      // Looked at in one second, all sessions' samples would keep the loop from the next.
      offset: this.#sessions++,
      rebuild: async (second, knownAt) => (await this.#rebuilt?.at(market, second, knownAt)) ?? null,
      onChecked: (found) => this.#compared(id, found),
    })
  }

  async #compared(id: string, found: Mismatch | null): Promise<void> {
    const { checked, mismatched } = this.#counts
    this.#counts = { checked: checked + 1, mismatched: mismatched + (found === null ? 0 : 1) }
    await this.#mismatches.add(id, found)
    if (found === null) return
    this.#parts.onMismatch?.(id, found)
    const { mismatched_seconds: sofar } = await this.#announcer.session(id)
    if (sofar === 1) await this.#store.warn(id, mismatchWarning(id, found.second, found.place))
    await this.#announcer.tellSession(id)
  }
}
