// The page's state and its store. What the server knows is kept as the server sent it.
import type { AnnotationOut, ReviewedSpanOut, TestCaseState } from '../../contract/annotations.ts'
import type { BacktestOut } from '../../contract/backtests.ts'
import type { CallOut } from '../../contract/live-calls.ts'
import type { SessionOut, SignalOut } from '../../contract/inference.ts'
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import type { HealthOut, MarketOut } from '../../contract/market.ts'
import type { PreviewOut } from '../../contract/preview.ts'
import type { ModelOut, TrainingRunOut } from '../../contract/training.ts'
import type { WorkerOut } from '../../contract/workers.ts'
import type { Likeness, SecondLooking, Suggesting } from './asking.ts'
import type { Cursor } from './horizon.ts'
import { OWN_INTERVALS, type Intervals } from './interval.ts'
import { STACK, type Layout } from './layout.ts'
import { EVERYTHING, type ListFilter } from './list-filter.ts'
import type { Mark, Part } from './mark.ts'
import { ApiError } from './request.ts'
import type { Misses } from './run-misses.ts'
import { asSeen } from './seen.ts'
import { createStore, useSelected } from './store.ts'
import type { Tested } from './tested.ts'
import type { Timeframe } from './timeframes.ts'

export type StreamState = 'connecting' | 'open' | 'reconnecting'
export type Dialog =
  | 'keys'
  | 'go'
  | 'case'
  | 'markets'
  | 'validation'
  | 'compare'
  | 'models'
  | 'backtests'
  | 'third'
  | 'fourth'
  | 'look'
  | 'guide'
  | 'picture'
  | 'data-set'
  | null
export type ListTab = 'annotations' | 'reviewed' | 'misses' | 'bin'

export interface Notice {
  readonly id: number
  readonly tone: 'info' | 'good' | 'warn' | 'bad'
  readonly text: string
  /** A newer one about the same takes its place. */
  readonly about: string | null
}

export interface AppState {
  readonly stream: StreamState
  readonly health: HealthOut | null
  /** Page clock, ms, when health came. */
  readonly healthAt: number
  /** Every market there is data of, the served one first. */
  readonly markets: readonly MarketOut[]
  /** The one that is shown. */
  readonly market: MarketOut | null
  /** The source's clock, UTC ms, when the market was read. */
  readonly marketReadAt: number
  /** Loading the first answers: null when done, else what went wrong or ''. */
  readonly loading: string | null
  /** By entry, newest first. */
  readonly annotations: readonly AnnotationOut[]
  /** There are older ones, which are still being read. */
  readonly isReadingOlder: boolean
  readonly testCases: ReadonlyMap<string, TestCaseState>
  readonly reviewed: readonly ReviewedSpanOut[]
  readonly cursor: Cursor
  readonly mark: Mark | null
  /** What of the mark the trader holds on to with the pointer. */
  readonly held: Part | null
  /** Why it cannot be left where the pointer is, in words. */
  readonly heldFault: string | null
  /** Drags over the charts draw annotations, until it is turned off. */
  readonly isDrawing: boolean
  /** R was pressed once: the span's start. */
  readonly spanStart: number | null
  readonly selected: string | null
  /** Annotations chosen for a training, by id. */
  readonly chosen: readonly string[]
  readonly tab: ListTab
  /** Which annotations the list shows. */
  readonly listFilter: ListFilter
  readonly isSaving: boolean
  readonly models: readonly ModelOut[]
  readonly runs: readonly TrainingRunOut[]
  /** Who does jobs of runs beside the server, the longest there first. */
  readonly workers: readonly WorkerOut[]
  /** The run whose result is shown; null: the newest. */
  readonly shownRun: string | null
  /** Runs that are compared, by id. */
  readonly compared: readonly string[]
  readonly sessions: readonly SessionOut[]
  /** The session that is shown large where it runs on the shown market, by id; null for the newest. */
  readonly session: string | null
  /** The newest signal of each session, of any market, as far as it came while this page was open. */
  readonly latest: ReadonlyMap<string, SignalOut>
  /** Newest first. */
  readonly signals: readonly SignalOut[]
  /** Signals that open a call, ascending. */
  readonly calls: readonly SignalOut[]
  /** Calls as they are followed to their end, newest first; of those before outcomes were kept there are none. */
  readonly followed: readonly CallOut[]
  /** The call that is selected, by id. */
  readonly call: string | null
  readonly misses: Misses | null
  /** Of every market, newest first, as far as they were read. */
  readonly backtests: readonly BacktestOut[]
  /** The backtest whose calls the charts mark. */
  readonly tested: Tested | null
  readonly showsTested: boolean
  /** What `instant` would call in the shown market, out of fold; null before it is known. */
  readonly preview: PreviewOut | null
  /** A mark changed since: the next preview is on its way. */
  readonly isPreviewOld: boolean
  readonly showsPreview: boolean
  /** Suggestions are being asked; null while they are not. */
  readonly suggesting: Suggesting | null
  /** Labelled moments are being looked at again, blind; null while they are not. */
  readonly secondLook: SecondLooking | null
  /** Moments like one are shown, of any market; null while they are not. */
  readonly like: Likeness | null
  readonly focused: Timeframe
  readonly maximised: Timeframe | null
  /** How the charts are laid out while none is alone. */
  readonly layout: Layout
  /** What each chart's candles are long: the third's and the fourth's can be chosen. */
  readonly intervals: Intervals
  readonly linked: boolean
  readonly dialog: Dialog
  readonly notices: readonly Notice[]
  /** Decimals of the market's prices. */
  readonly digits: number
  readonly priceNow: number | null
  /** By how much the charts that follow are behind the source's clock, ms of its time; 0 while they keep up. */
  readonly behind: number
}

