// Starting and stopping live inference; its signals come back as events.
import type { SessionOut, SignalOut } from '../../contract/inference.ts'
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import { api, nameOf } from '../state/api.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { newestUsable } from '../marking/checkpoints.ts'
import { refreshModels } from './training.ts'

/** Signals kept for the ribbon under the 1s chart; the panel lists the first fifty. */
const KEPT = 3600
/** A burst of marks asks once, ms. */
const ACCURACY_REST = 1000

/** The session that runs on `market`. */
export function runningSession(
  sessions: readonly SessionOut[],
  market: MarketName | null,
): SessionOut | null {
  if (market === null) return null
  return sessions.find((session) => session.state === 'running' && sameMarket(session, market)) ?? null
}

/**
 * The session on `market` that ended last: the one whose signals stand on top of the list, since they are numbered as they come. By their
 * beginnings another may be newer; and a replay's clock begins anew with each start of the server.
 */
export function lastSession(
  sessions: readonly SessionOut[],
  market: MarketName | null,
  signals: readonly SignalOut[],
): SessionOut | null {
  if (market === null) return null
  const own = sessions.filter((session) => sameMarket(session, market))
  return own.find((session) => session.id === signals[0]?.session) ?? own[0] ?? null
}

/** Starts `checkpoint` of `model`; '' takes the newest, of which the page may not have heard yet. */
export async function startLive(model: string, checkpoint: string): Promise<void> {
  const { market } = store.get()
  if (market === null) return
  const version = checkpoint === '' ? await newestOf(model) : checkpoint
  if (version === undefined) return say('There is no checkpoint yet: train a model first (T).', 'warn')
  await attempt(async () => {
    await api.startSession({ model, ...nameOf(market), checkpoint: version })
    await refreshSessions()
  })
}

async function newestOf(id: string): Promise<string | undefined> {
  await refreshModels()
  const model = store.get().models.find((one) => one.id === id)
  return model === undefined ? undefined : newestUsable(model)?.version
}

export async function stopLive(session: string): Promise<void> {
  await attempt(async () => {
    await api.stopSession(session)
    await refreshSessions()
  })
}

export async function refreshSessions(): Promise<void> {
  const sessions = await api.sessions()
  store.set({
    sessions: sessions.toSorted((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at)),
  })
}

let accuracyTimer: ReturnType<typeof setTimeout> | undefined

/** Marks and reviewed spans decide how right calls were: once they rest, sessions that made calls are read again. */
export function refreshAccuracySoon(): void {
  if (!store.get().sessions.some(({ calls }) => calls > 0)) return
  clearTimeout(accuracyTimer)
  accuracyTimer = setTimeout(() => void refreshSessions().catch(() => undefined), ACCURACY_REST)
}

/** Takes one signal in: onto the list, and among the calls when it opens one. */
export function keepSignal(signal: SignalOut): void {
  const { market, signals, calls } = store.get()
  if (market === null || !sameMarket(signal, market)) return
  if (signals.some((one) => one.id === signal.id)) return
  const next = [signal, ...signals].slice(0, KEPT)
  if (signal.call_opens) store.set({ signals: next, calls: [...calls, signal] })
  else store.set({ signals: next })
}
