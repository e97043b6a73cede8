// What the view of backtests shows: a new one being asked for, or one that is looked at, with its calls as they were read.
import type { BacktestBody, BacktestDetail, BacktestOut } from '../../contract/backtests.ts'
import type { MarketOut } from '../../contract/market.ts'
import { sameMarket } from '../../contract/market-name.ts'
import type { ModelOut } from '../../contract/training.ts'
import { newestUsable } from '../marking/checkpoints.ts'
import { api } from '../state/api.ts'
import { store, type AppState } from '../state/app-state.ts'
import { horizonOf } from '../state/horizon.ts'
import { createStore } from '../state/store.ts'
import { testedOf } from '../state/tested.ts'
import { shownZone } from '../state/zone.ts'
import {
  bodiesOf,
  draftOf,
  EMPTY,
  instantOf,
  keyOfBody,
  keyOfCheckpoint,
  usualSpan,
  type Draft,
  type Filled,
} from './draft.ts'
import { keepBacktest } from './keep-backtests.ts'

export interface BacktestView {
  readonly draft: Draft
  /** Asks for a new one. */
  readonly isAsking: boolean
  /** Id of the one that is looked at; '' for the newest. */
  readonly looked: string
  /** Its calls, trades and equity; words where they could not be read; null while they are. */
  readonly detail: BacktestDetail | string | null
  readonly isStarting: boolean
  /** Why some, or all, were not started, in words. */
  readonly refused: readonly string[]
}

export const backtestView = createStore<BacktestView>({
  draft: EMPTY,
  isAsking: false,
  looked: '',
  detail: null,
  isStarting: false,
  refused: [],
})

export function change(part: Partial<Draft>): void {
  backtestView.set({ draft: { ...backtestView.get().draft, ...part }, refused: [] })
}

export function lookAt(id: string): void {
  backtestView.set({ looked: id, isAsking: false })
}

/** Asks for a new one; with the terms of `like` where that is given. */
export function ask(like?: BacktestOut): void {
  const draft = like === undefined ? backtestView.get().draft : draftOf(like)
  backtestView.set({ draft, isAsking: true, refused: [] })
}

/** The draft with what it leaves out filled in: the market that is shown, its usual span, the newest checkpoint that can be used. */
export function filled(
  draft: Draft,
  { models, market: shown, markets, cursor }: Pick<AppState, 'models' | 'market' | 'markets' | 'cursor'>,
): { draft: Filled; market: MarketOut | null } {
  const market = markets.find((one) => draft.market !== null && sameMarket(one, draft.market)) ?? shown
  const span = usualSpan(market, horizonOf(cursor))
  const checkpoints = draft.checkpoints ?? usualCheckpoint(models)
  const isKept = !tellsOfLater(draft, horizonOf(cursor))
  const from = (isKept ? draft.from : null) ?? span?.from ?? ''
  const to = (isKept ? draft.to : null) ?? span?.to ?? ''
  return { draft: { ...draft, checkpoints, from, to }, market }
}

/** A span that was asked for before the future was hidden. */
function tellsOfLater({ from, to }: Draft, horizon: number): boolean {
  return [from, to].some((text) => text !== null && instantOf(text) > horizon)
}

function usualCheckpoint(models: readonly ModelOut[]): string[] {
  for (const model of models) {
    const newest = newestUsable(model)
    if (newest !== null) return [keyOfCheckpoint(model.id, model.promoted ?? newest.version)]
  }
  return []
}

/** Starts one for each chosen checkpoint, and looks at the first; what is refused is said and can be changed. */
export async function start(): Promise<void> {
  const { draft, market } = filled(backtestView.get().draft, store.get())
  if (market === null || backtestView.get().isStarting) return
  const bodies = bodiesOf(draft, market)
  if (typeof bodies === 'string') return backtestView.set({ refused: [bodies] })
  backtestView.set({ draft, isStarting: true, refused: [] })
  const started: string[] = []
  const refused: string[] = []
  const left: string[] = []
  for (const body of bodies) {
    try {
      started.push(await startOne(body))
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      const key = keyOfBody(body)
      refused.push(`${key.replace('@', ' ')}: ${words}`)
      left.push(key)
    }
  }
  // What has been started is not started twice.
  const checkpoints = left.length > 0 ? left : draft.checkpoints
  backtestView.set({ draft: { ...draft, checkpoints }, isStarting: false, refused })
  if (refused.length === 0 && started[0] !== undefined) lookAt(started[0])
}

async function startOne(body: BacktestBody): Promise<string> {
  const backtest = await api.startBacktest(body)
  keepBacktest(backtest)
  return backtest.id
}

/** Reads the calls of one that is done, with hours of the zone that is shown, and marks them on the charts. */
export async function readDetail(id: string, within: AbortSignal): Promise<void> {
  backtestView.set({ detail: null })
  try {
    const detail = await api.backtest(id, shownZone(), within)
    if (within.aborted) return
    backtestView.set({ detail })
    store.set({ tested: testedOf(detail) })
  } catch (error) {
    if (!within.aborted) backtestView.set({ detail: error instanceof Error ? error.message : String(error) })
  }
}
