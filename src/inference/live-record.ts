// What live sessions said, and how it turned out, as it is asked for; of sessions that run and of those that are over.
import type { CallCountsOut, CallCountsQuery } from '../contract/call-counts.ts'
import type { SessionOut, SessionsQuery, SignalOut, SignalsQuery } from '../contract/inference.ts'
import type { CallOut, CallsQuery, CallVerdict } from '../contract/live-calls.ts'
import type { MismatchOut } from '../contract/live-checks.ts'
import type { Announcer } from './announcer.ts'
import { callCounts } from './call-counts.ts'
import { callOut } from './call-row.ts'
import type { CallRow, CallStore } from './call-store.ts'
import type { LiveChecks } from './live-checks.ts'
import type { InferenceStore } from './store.ts'

export interface RecordParts {
  readonly store: InferenceStore
  readonly calls: CallStore
  readonly announcer: Announcer
  readonly checks: LiveChecks
}

export class LiveRecord {
  readonly #parts: RecordParts

  constructor(parts: RecordParts) {
    this.#parts = parts
  }

  /** Newest first. @throws AppError `unknown_inference_session` of `before` */
  async sessions(query: SessionsQuery = {}): Promise<SessionOut[]> {
    const { announcer, store } = this.#parts
    if (query.before !== undefined) await announcer.session(query.before)
    return store.sessions(query)
  }

  /** Of sessions that run, and of signals ever given. */
  counts(): Promise<{ active: number; signals: number }> {
    return this.#parts.store.counts()
  }

  /** Newest first, by emission. */
  signals(query: SignalsQuery): Promise<SignalOut[]> {
    return this.#parts.store.signals(query)
  }

  /** Newest first. @throws AppError `invalid_timestamp` */
  async calls(query: CallsQuery): Promise<CallOut[]> {
    return (await this.#parts.calls.list(query)).map(callOut)
  }

  /** @throws AppError `invalid_timestamp` */
  callCounts(query: CallCountsQuery): Promise<CallCountsOut> {
    return callCounts(this.#parts.calls, query)
  }

  /** With what it saw. @throws AppError 404 `unknown_call` */
  call(id: string): Promise<CallRow> {
    return this.#parts.announcer.call(id)
  }

  /** What the trader says of a call, and the annotation that it made. @throws AppError 404 `unknown_call` */
  async judge(id: string, verdict: CallVerdict | null, annotation: string | null): Promise<CallOut> {
    const { calls, announcer } = this.#parts
    await this.call(id)
    await calls.judge(id, verdict, annotation)
    return announcer.tellCall(id)
  }

  /** Seconds of which the store tells otherwise than the session saw, newest first. @throws AppError `unknown_inference_session` */
  async mismatches(session: string): Promise<MismatchOut[]> {
    const { announcer, checks } = this.#parts
    await announcer.session(session)
    return checks.mismatches(session)
  }
}
