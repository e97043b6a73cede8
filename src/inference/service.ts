// Live inference as the server and the command line use it: sessions started, stopped, remembered.
import { randomUUID } from 'node:crypto'
import type {
  SessionBody,
  SessionOut,
  SessionsQuery,
  SignalOut,
  SignalsQuery,
} from '../contract/inference.ts'
import type { LiveChecksOut, MismatchOut } from '../contract/live-checks.ts'
import { sameMarket } from '../contract/market-name.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import { AppError, unknownThing } from '../core/errors.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { DataProvider } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import { isShortfall, storedState, type StoredMarkets } from '../market-state/stored-state.ts'
import { loadPredictor } from '../orchestrator/load-predictor.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import type { Orchestrator } from '../orchestrator/orchestrator.ts'
import type { CallOut, CallsQuery, CallVerdict } from '../contract/live-calls.ts'
import type { Barriers } from '../signals/barriers.ts'
import type { Outcome } from '../signals/outcome.ts'
import { callOut, openedCall, pricedCall } from './call-row.ts'
import { CallStore, type CallRow } from './call-store.ts'
import { LiveCheck, type Mismatch } from './live-check.ts'
import { MismatchStore } from './mismatch-store.ts'
import { OutcomeWatch } from './outcome-watch.ts'
import { LiveSession } from './session.ts'
import { mismatchWarning, warningsOf } from './session-warnings.ts'
import { InferenceStore } from './store.ts'

export interface InferenceEvents {
  signal: SignalOut
  /** When it opens, ends or gets its outcome. */
  call: CallOut
  /** On start and stop. */
  session: SessionOut
}

export interface InferenceParts {
  database: Database
  provider: DataProvider
  /** For models that read order books. */
  books?: BookStore
  /** What is stored, and of how many live seconds one is compared with it; none where this is absent. */
  check?: { readonly stored: StoredMarkets; readonly every: number }
  orchestrator: Orchestrator
  /** What calls of this checkpoint are measured by, as far as is known now; null where nothing is marked. */
  barriers?: (checkpoint: LoadedCheckpoint, market: Market) => Promise<Barriers | null>
  /** Wall time, for when sessions start and stop. */
  clock: Clock
  bus: Bus<InferenceEvents>
  /** Monotonic milliseconds. */
  stopwatch: () => number
  /** Told of every second of which the store tells otherwise than the session saw. */
  onMismatch?: (session: string, found: Mismatch) => void
  /** Told of every second that failed; the session goes on. */
  onFault: (session: string, error: unknown) => void
}

/** Each runs a network every second; more than this on one machine is a mistake. */
const MOST_SESSIONS = 16

export class InferenceService {
  readonly #parts: InferenceParts
  readonly #store: InferenceStore
  readonly #calls: CallStore
  readonly #outcomes: OutcomeWatch
  readonly #mismatches: MismatchStore
  #checked: LiveChecksOut = { checked: 0, mismatched: 0 }
  readonly #running = new Map<string, LiveSession>()
  /** Those that are being started count as well. */
  #starting = 0
  readonly #unsubscribe: () => void

