// What live inference tells whoever listens.
import type { SessionOut, SignalOut } from '../contract/inference.ts'
import type { CallOut } from '../contract/live-calls.ts'

export interface InferenceEvents {
  signal: SignalOut
  /** When it opens, ends or gets its outcome. */
  call: CallOut
  /** On start and stop, when it goes on after a restart, and when a call's outcome is known. */
  session: SessionOut
}
