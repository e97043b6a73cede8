// Live inference as the server and the command line use it: sessions started, stopped, remembered.
import { randomUUID } from 'node:crypto'
import type { CallCountsOut, CallCountsQuery } from '../contract/call-counts.ts'
import type {
  SessionBody,
  SessionOut,
  SessionsQuery,
  SignalOut,
  SignalsQuery,
} from '../contract/inference.ts'
import type { DriftOut } from '../contract/drift.ts'
import type { LiveChecksOut, MismatchOut } from '../contract/live-checks.ts'
import { sameMarket } from '../contract/market-name.ts'
import type { Market } from '../market/types.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import { SingleRows } from '../moments/single-rows.ts'
import { CUSTOM } from '../orchestrator/custom/custom.ts'
import { loadPredictor } from '../orchestrator/load-predictor.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import type { CallOut, CallsQuery, CallVerdict } from '../contract/live-calls.ts'
import type { Outcome } from '../signals/outcome.ts'
import { Announcer } from './announcer.ts'
import { answer, type Answered } from './answer.ts'
import { callCounts } from './call-counts.ts'
import { callOut } from './call-row.ts'
import { CallStore, type CallRow } from './call-store.ts'
import { noDrift } from './drift.ts'
import { LeftSessions, type Follow } from './left-sessions.ts'
import { LiveChecks } from './live-checks.ts'
import { LiveLoad } from './live-load.ts'
import { MarketSeconds } from './market-seconds.ts'
import { oddnessOf } from './oddness-of.ts'
import { SecondsOfMarkets } from './seconds-of-markets.ts'
import { SecondBooks } from './second-books.ts'
import { NO_TIMES } from './model-times.ts'
import { OutcomeWatch } from './outcome-watch.ts'
import type { LiveSession } from './session.ts'
import { warningsOf } from './session-warnings.ts'
import type { InferenceParts } from './parts.ts'
import { InferenceProcesses } from './process/inference-processes.ts'
import { ended } from './refusals.ts'
import type { LeftSession } from './session-row.ts'
import { InferenceStore } from './store.ts'
import { PredictorPool } from './predictor-pool.ts'

/** Why a session ends that does not go on with the next server. */
const RESTARTED = 'server_restarted'
/** That a network has for the second it is at when everything ends. */
const LAST_ANSWERS_MS = 500

export class InferenceService {
  readonly #parts: InferenceParts
  readonly #store: InferenceStore
  readonly #calls: CallStore
  readonly #outcomes: OutcomeWatch
  readonly #announcer: Announcer
  readonly #checks: LiveChecks
  readonly #running = new Map<string, LiveSession>()
  readonly #load: LiveLoad
  readonly #processes: InferenceProcesses
  readonly #predictors: PredictorPool
  readonly #seconds: SecondsOfMarkets
  readonly #rows = new SingleRows()
  /** Of an earlier server, to be taken up again. */
  readonly #left: LeftSessions
  /** Those that are being started count as well. */
  #starting = 0
  readonly #unsubscribe: () => void

