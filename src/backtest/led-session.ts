// The session that a stretch is gone through by: a live one of one checkpoint, or a live one of all patterns with its parts.
import { CombinedSession, type SaidSurely } from '../inference/combined/combined-session.ts'
import { MarketSeconds } from '../inference/market-seconds.ts'
import { LiveSession, type LiveSignal, type SecondsOfMarket } from '../inference/session.ts'
import { callIdOrNull } from '../inference/signal-row.ts'
import type { SingleRows } from '../moments/single-rows.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import type { Call } from '../signals/signal.ts'
import type { KeptScores } from './kept-scores.ts'
import type { OpenPart } from './open-backtest.ts'
import type { BacktestOrder } from './order.ts'
import type { StoredSeconds } from './stored-seconds.ts'

/** A part, and what is known of the seconds that it is asked about. */
export interface LedPart {
  readonly part: OpenPart
  readonly kept: KeptScores
}

interface LedParts {
  readonly order: BacktestOrder
  readonly parts: readonly LedPart[]
  readonly seconds: StoredSeconds
  readonly rows: SingleRows
  /** Each second's signal, and whose call it tells; null where it tells none. */
  readonly onSignal: (signal: LiveSignal, caller: OpenPart | null) => void
  readonly onFault: (error: unknown) => void
}

/** Listens from now on: flat and without a call. */
export function ledSession(led: LedParts): { stop(): Promise<void> } {
  const { order, parts, seconds, rows } = led
  const shared = new MarketSeconds(seconds, order.market, rows, seconds)
  if (order.parts !== undefined) return allPatterns(led, shared)
  const sessions = parts.map((each) =>
    sessionOf(led, each, shared, seconds, (signal) =>
      led.onSignal(signal, signal.call === null ? null : each.part),
    ),
  )
  return { stop: async () => void (await Promise.all(sessions.map((session) => session.stop()))) }
}

function allPatterns(led: LedParts, shared: MarketSeconds): { stop(): Promise<void> } {
  const { order, parts, seconds, onSignal, onFault } = led
  /** Of this second, by the ids that the whole tells them by. */
  const calls = new Map<string, { call: Call; part: OpenPart }>()
  const whole = new CombinedSession({
    market: order.market,
    provider: seconds,
    stopwatch: () => 0,
    before: { last: null, told: new Map() },
    emit: async ({ signal, callId }) => {
      const told = callId === null ? undefined : calls.get(callId)
      onSignal({ ...signal, call: toldCall(signal, callId, told?.call) }, told?.part ?? null)
      calls.clear()
    },
    onCall: async () => {},
    onFault,
  })
  const sessions = parts.map((each) =>
    sessionOf(led, each, shared, whole.seconds, (signal) => {
      const said = saidBy(each.part, signal)
      if (said.call_id !== null && signal.call !== null)
        calls.set(said.call_id, { call: signal.call, part: each.part })
      whole.hear(said, [])
    }),
  )
  whole.listen()
  return {
    stop: async () => {
      await whole.stop()
      await Promise.all(sessions.map((session) => session.stop()))
    },
  }
}

/** Whoever follows the whole enters when it tells the call: later than its part where another contradicted it at first. */
function toldCall({ opens, timestamp }: LiveSignal, id: string | null, call: Call | undefined): Call | null {
  if (id === null || call === undefined) return null
  return { ...call, id, opensAt: opens ? timestamp : call.opensAt }
}

function sessionOf(
  { order, onFault }: LedParts,
  { part, kept }: LedPart,
  shared: MarketSeconds,
  provider: SecondsOfMarket,
  take: (signal: LiveSignal) => void,
): LiveSession {
  return new LiveSession({
    market: order.market,
    checkpoint: atTerms(part.loaded, order),
    predictor: kept,
    provider,
    seconds: shared,
    ahead: kept,
    memory: null,
    stopwatch: () => 0,
    emit: async (signal) => take(signal),
    onWarning: async () => {},
    onFault,
  })
}

function saidBy({ pattern, checkpoint }: OpenPart, signal: LiveSignal): SaidSurely {
  const { action, scores, confidence, price, reason, call } = signal
  const { interval } = confidence
  return {
    pattern,
    action,
    scores,
    confidence: confidence.confidence,
    confidence_n: confidence.n,
    confidence_interval: interval === null ? null : [...interval],
    price,
    call_id: callIdOrNull(checkpoint, call),
    reason,
  }
}

/** An agent's paper account pays what was asked for. */
function atTerms(checkpoint: LoadedCheckpoint, { agentCosts }: BacktestOrder): LoadedCheckpoint {
  const { metadata } = checkpoint
  const hyperparameters = { ...metadata.hyperparameters, ...agentCosts }
  return { ...checkpoint, metadata: { ...metadata, hyperparameters } }
}
