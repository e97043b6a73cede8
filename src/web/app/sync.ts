// Keeps the page's state as the server's: reads all at the start and after a lost place, then follows the events.
import type { WireEvent } from '../../contract/events.ts'
import type { CandleEvent, HealthOut, MarketOut } from '../../contract/market.ts'
import { keepAnnotation, keepTestCase } from '../actions/annotations.ts'
import { keepCall } from '../actions/calls.ts'
import { keepSession, keepSignal, refreshAccuracySoon, refreshSessions } from '../actions/live.ts'
import { agePreview, keepPreview, recallPreview } from '../actions/preview.ts'
import { keepInHand, recallInHand } from '../actions/in-hand.ts'
import { keepCursor } from '../actions/kept-cursor.ts'
import { tellEntries } from '../actions/shown.ts'
import { firstOf, nowOf, refreshMarkets } from '../actions/markets.ts'
import { keepRun, readRuns, refreshModels } from '../actions/training.ts'
import { refreshSpans } from '../actions/spans.ts'
import { keepWorkers, readWorkers } from '../actions/workers.ts'
import { keepBacktest, readBacktests } from '../backtests/keep-backtests.ts'
import { board } from '../charts/board.ts'
import { keepOrderBook } from '../depth/depth-store.ts'
import { beginFirstRun } from '../guide/keep-first-run.ts'
import { api } from '../state/api.ts'
import { decimalsOf } from '../state/format.ts'
import { listen } from '../state/listen.ts'
import { readLists, showMarket } from '../actions/read-market.ts'
import { addressIn, type Address } from '../state/address.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { keepAddress, marketOf, layOut } from './keep-address.ts'
import { recallNotices } from '../actions/call-notice.ts'
import type { StreamMessage } from '../state/stream.ts'
import { reread } from '../state/reread.ts'

const RETRY = 2000

/** Starts everything: health, market, charts, lists, then events. Tries again until the server answers. */
export async function startSync(): Promise<void> {
  const opened = addressIn(location.hash)
  layOut(opened)
  store.set({ showsPreview: recallPreview(localStorage) })
  recallNotices()
  const askForPreviews = listen(receive, store.get().showsPreview)
  store.watch(({ showsPreview }, before) => {
    if (showsPreview !== before.showsPreview) askForPreviews(showsPreview)
  })
  while (store.get().loading !== null) {
    try {
      // What is read now knows of what was told before.
      early.splice(0)
      await readAll(opened)
      takeInHand()
      beginFirstRun(isUntouched())
      store.set({ loading: null })
      for (const message of early.splice(0)) receive(message)
    } catch (error) {
      store.set({ loading: error instanceof Error ? error.message : String(error) })
      await new Promise((resolve) => setTimeout(resolve, RETRY))
    }
  }
  await attempt(() => keepAddress(opened))
}

/** Nobody marked or trained anything here yet. */
function isUntouched(): boolean {
  const { annotations, models } = store.get()
  return annotations.length === 0 && models.every(({ checkpoints }) => checkpoints.length === 0)
}

/** What was in hand before a reload is again, and is kept from now on. */
function takeInHand(): void {
  const { market } = store.get()
  const kept = market === null ? null : recallInHand(sessionStorage, market, performance.now())
  if (kept !== null) {
    store.set(kept)
    const { time } = kept.cursor
    if (time !== null) void board.reveal(time)
  }
  tellEntries()
  store.watch((state, before) => {
    const { mark, spanStart, cursor } = state
    if (cursor !== before.cursor) keepCursor(sessionStorage, state)
    const isHeld = mark !== null || spanStart !== null
    if (mark !== before.mark || spanStart !== before.spanStart || (isHeld && cursor !== before.cursor))
      keepInHand(sessionStorage, state, performance.now())
  })
}

async function readAll(opened: Address): Promise<void> {
  const health = await api.health()
  keepHealth(health)
  const markets = await refreshMarkets()
  const market = marketOf(opened, markets) ?? firstOf(markets)
  if (market === null) {
    const { symbol } = health.data_source
    throw new Error(`The server serves ${symbol} but holds no market data of it yet.`)
  }
  await Promise.all([showMarket(market, nowOf(market)), readAllMarkets()])
}

