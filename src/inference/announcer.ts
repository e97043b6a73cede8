// Reads sessions and calls as they are told, and tells of those that changed.
import type { SessionOut } from '../contract/inference.ts'
import type { CallOut } from '../contract/live-calls.ts'
import type { Bus } from '../core/bus.ts'
import { unknownThing } from '../core/errors.ts'
import { callOut } from './call-row.ts'
import type { CallRow, CallStore } from './call-store.ts'
import type { InferenceEvents } from './events.ts'
import type { InferenceStore } from './store.ts'

export class Announcer {
  readonly #store: InferenceStore
  readonly #calls: CallStore
  readonly #bus: Bus<InferenceEvents>

  constructor(store: InferenceStore, calls: CallStore, bus: Bus<InferenceEvents>) {
    this.#store = store
    this.#calls = calls
    this.#bus = bus
  }

  /** @throws AppError `unknown_inference_session` */
  async session(id: string): Promise<SessionOut> {
    const session = await this.#store.session(id)
    if (session === null)
      throw unknownThing('inference_session', id, 'GET /api/inference-sessions lists them.')
    return session
  }

  /** With what it saw. @throws AppError 404 `unknown_call` */
  async call(id: string): Promise<CallRow> {
    const row = await this.#calls.find(id)
    if (row === undefined) throw unknownThing('call', id, 'GET /api/calls lists them.')
    return row
  }

  async tellSession(id: string): Promise<SessionOut> {
    const session = await this.session(id)
    this.#bus.emit('session', session)
    return session
  }

  async tellCall(id: string): Promise<CallOut> {
    const call = callOut(await this.call(id))
    this.#bus.emit('call', call)
    return call
  }
}