  constructor(parts: InferenceParts) {
    this.#parts = parts
    this.#store = new InferenceStore(parts.database)
    this.#calls = new CallStore(parts.database)
    this.#mismatches = new MismatchStore(parts.database)
    this.#outcomes = new OutcomeWatch({
      provider: parts.provider,
      onOutcome: (id, outcome) => this.#decided(id, outcome),
      onFault: parts.onFault,
    })
    this.#unsubscribe = parts.provider.onEnd(({ market }) => void this.stopOn(market, 'end_of_data'))
  }

  /** Sessions that an earlier process left running are over. Call once, before the first start. */
  async recover(): Promise<void> {
    await this.#store.closeAll('server_restarted', this.#parts.clock.now())
    for (const call of await this.#calls.undecided()) this.#outcomes.follow(call)
  }

  /**
   * Resolves once the session is listening; its first signal is the next second's.
   * @throws AppError `unknown_model`, `no_checkpoint`, `unknown_checkpoint`, `broken_checkpoint`, `market_not_live`, `end_of_data`, `too_many_sessions`
   */
  async start(body: SessionBody): Promise<SessionOut> {
    const market = this.#liveMarket(body.symbol, body.venue)
    if (this.#running.size + this.#starting >= MOST_SESSIONS) throw tooMany()
    this.#starting += 1
    try {
      return await this.#begin(body, market)
    } finally {
      this.#starting -= 1
    }
  }

  async #begin({ model: wanted, checkpoint: named }: SessionBody, market: Market): Promise<SessionOut> {
    const checkpoint = await this.#parts.orchestrator.checkpoint(wanted, named)
    const { model } = checkpoint
    const predictor = await loadPredictor(checkpoint)
    const id = randomUUID()
    const confidenceN = checkpoint.metadata.calibration?.n ?? 0
    const startedAt = this.#parts.clock.now()
    const { pattern = null } = checkpoint.metadata
    const warnings = warningsOf(checkpoint, market)
    const barriers = (await this.#parts.barriers?.(checkpoint, market)) ?? null
    await this.#store.open({
      id,
      model,
      checkpoint: checkpoint.version,
      market,
      confidenceN,
      pattern,
      barriers,
      warnings,
      startedAt,
    })
    const { provider, books, stopwatch, onFault } = this.#parts
    const session = new LiveSession({
      market,
      checkpoint,
      predictor,
      provider,
      ...(books === undefined ? {} : { books }),
      check: this.#check(id, market, predictor),
      stopwatch,
      emit: async (signal, missed) => {
        const opened = openedCall(id, signal, checkpoint.metadata.rule)
        const added = await this.#store.add(id, signal, missed, opened)
        this.#parts.bus.emit('signal', added.signal)
        if (opened !== null && barriers !== null) {
          this.#outcomes.follow({ id: opened.id, market, ...pricedCall(opened), barriers })
        }
        for (const each of added.calls) await this.#announceCall(each)
      },
      onWarning: async (warning) => {
        await this.#store.warn(id, warning)
        await this.#announce(id)
      },
      onFault: (error) => onFault(id, error),
    })
    this.#running.set(id, session)
    return this.#announce(id)
  }

  #check(id: string, market: Market, predictor: Predictor): LiveCheck {
    const { check } = this.#parts
    return new LiveCheck({
      predictor,
      every: check?.every ?? 0,
      rebuild: async (second, knownAt) => {
        if (check === undefined) return null
        const found = await storedState(check.stored, market, second, knownAt)
        return isShortfall(found) ? null : found
      },
      onChecked: (found) => this.#compared(id, found),
    })
  }

  /** Stopping a stopped session changes nothing. */
  async stop(id: string, reason = 'stopped_by_user'): Promise<SessionOut> {
    const known = await this.get(id)
    const session = this.#running.get(id)
    if (session === undefined) return known
    await session.stop()
    // Where its end cannot be stored it can be stopped again.
    await this.#store.close(id, reason, this.#parts.clock.now())
    this.#running.delete(id)
    return this.#announce(id)
  }

  /** A checkpoint says something else of itself than when it was opened: sessions with it take that at their next second. */
  async restated(model: string, version: string): Promise<void> {
    const own = [...this.#running].filter(
      ([, { checkpoint }]) => checkpoint.model === model && checkpoint.version === version,
    )
    if (own.length === 0) return
    const { metadata } = await this.#parts.orchestrator.checkpoint(model, version)
    for (const [id, session] of own) {
      session.restate(metadata)
      await this.#store.restate(id, metadata.calibration?.n ?? 0)
    }
  }

  async stopAll(reason: string): Promise<void> {
    this.#unsubscribe()
    this.#outcomes.stop()
    await this.#stopEach(reason, () => true)
  }

  /** Those of one market: it has ended, or is not followed any more. */
  async stopOn(market: Market, reason: string): Promise<void> {
    await this.#stopEach(reason, (session) => sameMarket(session.market, market))
  }

  /** @throws AppError `unknown_inference_session` */
  async get(id: string): Promise<SessionOut> {
    const session = await this.#store.session(id)
    if (session === null)
      throw unknownThing('inference_session', id, 'GET /api/inference-sessions lists them.')
    return session
  }

  /** Newest first. @throws AppError `unknown_inference_session` of `before` */
  async list(query: SessionsQuery = {}): Promise<SessionOut[]> {
    if (query.before !== undefined) await this.get(query.before)
    return this.#store.sessions(query)
  }

  async signals(query: SignalsQuery): Promise<SignalOut[]> {
    return this.#store.signals(query)
  }

  /** Newest first. @throws AppError `invalid_timestamp` */
  async calls(query: CallsQuery): Promise<CallOut[]> {
    return (await this.#calls.list(query)).map(callOut)
  }

  /** With what it saw. @throws AppError 404 `unknown_call` */
  async call(id: string): Promise<CallRow> {
    const row = await this.#calls.find(id)
    if (row === undefined) throw unknownThing('call', id, 'GET /api/calls lists them.')
    return row
  }

  /** What the trader says of a call, and the annotation that it made. @throws AppError 404 `unknown_call` */
  async judge(id: string, verdict: CallVerdict | null, annotation: string | null): Promise<CallOut> {
    await this.call(id)
    await this.#calls.judge(id, verdict, annotation)
    return this.#announceCall(id)
  }

  /** Seconds of which the store tells otherwise than the session saw, newest first. @throws AppError `unknown_inference_session` */
  async mismatches(id: string): Promise<MismatchOut[]> {
    await this.get(id)
    return this.#mismatches.list(id)
  }

  /** Since this process began. */
  get checks(): LiveChecksOut {
    return this.#checked
  }

  async counts(): Promise<{ active: number; signals: number }> {
    return this.#store.counts()
  }

  async #stopEach(reason: string, isMeant: (session: LiveSession) => boolean): Promise<void> {
    const ids = [...this.#running].filter(([, session]) => isMeant(session)).map(([id]) => id)
    await Promise.all(ids.map((id) => this.stop(id, reason)))
  }

  async #compared(id: string, found: Mismatch | null): Promise<void> {
    const { checked, mismatched } = this.#checked
    this.#checked = { checked: checked + 1, mismatched: mismatched + (found === null ? 0 : 1) }
    await this.#mismatches.add(id, found)
    if (found === null) return
    this.#parts.onMismatch?.(id, found)
    const { mismatched_seconds: sofar } = await this.get(id)
    if (sofar === 1) await this.#store.warn(id, mismatchWarning(id, found.second, found.place))
    await this.#announce(id)
  }

  async #decided(id: string, outcome: Outcome): Promise<void> {
    await this.#calls.decide(id, outcome)
    const { session } = await this.#announceCall(id)
    await this.#announce(session)
  }

  async #announceCall(id: string): Promise<CallOut> {
    const call = callOut(await this.call(id))
    this.#parts.bus.emit('call', call)
    return call
  }

  async #announce(id: string): Promise<SessionOut> {
    const session = await this.get(id)
    this.#parts.bus.emit('session', session)
    return session
  }

  /** A market that moves; others are stored, not live. */
  #liveMarket(symbol: string, venue: string | undefined): Market {
    const market = this.#parts.provider.resolve(symbol, venue)
    if (this.#parts.provider.status(market).state === 'ended') throw ended()
    return market
  }
}

function ended(): AppError {
  return new AppError(
    'end_of_data',
    'The replay has played all that is stored. Start the server again with an earlier --from to play it anew.',
    { status: 409 },
  )
}

function tooMany(): AppError {
  const message = `${MOST_SESSIONS} sessions are running, which is the most this server takes. Stop one first.`
  return new AppError('too_many_sessions', message, { status: 409 })
}
