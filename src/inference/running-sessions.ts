// Sessions that answer in this process, and what they share: each market's second made once, each checkpoint opened once, the measured load.
import { randomUUID } from 'node:crypto'
import type { SessionOut } from '../contract/inference.ts'
import type { Market } from '../market/types.ts'
import { SingleRows } from '../moments/single-rows.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import { CUSTOM } from '../orchestrator/custom/custom.ts'
import { loadPredictor } from '../orchestrator/load-predictor.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import type { Barriers } from '../signals/barriers.ts'
import type { Announcer } from './announcer.ts'
import { answer, type Answered, type Whole } from './answer.ts'
import type { LiveChecks } from './live-checks.ts'
import { LiveLoad } from './live-load.ts'
import { MarketSeconds } from './market-seconds.ts'
import { oddnessOf } from './oddness-of.ts'
import { onMarket } from './on-market.ts'
import type { OutcomeWatch } from './outcome-watch.ts'
import type { InferenceParts } from './parts.ts'
import { PredictorPool } from './predictor-pool.ts'
import { InferenceProcesses } from './process/inference-processes.ts'
import { SecondBooks } from './second-books.ts'
import { SecondsOfMarkets } from './seconds-of-markets.ts'
import type { LeftSession } from './session-row.ts'
import { warningsOf } from './session-warnings.ts'
import type { LiveSession } from './session.ts'
import type { InferenceStore } from './store.ts'

/** What sessions are stored by, followed by and told by. */
export interface Around {
  readonly store: InferenceStore
  readonly outcomes: OutcomeWatch
  readonly announcer: Announcer
  readonly checks: LiveChecks
}

/** A checkpoint that is open, to answer a market. Whoever does not begin with it closes the predictor. */
export interface Ready {
  readonly market: Market
  readonly checkpoint: LoadedCheckpoint
  readonly predictor: Predictor
}

export class RunningSessions {
  readonly load: LiveLoad
  readonly processes: InferenceProcesses
  readonly seconds: SecondsOfMarkets
  readonly #parts: InferenceParts
  readonly #around: Around
  readonly #running = new Map<string, LiveSession>()
  readonly #predictors: PredictorPool
  readonly #rows = new SingleRows()

  constructor(parts: InferenceParts, around: Around) {
    const { provider, books } = parts
    this.#parts = parts
    this.#around = around
    this.seconds = new SecondsOfMarkets(
      (market) =>
        new MarketSeconds(provider, market, this.#rows, books && new SecondBooks(books, provider, market)),
    )
    this.load = new LiveLoad(parts.stopwatch)
    this.processes = new InferenceProcesses({
      ...parts.processes,
      onRun: (process, ms) => this.load.ran(process, ms),
    })
    this.#predictors = new PredictorPool((checkpoint) => this.#opened(checkpoint))
  }

  get size(): number {
    return this.#running.size
  }

  get(id: string): LiveSession | undefined {
    return this.#running.get(id)
  }

  /** Those of one market, or of all. */
  list(on?: Market): { id: string; market: Market }[] {
    return onMarket(this.#running, on)
  }

  /** A user's own model takes one question at a time: each market's sessions have their own. @throws what opening it throws */
  async ready(checkpoint: LoadedCheckpoint, market: Market): Promise<Ready> {
    if (checkpoint.oddness !== null) await this.#rows.open()
    const apart = checkpoint.model === CUSTOM ? JSON.stringify([market.venue, market.symbol]) : ''
    return { market, checkpoint, predictor: await this.#predictors.open(checkpoint, apart) }
  }

  /** A new session, which listens from now on. @param whole of which it is a part */
  async begin(ready: Ready, whole: Whole | null = null): Promise<SessionOut> {
    const { market, checkpoint } = ready
    const barriers = (await this.#parts.barriers?.(checkpoint, market)) ?? null
    const session = { ...this.#newSession(ready, barriers), partOf: whole?.id ?? null }
    await this.#around.store.open(session)
    return this.#answer({ ...session, ...ready, memory: null }, whole)
  }

  /** One that another process left, with the very checkpoint that it had, though that may say other thresholds of itself now. */
  async goOn(session: LeftSession, ready: Ready, whole: Whole | null = null): Promise<void> {
    const { n = 0 } = ready.checkpoint.metadata.calibration ?? {}
    if (n !== session.confidenceN) await this.#around.store.restate(session.id, n)
    await this.#answer({ ...session, ...ready }, whole)
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
      await this.#around.store.restate(id, metadata.calibration?.n ?? 0)
    }
  }

  /** With the last session of a market goes what was kept of its seconds. */
  forget(id: string): void {
    const market = this.#running.get(id)?.market
    this.#running.delete(id)
    if (market !== undefined && this.list(market).length === 0) this.seconds.release(market)
  }

  /** Whether the next server can go on with sessions of this market. A replay's seconds come anew, and were answered. */
  resumes(market: Market): boolean {
    return this.#parts.sessions === 'resume' && this.#parts.provider.status(market).kind !== 'replay'
  }

  #newSession({ checkpoint, market }: Ready, barriers: Barriers | null) {
    return {
      id: randomUUID(),
      model: checkpoint.model,
      checkpoint: checkpoint.version,
      market,
      confidenceN: checkpoint.metadata.calibration?.n ?? 0,
      pattern: checkpoint.metadata.pattern ?? null,
      barriers,
      unlikePast: oddnessOf(checkpoint)?.limit ?? null,
      warnings: warningsOf(checkpoint, market),
      startedAt: this.#parts.clock.now(),
      resumes: this.resumes(market),
    }
  }

  #answer(answered: Answered, whole: Whole | null): Promise<SessionOut> {
    const { provider, stopwatch, bus, onFault } = this.#parts
    const { store, outcomes, announcer, checks } = this.#around
    const session = answer(answered, {
      provider,
      whole,
      seconds: this.seconds.of(answered.market),
      load: this.load,
      check: checks.of(answered),
      stopwatch,
      onFault,
      store,
      outcomes,
      announcer,
      bus,
    })
    this.#running.set(answered.id, session)
    return announcer.tellSession(answered.id)
  }

  /** A user's own model has a process to itself, which does not say how long it took. */
  async #opened(checkpoint: LoadedCheckpoint): Promise<Predictor> {
    if (checkpoint.model !== CUSTOM) return this.processes.open(checkpoint)
    const predictor = await loadPredictor(checkpoint)
    return { ...predictor, predict: (inputs) => this.load.during(() => predictor.predict(inputs)) }
  }
}
