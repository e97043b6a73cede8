// One live session: every second of its market answered once, in order, with a signal.
import type { CheckpointMetadata } from '../contract/checkpoint.ts'
import type { DriftOut } from '../contract/drift.ts'
import type { PaperPosition, Percentiles } from '../contract/inference.ts'
import { SECOND, epochMs, type EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { CallTracker, type TrackerMemory } from '../signals/call-tracker.ts'
import { decide } from '../signals/decide.ts'
import { confidenceOf, type Confidence } from '../signals/confidence.ts'
import type { Intent } from '../signals/paper-account.ts'
import { LiveDrift } from './drift.ts'
import type { LiveCheck } from './live-check.ts'
import type { Action, Call, CallRule, Scores } from '../signals/signal.ts'
import { PaperTrader, tradingTerms, type TraderMemory } from '../signals/paper-trader.ts'
import type { MarketAsOf, MarketSeconds } from './market-seconds.ts'
import { ModelTimes, toMicroseconds } from './model-times.ts'
import { oddnessOf } from './oddness-of.ts'
import { abstain, SecondReader, type KnownAhead, type SecondResult } from './second.ts'
import { delayOf } from './second-delay.ts'
import { SecondsInTurn } from './seconds-in-turn.ts'
import { restatedWarning, setBackWarning } from './session-warnings.ts'

export interface LiveSignal {
  readonly timestamp: EpochMs
  readonly emittedAt: EpochMs
  /** Until when what it saw was known, by the source's clock; null in replay, where all is. */
  readonly seenAt: EpochMs | null
  readonly action: Action
  readonly scores: Scores | null
  readonly confidence: Confidence
  readonly price: number | null
  readonly latencyMs: number
  readonly call: Call | null
  readonly opens: boolean
  readonly reason: string | null
  /** How unlike what its checkpoint learnt from; null where that is not known. */
  readonly oddness: number | null
  /** Of agents alone, here and below. */
  readonly intent: Intent | null
  readonly position: PaperPosition | null
}

/** What a session goes on from where another process answers its next second; plain values, to be kept as JSON. */
export interface SessionMemory {
  /** The thresholds that it went by. */
  readonly rule: CallRule
  /** With the last second that was answered. */
  readonly tracker: TrackerMemory
  /** Of agents alone. */
  readonly trader: TraderMemory | null
}

/** A market whose seconds come, live or gone through as stored. */
export interface SecondsOfMarket extends MarketAsOf {
  onSecond(market: Market, listener: (second: EpochMs) => Promise<void>): () => void
}

export interface SessionParts {
  readonly market: Market
  readonly checkpoint: LoadedCheckpoint
  readonly predictor: Predictor
  readonly provider: SecondsOfMarket
  /** What is made of each second, for all sessions of the market. */
  readonly seconds: MarketSeconds
  /** What is known of seconds before they come. */
  readonly ahead?: KnownAhead
  /** Compares some of its seconds with what is stored. */
  readonly check?: LiveCheck
  /** A monotonic clock in milliseconds, for how long work takes. */
  readonly stopwatch: () => number
  /** Of the process that answered it before; null where it begins. */
  readonly memory: SessionMemory | null
  /**
   * Resolves when the signal is durable. `missed` counts the seconds since the signal before that got no answer, `memory` is as of this
   * signal.
   */
  readonly emit: (signal: LiveSignal, missed: number, memory: SessionMemory) => Promise<void>
  /** Told in words of what speaks against trusting its signals and came up while it runs. */
  readonly onWarning: (warning: string) => Promise<void>
  readonly onFault: (error: unknown) => void
}

export class LiveSession {
  readonly #parts: SessionParts
  readonly #reader: SecondReader
  readonly #tracker: CallTracker
  /** Of agents alone. */
  readonly #trader: PaperTrader | null
  readonly #drift = new LiveDrift()
  readonly #times = new ModelTimes()
  readonly #turns: SecondsInTurn
  readonly #unsubscribe: () => void
  #metadata: CheckpointMetadata
  /** What the checkpoint says of itself now, until the next second takes it. */
  #restated: CheckpointMetadata | null = null
  #last: EpochMs | null = null
  /** Whether the second before could not be answered for a fault. */
  #isFailing = false
  /** When the machine's clock was set back, as far as the session has said so. */
  #setBackAt: EpochMs | null
  #end: Promise<void> | null = null

  constructor(parts: SessionParts) {
    const { memory } = parts
    this.#parts = parts
    this.#metadata = parts.checkpoint.metadata
    this.#last = memory?.tracker.last ?? null
    if (memory !== null && !sameRule(memory.rule, this.#metadata.rule)) {
      this.#restated = this.#metadata
      this.#metadata = { ...this.#metadata, rule: memory.rule }
    }
    const terms = parts.predictor.readsAccount
      ? tradingTerms(parts.checkpoint.metadata.hyperparameters)
      : null
    this.#trader = terms === null ? null : new PaperTrader(terms, memory?.trader)
    const { seconds, predictor, stopwatch, ahead } = parts
    const predict: Predictor['predict'] = (inputs) =>
      this.#times.of(() => predictor.predict(inputs), stopwatch)
    this.#reader = new SecondReader({
      seconds,
      predictor: { ...predictor, predict },
      trader: this.#trader,
      oddness: oddnessOf(parts.checkpoint),
      ...(ahead === undefined ? {} : { ahead }),
    })
    this.#setBackAt = parts.provider.status(parts.market).clockSetBack?.at ?? null
    this.#tracker = new CallTracker(this.#metadata.rule, memory?.tracker)
    this.#turns = new SecondsInTurn((second) => this.#answer(second), parts.onFault)
    this.#unsubscribe = parts.provider.onSecond(parts.market, (second) => this.#turns.next(second))
  }

  get market(): Market {
    return this.#parts.market
  }

  get checkpoint(): Pick<LoadedCheckpoint, 'model' | 'version'> {
    return this.#parts.checkpoint
  }

  /** How long the model alone took of late. */
  get modelTimes(): Percentiles {
    return this.#times.percentiles()
  }

  /** Its checkpoint says other thresholds of itself, under the same version: the next second takes them, and says so. */
  restate(metadata: CheckpointMetadata): void {
    this.#restated = metadata
  }

  /** Resolves when the second being answered is done and the network is released. */
  async stop(): Promise<void> {
    this.#end ??= this.#stop()
    await this.#end
  }

  async #stop(): Promise<void> {
    this.#unsubscribe()
    await this.#turns.stop()
    await this.#parts.predictor.close()
  }

  /** `session`: its id. As of the last minute that it answered. */
  drift(session: string): DriftOut {
    return this.#drift.out(session, this.#metadata.learnt_on)
  }

  async #answer(second: EpochMs): Promise<void> {
    const { stopwatch, emit, provider } = this.#parts
    if (this.#last !== null && second <= this.#last) return
    await this.#takeRestated(second)
    const began = stopwatch()
    const delay = delayOf(provider, this.market, second)
    const result = (await this.#setBack()) ?? (await this.#read(second))
    const decision = decide(this.#tracker, this.#trader, second, result)
    const latencyMs = toMicroseconds(delay + stopwatch() - began)
    const shown = result.scores === null ? null : result.shown
    const knownAt = shown === null ? second + delay : Math.max(second, shown.knownAt)
    const seenAt = this.#isReplay() ? null : epochMs(knownAt)
    const missed = this.#last === null ? 0 : (second - this.#last) / SECOND - 1
    await emit(
      {
        timestamp: second,
        emittedAt: epochMs(second + Math.round(latencyMs)),
        seenAt,
        action: result.scores === null ? 'HOLD' : decision.action,
        scores: result.own ?? result.scores,
        confidence: this.#confidence(result.scores === null ? null : decision.call),
        price: result.price,
        latencyMs,
        call: result.scores === null ? null : decision.call,
        opens: decision.opens,
        reason: result.reason,
        oddness: result.oddness,
        intent: decision.intent,
        position: this.#trader?.position() ?? null,
      },
      missed,
      this.#memory(),
    )
    this.#last = second
    if (result.scores !== null && shown !== null) this.#drift.saw(second, shown.inputs, result.scores)
    await this.#compare(second, seenAt, result)
  }

  /** Between the seconds: the signal is out, and the next one does not find the model at work. */
  async #compare(second: EpochMs, seenAt: EpochMs | null, result: SecondResult): Promise<void> {
    const { check } = this.#parts
    if (check === undefined) return
    if (result.scores !== null && result.shown !== null && check.isDue(second)) {
      const { scores, own, shown } = result
      check.saw({ second, seenAt, inputs: shown.inputs, account: shown.account, scores, own })
    }
    await check.look(second)
  }

  #memory(): SessionMemory {
    return {
      rule: this.#metadata.rule,
      tracker: this.#tracker.memory(),
      trader: this.#trader?.memory() ?? null,
    }
  }

  async #takeRestated(second: EpochMs): Promise<void> {
    if (this.#restated === null) return
    const [before, now] = [this.#metadata.rule, this.#restated.rule]
    this.#metadata = this.#restated
    this.#restated = null
    this.#tracker.follow(now)
    const warning = restatedWarning(this.#parts.checkpoint.version, second, before, now)
    await this.#parts.onWarning(warning).catch(this.#parts.onFault)
  }

  #isReplay(): boolean {
    return this.#parts.provider.status(this.market).kind === 'replay'
  }

  /** The first second after the machine's clock was set back is left unanswered: which second it is, is not certain. */
  async #setBack(): Promise<SecondResult | null> {
    const { clockSetBack } = this.#parts.provider.status(this.market)
    if (clockSetBack === null || clockSetBack.at === this.#setBackAt) return null
    this.#setBackAt = clockSetBack.at
    await this.#parts.onWarning(setBackWarning(clockSetBack)).catch(this.#parts.onFault)
    return abstain('clock_went_back')
  }

  async #read(second: EpochMs): Promise<SecondResult> {
    try {
      const result = await this.#reader.read(second)
      this.#isFailing = false
      return result
    } catch (error) {
      // Each such second says so itself.
      if (!this.#isFailing) this.#parts.onFault(error)
      this.#isFailing = true
      return abstain('model_failed')
    }
  }

  /** What calls that opened at this score have been worth; null for HOLD. */
  #confidence(call: Call | null): Confidence {
    const { calibration } = this.#metadata
    if (call !== null) return confidenceOf(calibration, call.score)
    return { confidence: null, n: calibration?.n ?? 0, interval: null }
  }
}

function sameRule(a: CallRule, b: CallRule): boolean {
  return a.on === b.on && a.off === b.off && a.pauseSeconds === b.pauseSeconds
}
