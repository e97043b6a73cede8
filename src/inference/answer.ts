// A session put to work: each second's signal is stored with all that it changes, then told.
import type { Bus } from '../core/bus.ts'
import type { SignalOut } from '../contract/inference.ts'
import type { DataProvider } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import type { Barriers } from '../signals/barriers.ts'
import type { Announcer } from './announcer.ts'
import { openedCall, pricedCall } from './call-row.ts'
import type { InferenceEvents } from './events.ts'
import { gapAfter } from './gaps.ts'
import type { LiveCheck } from './live-check.ts'
import type { LiveLoad } from './live-load.ts'
import type { MarketSeconds } from './market-seconds.ts'
import type { OutcomeWatch } from './outcome-watch.ts'
import { LiveSession, type SecondsOfMarket, type SessionMemory } from './session.ts'
import type { InferenceStore } from './store.ts'

/** A session that is stored, and what it is answered with. */
export interface Answered {
  readonly id: string
  readonly market: Market
  readonly checkpoint: LoadedCheckpoint
  readonly predictor: Predictor
  readonly barriers: Barriers | null
  /** Of the process that answered it before; null where it begins. */
  readonly memory: SessionMemory | null
  /** Whether the next server takes it up again: its memory is kept with each signal. */
  readonly resumes: boolean
}

/** The session of all patterns that a session is a part of: it hands on the seconds, and tells of calls. */
export interface Whole {
  readonly id: string
  readonly seconds: SecondsOfMarket
  hear(signal: SignalOut, calls: readonly string[]): void
}

export interface AnswerParts {
  readonly provider: DataProvider
  /** Null of a session by itself. */
  readonly whole: Whole | null
  readonly seconds: MarketSeconds
  readonly load: LiveLoad
  readonly check: LiveCheck
  readonly stopwatch: () => number
  readonly onFault: (session: string, error: unknown) => void
  readonly store: InferenceStore
  readonly outcomes: OutcomeWatch
  readonly announcer: Announcer
  readonly bus: Bus<InferenceEvents>
}

/** Listens from now on: its first signal is the next second's that was not answered before. */
export function answer(answered: Answered, parts: AnswerParts): LiveSession {
  const { id, market, checkpoint, predictor, barriers, resumes } = answered
  const { provider, whole, seconds, load, check, stopwatch, store, outcomes, announcer, bus } = parts
  /** The last second of the process before, until the gap after it is stored. */
  let before = answered.memory?.tracker.last ?? null
  return new LiveSession({
    market,
    checkpoint,
    predictor,
    provider: whole?.seconds ?? provider,
    seconds,
    check,
    stopwatch,
    memory: answered.memory,
    emit: async (signal, missed, memory) => {
      const gap = gapAfter(before, signal.timestamp)
      const opened = openedCall(id, signal, memory.rule)
      const kept = { missed, gap, opened, memory: resumes ? memory : null }
      const added = await store.add({ id, market }, signal, kept)
      load.answered()
      before = null
      bus.emit('signal', added.signal)
      if (opened !== null && barriers !== null)
        outcomes.follow({ id: opened.id, market, ...pricedCall(opened), barriers })
      if (whole !== null) whole.hear(added.signal, added.calls)
      else for (const each of added.calls) await announcer.tellCall(each)
      if (gap !== null) await announcer.tellSession(id)
    },
    onWarning: async (warning) => {
      await store.warn(id, warning)
      await announcer.tellSession(id)
    },
    onFault: (error) => parts.onFault(id, error),
  })
}
