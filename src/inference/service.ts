// Live inference as the server and the command line use it: sessions started, stopped, remembered.
import type { SessionBody, SessionOut } from '../contract/inference.ts'
import type { DriftOut } from '../contract/drift.ts'
import type { LiveChecksOut } from '../contract/live-checks.ts'
import { sameMarket } from '../contract/market-name.ts'
import { ANY_PATTERN } from '../contract/pattern.ts'
import type { ModelOut } from '../contract/training.ts'
import type { Market } from '../market/types.ts'
import type { Outcome } from '../signals/outcome.ts'
import { Announcer } from './announcer.ts'
import { CallStore } from './call-store.ts'
import { CombinedSessions } from './combined/combined-sessions.ts'
import { partOfSession } from './combined/refusals.ts'
import { noDrift } from './drift.ts'
import { Handover, RESTARTED, type OfMarkets } from './handover.ts'
import type { Follow } from './left-sessions.ts'
import { LiveChecks } from './live-checks.ts'
import { LiveRecord } from './live-record.ts'
import { NO_TIMES } from './model-times.ts'
import { OutcomeWatch } from './outcome-watch.ts'
import type { InferenceParts } from './parts.ts'
import type { InferenceProcesses } from './process/inference-processes.ts'
import { ended, handedOver } from './refusals.ts'
import { RunningSessions } from './running-sessions.ts'
import { InferenceStore } from './store.ts'

const ALL: OfMarkets = () => true
/** That a network has for the second it is at when everything ends. */
const LAST_ANSWERS_MS = 500

export class InferenceService {
  readonly record: LiveRecord
  readonly #parts: InferenceParts
  readonly #store: InferenceStore
  readonly #calls: CallStore
  readonly #outcomes: OutcomeWatch
  readonly #announcer: Announcer
  readonly #checks: LiveChecks
  readonly #running: RunningSessions
  readonly #combined: CombinedSessions
  readonly #handover: Handover
  /** Those that are being started count as well; by their markets. */
  readonly #starting = new Map<Promise<SessionOut>, Market>()
  /** Ends of sessions whose data came to theirs. */
  readonly #ending = new Set<Promise<void>>()
  readonly #unsubscribe: () => void