/** What belongs to no market alone. */
async function readAllMarkets(): Promise<void> {
  await Promise.all([refreshModels(), readRuns(), readBacktests()])
  reread('workers', readWorkers)
}

/** Events that came while the first answers were being read: none is lost. */
const early: StreamMessage[] = []

function receive(message: StreamMessage): void {
  if (message.kind === 'state') return store.set({ stream: message.state })
  if (store.get().loading !== null) return void early.push(message)
  if (message.kind === 'lost') return void recover()
  follow(message)
}

/** Each event carries what the contract says under its name. */
function follow(event: WireEvent): void {
  switch (event.type) {
    case 'candle':
      return keepCandles(event.data)
    case 'order_book':
      return keepOrderBook(event.data)
    case 'annotation':
      keepAnnotation(event.data)
      agePreview()
      return refreshAccuracySoon()
    case 'test_case':
      return keepTestCase(event.data)
    case 'training':
      return keepRun(event.data)
    case 'backtest':
      return keepBacktest(event.data)
    case 'preview':
      return keepPreview(event.data)
    case 'signal':
      return keepSignal(event.data)
    case 'call':
      return keepCall(event.data)
    case 'model':
      return reread('models', refreshModels)
    case 'session':
      return keepSession(event.data)
    case 'health':
      return followHealth(event.data)
  }
}

let recovering = 0

/** Reads everything again, until it could be read or a newer call does: what was missed stays missed otherwise. */
async function recover(tries = 0): Promise<void> {
  const turn = ++recovering
  const { market, loading } = store.get()
  if (market === null || loading !== null) return
  try {
    await readAgain(market)
  } catch {
    if (tries === 0) say('The server came back, but not everything could be read yet. Trying again.', 'warn')
    await new Promise((resolve) => setTimeout(resolve, RETRY))
    if (turn === recovering) await recover(tries + 1)
  }
}

async function readAgain(shown: MarketOut): Promise<void> {
  keepHealth(await api.health())
  await refreshMarkets()
  await Promise.all([board.catchUp(), readLists(store.get().market ?? shown), readAllMarkets()])
}

function keepCandles(event: CandleEvent): void {
  const { cursor, mark } = store.get()
  const isNewer = board.receive(event, cursor.follows && mark === null)
  if (!isNewer) return
  const priceNow = event.candles.at(-1)?.[4] ?? null
  store.set({
    priceNow,
    // A market may come to trade in finer steps than its last candles showed.
    digits: Math.max(store.get().digits, decimalsOf(priceNow === null ? [] : [priceNow])),
    ...(cursor.follows ? { cursor: { ...cursor, time: board.live } } : {}),
  })
}

function keepHealth(health: HealthOut): void {
  store.set({ health, healthAt: performance.now() })
}

let beats = 0
/** Health comes every two seconds; so many of them apart, the lists are read again. */
const MARKETS_EVERY = 15
const SESSIONS_EVERY = 5

/** Which markets are followed and how they do, as one text to compare. */
function streamsOf({ data_sources }: HealthOut): string {
  return data_sources.map(({ venue, symbol, state }) => `${venue} ${symbol} ${state}`).join('\n')
}

/** Other pages and the command line change things too: lists whose count changed are read again. */
function followHealth(health: HealthOut): void {
  const before = store.get().health
  keepHealth(health)
  if (before === null) return
  const [was, is] = [before.counts, health.counts]
  if (was.reviewed_spans !== is.reviewed_spans) agePreview()
  if (was.reviewed_spans !== is.reviewed_spans) reread('reviewed spans', refreshSpans)
  if (was.active_sessions !== is.active_sessions) reread('sessions', refreshSessions)
  if (was.training_runs !== is.training_runs) reread('models', refreshModels)
  beats++
  keepWorkers(beats)
  // Where test cases are possible grows with the market.
  const isDue = beats % MARKETS_EVERY === 0 || streamsOf(before) !== streamsOf(health)
  if (isDue) reread('markets', refreshMarkets)
  if (was.annotations !== is.annotations || was.reviewed_spans !== is.reviewed_spans) refreshAccuracySoon()
  const hasPosition = store
    .get()
    .sessions.some((one) => one.state === 'running' && one.position !== undefined)
  if (is.active_sessions > 0 && (beats % SESSIONS_EVERY === 0 || hasPosition))
    reread('sessions', refreshSessions)
}