export const store = createStore<AppState>({
  stream: 'connecting',
  health: null,
  healthAt: 0,
  markets: [],
  market: null,
  marketReadAt: 0,
  loading: '',
  annotations: [],
  isReadingOlder: true,
  testCases: new Map(),
  reviewed: [],
  cursor: { time: null, follows: true, hidesFuture: false },
  mark: null,
  held: null,
  heldFault: null,
  isDrawing: false,
  spanStart: null,
  selected: null,
  chosen: [],
  tab: 'annotations',
  listFilter: EVERYTHING,
  isSaving: false,
  models: [],
  runs: [],
  workers: [],
  shownRun: null,
  compared: [],
  sessions: [],
  session: null,
  latest: new Map(),
  signals: [],
  calls: [],
  followed: [],
  call: null,
  misses: null,
  backtests: [],
  tested: null,
  showsTested: true,
  preview: null,
  isPreviewOld: false,
  showsPreview: true,
  suggesting: null,
  secondLook: null,
  like: null,
  focused: '1s',
  maximised: null,
  layout: STACK,
  intervals: OWN_INTERVALS,
  linked: true,
  dialog: null,
  notices: [],
  digits: 2,
  priceNow: null,
  behind: 0,
})

/** Whether the market that is being looked at is `market`. */
export function isShown(market: MarketName): boolean {
  const { market: shown } = store.get()
  return shown !== null && sameMarket(shown, market)
}

/** What `select` reads of the page's state as far as it may be seen, kept up to date. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useSelected(store, (state) => select(asSeen(state)))
}

/** What `select` reads of all there is: for what acts on later marks too, and shows nothing of them. */
export function useWhole<T>(select: (state: AppState) => T): T {
  return useSelected(store, select)
}

let notices = 0

/** Says `text` to the trader for a few seconds; bad news stays longer. `about`: in place of what was said about that before. */
export function say(text: string, tone: Notice['tone'] = 'info', about: string | null = null): void {
  const notice = { id: ++notices, tone, text, about }
  const others = store.get().notices.filter((one) => about === null || one.about !== about)
  store.set({ notices: [...others.slice(-2), notice] })
  setTimeout(() => dismiss(notice.id), tone === 'bad' ? 12_000 : tone === 'warn' ? 8000 : 4000)
}

export function dismiss(id: number): void {
  store.set({ notices: store.get().notices.filter((notice) => notice.id !== id) })
}

/** Runs `work`; what goes wrong is said in the server's own words. True when it went well. */
export async function attempt(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    // What was let go for another market is no news.
    if (!(error instanceof ApiError && error.code === 'gone'))
      say(error instanceof Error ? error.message : String(error), 'bad')
    return false
  }
}