  constructor(parts: InferenceParts) {
    const { database, fence, provider, bus, onFault } = parts
    this.#parts = parts
    this.#store = new InferenceStore(
      database,
      (id) => this.#running.get(id)?.modelTimes ?? NO_TIMES,
      fence,
      (work) => this.#running.load.during(work),
    )
    this.#calls = new CallStore(database)
    this.#announcer = new Announcer(this.#store, this.#calls, bus)
    this.#checks = new LiveChecks(parts, this.#store, this.#announcer)
    this.record = new LiveRecord({
      store: this.#store,
      calls: this.#calls,
      announcer: this.#announcer,
      checks: this.#checks,
    })
    this.#outcomes = new OutcomeWatch({
      provider,
      onOutcome: (id, outcome) => this.#decided(id, outcome),
      onFault,
    })
    const around = {
      store: this.#store,
      outcomes: this.#outcomes,
      announcer: this.#announcer,
      checks: this.#checks,
    }
    this.#running = new RunningSessions(parts, around)
    this.#combined = new CombinedSessions({
      parts,
      around,
      sessions: this.#running,
      end: (id, reason) => this.#end(id, reason),
    })
    this.#handover = new Handover({
      parts,
      around,
      calls: this.#calls,
      running: this.#running,
      combined: this.#combined,
      close: (id, reason) => this.#close(id, reason),
    })
    this.#unsubscribe = provider.onEnd(({ market }) => this.#endOfData(market))
  }

  /** Whoever ends this process waits for it. */
  #endOfData(market: Market): void {
    const end = this.stopOn(market, 'end_of_data')
      .catch((error: unknown) => this.#parts.onFault('', error))
      .finally(() => this.#ending.delete(end))
    this.#ending.add(end)
  }

  /**
   * Ends the sessions of an earlier process that do not go on, and follows all calls that are open. Once for each market that this process answers, before the
   * first start there.
   */
  recover(answers: OfMarkets = ALL): Promise<void> {
    return this.#handover.recover(answers)
  }

  /** Those that an earlier process left on a market end: nobody can go on with them. */
  endLeft(market: Market, reason: string): Promise<void> {
    return this.#handover.endOn(market, reason)
  }

  /**
   * Takes up the sessions that an earlier server left running, under their ids. Resolves once those answer whose market is followed; the others
   * do when it is. One that can not go on ends with the code of what stands in its way. After `recover`, for the same markets.
   */
  resume(follow: Follow, answers: OfMarkets = ALL): Promise<void> {
    return this.#handover.resume(follow, answers)
  }

  /** Another process answers the market from now on: its sessions are left to that as they stand, and its open calls. */
  leave(market: Market): Promise<void> {
    return this.#handover.leave(market, () =>
      [...this.#starting].filter(([, on]) => sameMarket(on, market)).map(([starting]) => starting),
    )
  }

  /**
   * Resolves once the session is listening; its first signal is the next second's.
   * @throws AppError `unknown_model`, `no_checkpoint`, `unknown_checkpoint`, `broken_checkpoint`, `self_test_failed`, `market_not_live`, `end_of_data`, `too_many_sessions`
   */
  async start(body: SessionBody): Promise<SessionOut> {
    const market = this.#liveMarket(body.symbol, body.venue)
    if (this.#handover.isAway(market)) throw handedOver(market)
    this.#running.load.admit(this.#running.size + this.#starting.size + this.#handover.waiting.count + 1)
    const starting = this.#start(body, market)
    this.#starting.set(starting, market)
    return starting.finally(() => this.#starting.delete(starting))
  }

  async #start(body: SessionBody, market: Market): Promise<SessionOut> {
    if (body.pattern === ANY_PATTERN) return this.#combined.start(body, market)
    const checkpoint = await this.#parts.orchestrator.checkpoint(body.model, body.checkpoint, body.pattern)
    return this.#running.begin(await this.#running.ready(checkpoint, market))
  }

  /**
   * Stopping a stopped session changes nothing; one of all patterns ends with its parts.
   * @throws AppError `unknown_inference_session`, `part_of_session` of one that is a part
   */
  async stop(id: string): Promise<SessionOut> {
    const { part_of: whole, state } = await this.get(id)
    if (whole !== undefined && state === 'running' && (await this.get(whole)).state === 'running')
      throw partOfSession(whole)
    return this.#end(id, 'stopped_by_user')
  }

  async #end(id: string, reason: string): Promise<SessionOut> {
    const known = await this.get(id)
    if (known.state === 'stopped') return known
    this.#handover.waiting.take(id)
    await this.#combined.halt(id)
    for (const part of await this.#partsOf(known)) await this.#end(part, reason)
    await this.#running.get(id)?.stop()
    // Where its end cannot be stored it can be stopped again.
    const closed = await this.#close(id, reason)
    this.#running.forget(id)
    return closed
  }

  /** Ids of its parts that run. */
  async #partsOf({ id, parts }: SessionOut): Promise<string[]> {
    if (parts === undefined) return []
    const now = (await this.get(id)).parts ?? []
    return now.filter(({ to }) => to === null).map(({ session }) => session)
  }

  /** A checkpoint says something else of itself than when it was opened: sessions with it take that at their next second. */
  restated(model: string, version: string): Promise<void> {
    return this.#running.restated(model, version)
  }

  /** What goes live of a model's patterns now: sessions of all of them take it at a second that they name. */
  promoted({ id, patterns }: Pick<ModelOut, 'id' | 'patterns'>): void {
    this.#combined.promoted(id, patterns)
  }

  /** Nothing is answered any more. Sessions that the next server takes up stay as they are, the others end. */
  async stopAll(): Promise<void> {
    this.#unsubscribe()
    this.#outcomes.stop()
    this.#handover.waiting.stop()
    const hurry = setTimeout(() => void this.#running.processes.stop(), LAST_ANSWERS_MS)
    await Promise.all(this.#ending)
    for (const { id, market } of this.#combined.list()) await this.#leave(id, market)
    await Promise.all(this.#running.list().map(({ id, market }) => this.#leave(id, market)))
    clearTimeout(hurry)
    await this.#running.processes.stop()
  }

  /** As it stands, to the next server; where that can not go on with it, it ends. */
  async #leave(id: string, market: Market): Promise<void> {
    if (!this.#running.resumes(market)) return void (await this.#end(id, RESTARTED))
    await this.#handover.letGo(id)
  }

  /** Those of one market: it has ended, or is not followed any more. */
  async stopOn(market: Market, reason: string): Promise<void> {
    // Those of all patterns end their parts.
    for (const { id } of this.#combined.list(market)) await this.#end(id, reason)
    const ids = [...this.#running.list(market).map(({ id }) => id), ...this.#handover.waiting.on(market)]
    await Promise.all(ids.map((id) => this.#end(id, reason)))
  }

  /** @throws AppError `unknown_inference_session` */
  async get(id: string): Promise<SessionOut> {
    return this.#announcer.session(id)
  }

  /** How far what it sees and says lies from what its checkpoint learnt on. @throws AppError `unknown_inference_session` */
  async drift(id: string): Promise<DriftOut> {
    const { parts } = await this.get(id)
    return this.#running.get(id)?.drift(id) ?? noDrift(id, parts !== undefined)
  }

  /** Market states made since this process began: one a market's second, however many sessions there are. */
  get statesMade(): number {
    return this.#running.seconds.count
  }

  /** Markets whose newest second is kept: those with a session. */
  get marketsKept(): number {
    return this.#running.seconds.size
  }

  /** Since this process began. */
  get checks(): LiveChecksOut {
    return this.#checks.counts
  }

  /** Where the networks answer. */
  get processes(): Pick<InferenceProcesses, 'pids' | 'deaths' | 'trouble'> {
    return this.#running.processes
  }

  async #decided(id: string, outcome: Outcome): Promise<void> {
    await this.#calls.decide(id, outcome)
    const { session, part_of: whole } = await this.#announcer.tellCall(id)
    await this.#announcer.tellSession(session)
    if (whole !== undefined) await this.#announcer.tellSession(whole)
  }

  async #close(id: string, reason: string): Promise<SessionOut> {
    await this.#store.close(id, reason, this.#parts.clock.now())
    return this.#announcer.tellSession(id)
  }

  /** A market that moves; others are stored, not live. */
  #liveMarket(symbol: string, venue: string | undefined): Market {
    const market = this.#parts.provider.resolve(symbol, venue)
    if (this.#parts.provider.status(market).state === 'ended') throw ended()
    return market
  }
}
