// What live inference is made of, and what becomes of its sessions over a restart.
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import type { RoomsDatabase } from '../core/database.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { DataProvider } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import type { StoredMarkets } from '../market-state/stored-state.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import type { Orchestrator } from '../orchestrator/orchestrator.ts'
import type { Barriers } from '../signals/barriers.ts'
import type { InferenceEvents } from './events.ts'
import type { Fence } from './grouped-writes.ts'
import type { Mismatch } from './live-check.ts'
import type { ProcessesParts } from './process/inference-processes.ts'

/**
 * What becomes of live sessions where their process ends. `resume`: the next server takes them up again, except on replays, whose time
 * begins anew; `end`: they end with it, and those that are left with its beginning; `leave`: its own end, those that a server left wait for
 * the next one.
 */
export type SessionsPolicy = 'resume' | 'end' | 'leave'

export interface InferenceParts {
  database: RoomsDatabase
  /** Of servers that share a database: whether this one may still store what it answers. */
  fence?: Fence
  provider: DataProvider
  /** For models that read order books. */
  books?: BookStore
  /** What is stored, and of how many live seconds one is compared with it; none where this is absent. */
  check?: { readonly stored: StoredMarkets; readonly every: number }
  orchestrator: Orchestrator
  /** Where networks answer. */
  processes: ProcessesParts
  /** What calls of this checkpoint are measured by, as far as is known now; null where nothing is marked. */
  barriers?: (checkpoint: LoadedCheckpoint, market: Market) => Promise<Barriers | null>
  /** Wall time, for when sessions start and stop. */
  clock: Clock
  bus: Bus<InferenceEvents>
  /** Monotonic milliseconds. */
  stopwatch: () => number
  /** Told of every second of which the store tells otherwise than the session saw. */
  onMismatch?: (session: string, found: Mismatch) => void
  /** Told of every second that failed, where the session goes on; and why a session could not go on. */
  onFault: (session: string, error: unknown) => void
  sessions: SessionsPolicy
}
