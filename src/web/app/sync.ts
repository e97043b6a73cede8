// Keeps the page's state as the server's: reads all at the start and after a lost place, then follows the events.
import type { AnnotationOut } from '../../contract/annotations.ts'
import type { SignalOut } from '../../contract/inference.ts'
import type { CandleEvent, HealthOut, MarketOut } from '../../contract/market.ts'
import type { OrderBookOut } from '../../contract/order-book.ts'
import type { TrainingRunOut } from '../../contract/training.ts'
import { keepAnnotation, refreshTestCases, sorted } from '../actions/annotations.ts'
import { keepSignal, refreshSessions } from '../actions/live.ts'
import { keepRun, newestFirst, refreshModels } from '../actions/training.ts'
import { refreshSpans } from '../actions/spans.ts'
import { board } from '../charts/board.ts'
import { keepOrderBook } from '../depth/depth-store.ts'
import { api } from './api.ts'
import { decimalsOf } from './format.ts'
import { listen } from './listen.ts'
import { say, store } from './state.ts'
import type { StreamMessage } from './stream.ts'

const RETRY = 2000
/** Signals and calls read at the start. */
const SIGNALS = 900
const CALLS = 2000

/** Starts everything: health, market, charts, lists, then events. Tries again until the server answers. */
export async function startSync(): Promise<void> {
  listen(receive)
  while (store.get().loading !== null) {
    try {
      await readAll()
      store.set({ loading: null })
      for (const message of early.splice(0)) receive(message)
    } catch (error) {
      store.set({ loading: error instanceof Error ? error.message : String(error) })
      await new Promise((resolve) => setTimeout(resolve, RETRY))
    }
  }
}

async function readAll(): Promise<void> {
  keepHealth(await api.health())
  const health = store.get().health!
  const { symbol, venue } = health.data_source
  const markets = await api.markets()
  const market = markets.find((one) => one.symbol === symbol && one.venue === venue) ?? null
  if (market === null) throw new Error(`The server serves ${symbol} but holds no market data of it yet.`)
  store.set({ market, marketReadAt: Date.parse(health.now) })
  await Promise.all([openCharts(market, health), readLists(symbol)])
}

async function openCharts(market: MarketOut, health: HealthOut): Promise<void> {
  await board.open(market.symbol, Date.parse(health.now))
  const window = board.pane('1s')?.window ?? board.pane('1m')?.window
  const rows = window?.rows.flatMap((row) => (row === null ? [] : [row[4]!])) ?? []
  const { cursor } = store.get()
  store.set({ digits: decimalsOf(rows), priceNow: priceOfLast() })
  if (cursor.follows) store.set({ cursor: { ...cursor, time: board.live || null } })
}

function priceOfLast(): number | null {
  return board.pane('1s')?.window.closedBefore(board.live)?.[4] ?? null
}

async function readLists(symbol: string): Promise<void> {
  const [annotations, models, runs, signals, calls] = await Promise.all([
    api.annotations(symbol),
    api.models(),
    api.trainingRuns(),
    api.signals({ symbol, limit: SIGNALS }),
    api.signals({ symbol, calls: true, limit: CALLS }),
    refreshSpans(),
    refreshSessions(),
  ])
  refreshTestCases()
  store.set({
    annotations: sorted(annotations),
    models,
    runs: newestFirst(runs),
    signals,
    calls: calls.toReversed(),
  })
}

/** Events that came while the first answers were being read: none is lost. */
const early: StreamMessage[] = []

function receive(message: StreamMessage): void {
  if (message.kind === 'state') return store.set({ stream: message.state })
  if (message.kind === 'lost') return void recover()
  if (store.get().loading !== null) return void early.push(message)
  const { type, data } = message
  if (type === 'candle') keepCandles(data as CandleEvent)
  if (type === 'order_book') keepOrderBook(data as OrderBookOut)
  if (type === 'annotation') keepAnnotation(data as AnnotationOut)
  if (type === 'training') keepRun(data as TrainingRunOut)
  if (type === 'signal') keepSignal(data as SignalOut)
  if (type === 'session') void refreshSessions().catch(() => undefined)
  if (type === 'health') followHealth(data as HealthOut)
}

async function recover(): Promise<void> {
  const symbol = store.get().market?.symbol
  if (symbol === undefined || store.get().loading !== null) return
  try {
    keepHealth(await api.health())
    await Promise.all([board.catchUp(), readLists(symbol)])
  } catch {
    say(
      'The server came back, but not everything could be read. Reload the page if something looks old.',
      'warn',
    )
  }
}

function keepCandles(event: CandleEvent): void {
  const { cursor, mark } = store.get()
  const isNewer = board.receive(event, cursor.follows && mark === null)
  if (!isNewer) return
  store.set({
    priceNow: event.candles.at(-1)?.[4] ?? null,
    ...(cursor.follows ? { cursor: { ...cursor, time: board.live } } : {}),
  })
}

function keepHealth(health: HealthOut): void {
  store.set({ health, healthAt: performance.now() })
}

let beats = 0

/** Other pages and the command line change things too: lists whose count changed are read again. */
function followHealth(health: HealthOut): void {
  const before = store.get().health
  keepHealth(health)
  if (before === null) return
  const [was, is] = [before.counts, health.counts]
  if (was.reviewed_spans !== is.reviewed_spans) void refreshSpans().catch(() => undefined)
  if (was.test_cases !== is.test_cases) refreshTestCases()
  if (was.active_sessions !== is.active_sessions) void refreshSessions().catch(() => undefined)
  if (was.training_runs !== is.training_runs) void refreshModels()
  const hasLive = is.active_sessions > 0
  if (hasLive && ++beats % 5 === 0) void refreshSessions().catch(() => undefined)
}
