// Starting and stopping live inference; its signals come back as events.
import type { SessionOut, SignalOut } from '../../contract/inference.ts'
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import type { ModelOut } from '../../contract/training.ts'
import { api, nameOf } from '../state/api.ts'
import { attempt, isShown, say, store, useApp, type AppState } from '../state/app-state.ts'
import { ALL_PATTERNS, newestUsable } from '../marking/checkpoints.ts'
import { createStore, useSelected } from '../state/store.ts'
import { refreshModels } from './training.ts'
import { reread } from '../state/reread.ts'

/** What the trader chose to start: a model, '' for the first that is ready; a checkpoint of it, '' for its newest, or all patterns'. */
export interface LiveChoice {
  readonly model: string
  readonly checkpoint: string
  /** One more is being asked for, while others run. */
  readonly isAnother: boolean
}

export const liveChoice = createStore<LiveChoice>({ model: '', checkpoint: '', isAnother: false })

/** Signals kept for the ribbon under the 1s chart; the panel lists the first fifty. */
const KEPT = 3600
/** Sessions of a market that are read, the newest. */
const SESSIONS = 20
/** A burst of marks asks once, ms. */
const ACCURACY_REST = 1000

/** The session that runs on `market`; of several `wanted`, by id, or the newest. */
export function runningSession(
  sessions: readonly SessionOut[],
  market: MarketName | null,
  wanted: string | null,
): SessionOut | null {
  if (market === null) return null
  const own = sessions.filter((session) => session.state === 'running' && sameMarket(session, market))
  const whole = own.find(({ part_of }) => part_of === undefined)
  return own.find(({ id }) => id === wanted) ?? whole ?? own[0] ?? null
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
  const running = useApp(runningHere)
  const models = useApp((state) => state.models)
  const choice = useSelected(liveChoice, (chosen) => chosen)
  return { running, choice, models, ...chosenLive(models, running, choice) }
}

/** The one of the shown market that is shown large. */
export function runningHere({ sessions, market, session }: AppState): SessionOut | null {
  return runningSession(sessions, market, session)
}

/** I: stops the session that runs, or starts what is chosen. */
export function toggleLive(): void {
  const { models } = store.get()
  const running = runningHere(store.get())
  if (running !== null) return void stopLive(running.id)
  const { model, checkpoint } = chosenLive(models, running, liveChoice.get())
  if (model !== undefined) void startLive(model.id, checkpoint)
}

/** Shift I: asks which one more is to run, or no more. */
export function askAnother(): void {
  liveChoice.set({ isAnother: !liveChoice.get().isAnother })
}

/** Starts `checkpoint` of `model`; '' takes the newest, of which the page may not have heard yet. */
export async function startLive(model: string, checkpoint: string): Promise<void> {
  const { market } = store.get()
  if (market === null) return
  const version = checkpoint === '' ? await newestOf(model) : checkpoint
  if (version === undefined) return say('There is no checkpoint yet: train a model first (T).', 'warn')
  await attempt(async () => {
    const which = version === ALL_PATTERNS ? { pattern: version } : { checkpoint: version }
    const session = await api.startSession({ model, ...nameOf(market), ...which })
    keepSession(session)
    liveChoice.set({ isAnother: false })
    store.set({ session: session.id })
  })
}

async function newestOf(id: string): Promise<string | undefined> {
  await refreshModels()
  const model = store.get().models.find((one) => one.id === id)
  return model === undefined ? undefined : newestUsable(model)?.version
}

export async function stopLive(session: string): Promise<void> {
  await attempt(async () => {
    keepSession(await api.stopSession(session))
  })
}

/** Reads those that run, on any market, and the last ones of the market that is shown; among them that of its newest signal. */
export async function refreshSessions(): Promise<void> {
  const { market, signals } = store.get()
  if (market === null) return
  const [running, own] = await Promise.all([
    api.sessions({ state: 'running' }),
    api.sessions({ ...nameOf(market), limit: SESSIONS }),
  ])
  const read = new Map([...own, ...running].map((session) => [session.id, session]))
  const last = signals[0]?.session
  // By a clock that began anew it may have begun before many others.
  if (last !== undefined && !read.has(last)) read.set(last, await api.session(last))
  if (isShown(market)) store.set({ sessions: byBeginning([...read.values()]) })
}

/** Puts one session as the server has it into the list. */
export function keepSession(session: SessionOut): void {
  const { sessions, latest } = store.get()
  const others = sessions.filter(({ id }) => id !== session.id)
  store.set({ sessions: byBeginning([...others, session]) })
  if (session.state === 'running' || !latest.has(session.id)) return
  store.set({ latest: new Map([...latest].filter(([id]) => id !== session.id)) })
}

/** Ids of sessions that run beside `large` on its market: their seconds are not those that are shown. */
export function besideIt(sessions: readonly SessionOut[], large: SessionOut | null): ReadonlySet<string> {
  const beside = sessions.filter(
    (one) => one.state === 'running' && large !== null && one.id !== large.id && sameMarket(one, large),
  )
  return new Set(beside.map(({ id }) => id))
}

/** Newest first. */
function byBeginning(sessions: readonly SessionOut[]): SessionOut[] {
  return sessions.toSorted((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at))
}

let accuracyTimer: ReturnType<typeof setTimeout> | undefined

/** Marks and reviewed spans decide how right calls were: once they rest, the session that is shown is read again if it made any. */
export function refreshAccuracySoon(): void {
  if ((shownSession()?.calls ?? 0) === 0) return
  clearTimeout(accuracyTimer)
  accuracyTimer = setTimeout(() => reread('session', refreshShown), ACCURACY_REST)
}

async function refreshShown(): Promise<void> {
  const shown = shownSession()
  if (shown !== null) keepSession(await api.session(shown.id))
}

function shownSession(): SessionOut | null {
  const { sessions, market, signals } = store.get()
  return runningHere(store.get()) ?? lastSession(sessions, market, signals)
}

/** Takes one signal in: onto the list, and among the calls when it opens one. */
export function keepSignal(signal: SignalOut): void {
  const { market, signals, calls, latest } = store.get()
  store.set({ latest: new Map(latest).set(signal.session, signal) })
  if (market === null || !sameMarket(signal, market)) return
  if (signals.some((one) => one.id === signal.id)) return
  const next = [signal, ...signals].slice(0, KEPT)
  if (signal.call_opens) store.set({ signals: next, calls: [...calls, signal] })
  else store.set({ signals: next })
}
