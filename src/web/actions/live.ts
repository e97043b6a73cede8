// Starting and stopping live inference; its signals come back as events.
import type { SessionOut, SignalOut } from '../../contract/inference.ts'
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import type { ModelOut } from '../../contract/training.ts'
import { api, nameOf } from '../state/api.ts'
import { attempt, say, store, useApp } from '../state/app-state.ts'
import { newestUsable } from '../marking/checkpoints.ts'
import { createStore, useSelected } from '../state/store.ts'
import { refreshModels } from './training.ts'
import { reread } from '../state/reread.ts'

/** What the trader chose to start: a model, '' for the first that is ready; a checkpoint of it, '' for its newest. */
export interface LiveChoice {
  readonly model: string
  readonly checkpoint: string
}

export const liveChoice = createStore<LiveChoice>({ model: '', checkpoint: '' })

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

/** What is shown and would be started: of the session that runs, else as chosen. */
export function chosenLive(
  models: readonly ModelOut[],
  running: SessionOut | null,
  choice: LiveChoice,
): { model: ModelOut | undefined; newest: string | null; checkpoint: string } {
  const ready = models.filter((model) => newestUsable(model) !== null)
  const model = ready.find((one) => one.id === (running?.model ?? choice.model)) ?? ready[0] ?? models[0]
  const newest = (model === undefined ? null : newestUsable(model))?.version ?? null
  const wanted = choice.checkpoint === '' ? newest : choice.checkpoint
  return { model, newest, checkpoint: running?.checkpoint ?? wanted ?? '' }
}

/** What is shown and would be started, kept up to date. */
export function useLive() {
  const sessions = useApp((state) => state.sessions)
  const market = useApp((state) => state.market)
  const models = useApp((state) => state.models)
  const choice = useSelected(liveChoice, (chosen) => chosen)
  const running = runningSession(sessions, market)
  return { running, models, ...chosenLive(models, running, choice) }
}

/** I: stops the session that runs, or starts what is chosen. */
export function toggleLive(): void {
  const { sessions, market, models } = store.get()
  const running = runningSession(sessions, market)
  if (running !== null) return void stopLive(running.id)
  const { model, checkpoint } = chosenLive(models, running, liveChoice.get())
  if (model !== undefined) void startLive(model.id, checkpoint)
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
  accuracyTimer = setTimeout(() => reread('sessions', refreshSessions), ACCURACY_REST)
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