  constructor(parts: InferenceParts) {
    const { database, provider, clock, bus, onFault, books } = parts
    this.#parts = parts
    this.#seconds = new SecondsOfMarkets(
      (market) =>
        new MarketSeconds(provider, market, this.#rows, books && new SecondBooks(books, provider, market)),
    )
    this.#load = new LiveLoad(parts.stopwatch)
    this.#processes = new InferenceProcesses({
      ...parts.processes,
      onRun: (process, ms) => this.#load.ran(process, ms),
    })
    this.#predictors = new PredictorPool((checkpoint) => this.#opened(checkpoint))
    this.#store = new InferenceStore(database, (id) => this.#running.get(id)?.modelTimes ?? NO_TIMES)
    this.#calls = new CallStore(database)
    this.#announcer = new Announcer(this.#store, this.#calls, bus)
    this.#checks = new LiveChecks(parts, this.#store, this.#announcer)
    this.#outcomes = new OutcomeWatch({
      provider,
      onOutcome: (id, outcome) => this.#decided(id, outcome),
      onFault,
    })
    this.#left = new LeftSessions({
      provider,
      clock,
      answer: (session) => this.#goOn(session),
      end: async (id, reason) => void (await this.#close(id, reason)),
      onFault,
    })
    this.#unsubscribe = provider.onEnd(({ market }) => void this.stopOn(market, 'end_of_data'))
  }

  /** Ends the sessions of an earlier process that do not go on, and follows all calls that are open. Call once, before the first start. */
  async recover(): Promise<void> {
    const isOver = ({ resumes }: LeftSession): boolean => !resumes || this.#parts.sessions === 'end'
    for (const { id } of (await this.#store.left()).filter(isOver)) await this.#close(id, RESTARTED)
    for (const call of await this.#calls.undecided()) this.#outcomes.follow(call)
  }

  /**
   * Takes up the sessions that an earlier server left running, under their ids. Resolves once those answer whose market is followed; the others
   * do when it is. One that can not go on ends with the code of what stands in its way. Call once, after `recover`.
   */
  async resume(follow: Follow): Promise<void> {
    if (this.#parts.sessions !== 'resume') return
    await this.#left.takeUp(await this.#store.left(), follow)
  }

  /**
   * Resolves once the session is listening; its first signal is the next second's.
   * @throws AppError `unknown_model`, `no_checkpoint`, `unknown_checkpoint`, `broken_checkpoint`, `self_test_failed`, `market_not_live`, `end_of_data`, `too_many_sessions`
   */
  async start(body: SessionBody): Promise<SessionOut> {
    const market = this.#liveMarket(body.symbol, body.venue)
    this.#load.admit(this.#running.size + this.#starting + this.#left.count + 1)
    this.#starting += 1
    try {
      return await this.#begin(body, market)
    } finally {
      this.#starting -= 1
    }
  }

  async #begin(body: SessionBody, market: Market): Promise<SessionOut> {
    const { orchestrator } = this.#parts
    const checkpoint = await orchestrator.checkpoint(body.model, body.checkpoint, body.pattern)
    const { model } = checkpoint
    const predictor = await this.#predictor(checkpoint, market)
    const barriers = (await this.#parts.barriers?.(checkpoint, market)) ?? null
    const session = {
      id: randomUUID(),
      model,
      checkpoint: checkpoint.version,
      market,
      confidenceN: checkpoint.metadata.calibration?.n ?? 0,
      pattern: checkpoint.metadata.pattern ?? null,
      barriers,
      unlikePast: oddnessOf(checkpoint)?.limit ?? null,
      warnings: warningsOf(checkpoint, market),
      startedAt: this.#parts.clock.now(),
      resumes: this.#resumes(market),
    }
    await this.#store.open(session)
    return this.#answer({ ...session, checkpoint, predictor, memory: null })
  }

  /** With the very checkpoint that it had, though it may say other thresholds of itself now. @throws AppError as `start` does */
  async #goOn(session: LeftSession): Promise<void> {
    const { id, model, confidenceN } = session
    const checkpoint = await this.#parts.orchestrator.checkpoint(model, session.checkpoint)
    const predictor = await this.#predictor(checkpoint, session.market)
    // It may have been stopped meanwhile.
    if (!this.#left.take(id)) return predictor.close()
    const { n = 0 } = checkpoint.metadata.calibration ?? {}
    if (n !== confidenceN) await this.#store.restate(id, n)
    await this.#answer({ ...session, checkpoint, predictor })
  }

  #answer(answered: Answered): Promise<SessionOut> {
    const { provider, stopwatch, bus, onFault } = this.#parts
    const session = answer(answered, {
      provider,
      seconds: this.#seconds.of(answered.market),
      load: this.#load,
      check: this.#checks.of(answered),
      stopwatch,
      onFault,
      store: this.#store,
      outcomes: this.#outcomes,
      announcer: this.#announcer,
      bus,
    })
    this.#running.set(answered.id, session)
    return this.#announcer.tellSession(answered.id)
  }

  /** A user's own model takes one question at a time: each market's sessions have their own. */
  async #predictor(checkpoint: LoadedCheckpoint, market: Market): Promise<Predictor> {
    if (checkpoint.oddness !== null) await this.#rows.open()
    return this.#predictors.open(checkpoint, checkpoint.model === CUSTOM ? keyOf(market) : '')
  }

  /** A user's own model has a process to itself, which does not say how long it took. */
  async #opened(checkpoint: LoadedCheckpoint): Promise<Predictor> {
    if (checkpoint.model !== CUSTOM) return this.#processes.open(checkpoint)
    const predictor = await loadPredictor(checkpoint)
    return { ...predictor, predict: (inputs) => this.#load.during(() => predictor.predict(inputs)) }
  }

  /** Stopping a stopped session changes nothing. */
  async stop(id: string, reason = 'stopped_by_user'): Promise<SessionOut> {
    const known = await this.get(id)
    if (known.state === 'stopped') return known
    this.#left.take(id)
    await this.#running.get(id)?.stop()
    // Where its end cannot be stored it can be stopped again.
    const closed = await this.#close(id, reason)
    this.#forget(id)
    return closed
  }

  /** With the last session of a market goes what was kept of its seconds. */
  #forget(id: string): void {
    const market = this.#running.get(id)?.market
    this.#running.delete(id)
    if (market === undefined) return
    const isAnswered = [...this.#running.values()].some((session) => sameMarket(session.market, market))
    if (!isAnswered) this.#seconds.release(market)
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

  /** Nothing is answered any more. Sessions that the next server takes up stay as they are, the others end. */
  async stopAll(): Promise<void> {
    this.#unsubscribe()
    this.#outcomes.stop()
    this.#left.stop()
    const ends = [...this.#running].map(async ([id, session]) => {
      if (!this.#resumes(session.market)) return void (await this.stop(id, RESTARTED))
      await session.stop()
      this.#forget(id)
    })
    const hurry = setTimeout(() => void this.#processes.stop(), LAST_ANSWERS_MS)
    await Promise.all(ends)
    clearTimeout(hurry)
    await this.#processes.stop()
  }

  /** Those of one market: it has ended, or is not followed any more. */
  async stopOn(market: Market, reason: string): Promise<void> {
    const own = [...this.#running].filter(([, session]) => sameMarket(session.market, market))
    const ids = [...own.map(([id]) => id), ...this.#left.on(market)]
    await Promise.all(ids.map((id) => this.stop(id, reason)))
  }

  /** @throws AppError `unknown_inference_session` */
  async get(id: string): Promise<SessionOut> {
    return this.#announcer.session(id)
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

  /** @throws AppError `invalid_timestamp` */
  async callCounts(query: CallCountsQuery): Promise<CallCountsOut> {
    return callCounts(this.#calls, query)
  }

  /** With what it saw. @throws AppError 404 `unknown_call` */
  async call(id: string): Promise<CallRow> {
    return this.#announcer.call(id)
  }

  /** What the trader says of a call, and the annotation that it made. @throws AppError 404 `unknown_call` */
  async judge(id: string, verdict: CallVerdict | null, annotation: string | null): Promise<CallOut> {
    await this.call(id)
    await this.#calls.judge(id, verdict, annotation)
    return this.#announcer.tellCall(id)
  }

  /** How far what it sees and says lies from what its checkpoint learnt on. @throws AppError `unknown_inference_session` */
  async drift(id: string): Promise<DriftOut> {
    await this.get(id)
    return this.#running.get(id)?.drift(id) ?? noDrift(id)
  }

  /** Seconds of which the store tells otherwise than the session saw, newest first. @throws AppError `unknown_inference_session` */
  async mismatches(id: string): Promise<MismatchOut[]> {
    await this.get(id)
    return this.#checks.mismatches(id)
  }

  /** Market states made since this process began: one a market's second, however many sessions there are. */
  get statesMade(): number {
    return this.#seconds.count
  }

  /** Markets whose newest second is kept: those with a session. */
  get marketsKept(): number {
    return this.#seconds.size
  }

  /** Since this process began. */
  get checks(): LiveChecksOut {
    return this.#checks.counts
  }

  /** Where the networks answer. */
  get processes(): Pick<InferenceProcesses, 'pids' | 'deaths' | 'trouble'> {
    return this.#processes
  }

  async counts(): Promise<{ active: number; signals: number }> {
    return this.#store.counts()
  }

  async #decided(id: string, outcome: Outcome): Promise<void> {
    await this.#calls.decide(id, outcome)
    const { session } = await this.#announcer.tellCall(id)
    await this.#announcer.tellSession(session)
  }

  async #close(id: string, reason: string): Promise<SessionOut> {
    await this.#store.close(id, reason, this.#parts.clock.now())
    return this.#announcer.tellSession(id)
  }

  /** Whether the next server can go on with sessions of this market. A replay's seconds come anew, and were answered. */
  #resumes(market: Market): boolean {
    return this.#parts.sessions === 'resume' && this.#parts.provider.status(market).kind !== 'replay'
  }

  /** A market that moves; others are stored, not live. */
  #liveMarket(symbol: string, venue: string | undefined): Market {
    const market = this.#parts.provider.resolve(symbol, venue)
    if (this.#parts.provider.status(market).state === 'ended') throw ended()
    return market
  }
}

function keyOf({ venue, symbol }: Market): string {
  return JSON.stringify([venue, symbol])
}
