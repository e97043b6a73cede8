// One session of all patterns: hands each second of its market to its parts, and says in one signal what they come to.
import type { SignalOut } from '../../contract/inference.ts'
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import type { Market } from '../../market/types.ts'
import { LONGEST_CALL_SECONDS } from '../../signals/call-tracker.ts'
import { toMicroseconds } from '../model-times.ts'
import { delayOf } from '../second-delay.ts'
import { SecondsInTurn } from '../seconds-in-turn.ts'
import type { LiveSignal, SecondsOfMarket } from '../session.ts'
import { combine, type Combined, type Said } from './combine.ts'

/** What is kept of a part's signal: what it says, and how sure that is. */
export type SaidSurely = Said & Pick<SignalOut, 'confidence_n' | 'confidence_interval'>

/** A second's signal, and whose call it tells; null where it tells none. */
export interface CombinedSignal {
  readonly signal: LiveSignal
  readonly callId: string | null
  /** Seconds since the signal before that got no answer. */
  readonly missed: number
}

export interface CombinedParts {
  readonly market: Market
  readonly provider: SecondsOfMarket
  /** A monotonic clock in milliseconds. */
  readonly stopwatch: () => number
  /** The last second that was answered, and the calls that were told of late with when: of the process before. */
  readonly before: { readonly last: EpochMs | null; readonly told: ReadonlyMap<string, EpochMs> }
  /** Resolves when the signal is durable. */
  readonly emit: (signal: CombinedSignal) => Promise<void>
  /** Called with the calls of its parts that changed, once it is stored whether they are told. */
  readonly onCall: (id: string) => Promise<void>
  readonly onFault: (error: unknown) => void
}

type Listener = (second: EpochMs) => Promise<void>

export class CombinedSession {
  readonly #parts: CombinedParts
  readonly #turns: SecondsInTurn
  #unsubscribe: () => void = () => undefined
  readonly #listeners = new Set<Listener>()
  readonly #told: Map<string, EpochMs>
  #changes: Listener[] = []
  #heard: { signal: SaidSurely; calls: readonly string[] }[] = []
  #last: EpochMs | null

  constructor(parts: CombinedParts) {
    this.#parts = parts
    this.#last = parts.before.last
    this.#told = new Map(parts.before.told)
    this.#turns = new SecondsInTurn((second) => this.#answer(second), parts.onFault)
  }

  /** From now on; those that are its parts by then answer its first second. */
  listen(): void {
    const { provider, market } = this.#parts
    this.#unsubscribe = provider.onSecond(market, (second) => this.#turns.next(second))
  }

  /** What its parts listen to in place of the market: they are given a second when all of them have answered the one before. */
  get seconds(): SecondsOfMarket {
    const { provider } = this.#parts
    return {
      status: (market) => provider.status(market),
      slice: (market, asOf) => provider.slice(market, asOf),
      onSecond: (_, listener) => {
        this.#listeners.add(listener)
        return () => void this.#listeners.delete(listener)
      },
    }
  }

  /** What a part said, and the calls that this changed. */
  hear(signal: SaidSurely, calls: readonly string[]): void {
    this.#heard.push({ signal, calls })
  }

  /** Done before the next second is handed on, which it is told of. */
  changeNext(change: Listener): void {
    this.#changes.push(change)
  }

  /** Resolves when the second being answered is done. Its parts are others' to stop, after it. */
  async stop(): Promise<void> {
    this.#unsubscribe()
    await this.#turns.stop()
  }

  async #answer(second: EpochMs): Promise<void> {
    if (this.#last !== null && second <= this.#last) return
    const { stopwatch, provider, market, onCall, onFault } = this.#parts
    for (const change of this.#changes.splice(0)) await change(second).catch(onFault)
    const [began, delay] = [stopwatch(), delayOf(provider, market, second)]
    this.#heard = []
    await Promise.all([...this.#listeners].map((listener) => listener(second)))
    const heard = this.#heard
    let told: string | null = null
    try {
      if (heard.length > 0) told = await this.#say(second, () => toMicroseconds(delay + stopwatch() - began))
    } finally {
      const ids = new Set(heard.flatMap(({ calls }) => calls))
      if (told !== null) ids.add(told)
      for (const id of ids) await onCall(id).catch(onFault)
    }
  }

  /** The id of the call that it tells for the first time; null where it tells none. */
  async #say(second: EpochMs, latency: () => number): Promise<string | null> {
    const parts = this.#heard.map(({ signal }) => signal).toSorted(byPattern)
    const combined = combine(parts, this.#told)
    const callId = combined.caller?.call_id ?? null
    const missed = this.#last === null ? 0 : (second - this.#last) / SECOND - 1
    await this.#parts.emit({ signal: signalOf(second, combined, latency()), callId, missed })
    this.#last = second
    if (callId === null || !combined.opens) return null
    this.#forget(second)
    this.#told.set(callId, second)
    return callId
  }

  /** Of calls that are over: one that abstains for a second goes on. */
  #forget(second: EpochMs): void {
    for (const [id, at] of this.#told) if (second - at > LONGEST_CALL_SECONDS * SECOND) this.#told.delete(id)
  }
}

function byPattern(a: Said, b: Said): number {
  return (a.pattern ?? '') < (b.pattern ?? '') ? -1 : 1
}

function signalOf(
  second: EpochMs,
  { caller, reason, opens, price }: Combined<SaidSurely>,
  latencyMs: number,
): LiveSignal {
  const [low, high] = caller?.confidence_interval ?? []
  return {
    timestamp: second,
    emittedAt: epochMs(second + Math.round(latencyMs)),
    seenAt: null,
    action: caller?.action ?? 'HOLD',
    scores: caller?.scores ?? null,
    confidence: {
      confidence: caller?.confidence ?? null,
      n: caller?.confidence_n ?? 0,
      interval: low === undefined || high === undefined ? null : [low, high],
    },
    price,
    latencyMs,
    // Of its part: stored with that one's signal.
    call: null,
    opens,
    reason,
    oddness: null,
    intent: null,
    position: null,
  }
}
