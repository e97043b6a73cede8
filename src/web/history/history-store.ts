// History on demand: what is missing in a chart's view, what fetching it would take, and fetching it.
import type { HistoryCostOut } from '../../contract/exchanges.ts'
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import { api, nameOf } from '../state/api.ts'
import { plural } from '../state/format.ts'
import { isShown, say, store } from '../state/app-state.ts'
import { horizonOf } from '../state/horizon.ts'
import { createStore, useSelected } from '../state/store.ts'
import { TIMEFRAMES, type Timeframe } from '../state/timeframes.ts'
import { refreshMarkets, sourceOf } from '../actions/markets.ts'
import { board } from '../charts/board.ts'
import type { Span } from '../charts/candle-window.ts'
import { lookedAt, missingOf, spanText } from './holes.ts'
import { reread } from '../state/reread.ts'

export interface Offer {
  readonly span: Span
  /** Null while the server is being asked. */
  readonly cost: HistoryCostOut | null
  readonly isFetching: boolean
  /** What went wrong, in the server's words. */
  readonly problem: string | null
}

type Offers = Readonly<Record<Timeframe, Offer | null>>
const NOTHING: Offers = { '1d': null, '1h': null, '1m': null, '1s': null }
const offers = createStore<{ of: Offers }>({ of: NOTHING })

interface Barren extends MarketName {
  readonly timeframe: Timeframe
  readonly span: Span
}

/** Stretches that the exchange was asked for and had nothing of: not offered again. */
const barren: Barren[] = []

/** A view that rests so long is looked at, ms. */
const REST = 350

export function useOffer(timeframe: Timeframe): Offer | null {
  return useSelected(offers, (state) => state.of[timeframe])
}

function put(timeframe: Timeframe, offer: Offer | null): void {
  offers.set({ of: { ...offers.get().of, [timeframe]: offer } })
}

const resting = new Map<Timeframe, ReturnType<typeof setTimeout>>()

/** A chart's candles or view changed: once it rests, what is missing in it is found out. */
export function lookSoon(timeframe: Timeframe): void {
  if (offers.get().of[timeframe]?.isFetching === true || resting.has(timeframe)) return
  resting.set(
    timeframe,
    setTimeout(() => {
      resting.delete(timeframe)
      void look(timeframe)
    }, REST),
  )
}

/** Watches the cursor too, once. */
export function wireHistory(): void {
  store.watch((state, previous) => {
    if (state.market !== previous.market || state.cursor.time !== previous.cursor.time)
      for (const timeframe of TIMEFRAMES) lookSoon(timeframe)
    for (const timeframe of TIMEFRAMES)
      if (state.intervals[timeframe] !== previous.intervals[timeframe]) put(timeframe, null)
  })
}

async function look(timeframe: Timeframe): Promise<void> {
  const { cursor, market, health, intervals } = store.get()
  const pane = board.pane(timeframe)
  const isFetched = sourceOf(health, market)?.kind === 'exchange'
  if (pane === null || market === null || !isFetched || board.live === 0) return put(timeframe, null)
  const { base, name } = intervals[timeframe]
  // What a test case needs is of the stored timeframes.
  const at = cursor.follows || name !== timeframe ? null : cursor.time
  const spans = lookedAt(base, pane.visible(), at, Math.min(board.live, horizonOf(cursor)))
  const missing = spans.map((span) => missingOf(pane.window, span)).find((span) => span !== null)
  if (missing === undefined) return put(timeframe, null)
  const known = barren.find(
    (one) => one.timeframe === base && sameMarket(one, market) && isWithin(missing, one.span),
  )
  if (known !== undefined)
    return put(timeframe, { span: missing, cost: null, isFetching: false, problem: barrenText(known) })
  await ask(timeframe, missing)
}

/** Finds out what fetching `span` would take; the chart says it. */
async function ask(timeframe: Timeframe, span: Span): Promise<void> {
  const { market } = store.get()
  const before = offers.get().of[timeframe]
  if (market === null || (before !== null && isSameSpan(before.span, span))) return
  put(timeframe, { span, cost: before?.cost ?? null, isFetching: false, problem: null })
  const found = await api.historyCost({ ...nameOf(market), timeframe: storedOn(timeframe), ...span }).then(
    (cost) => ({ cost, problem: null }),
    (error: unknown) => ({ cost: null, problem: wordsOf(error) }),
  )
  const now = offers.get().of[timeframe]
  if (!isShown(market) || now === null || now.isFetching || !isSameSpan(now.span, span)) return
  const isKnown = found.cost !== null && found.cost.missing.length === 0
  put(timeframe, isKnown ? null : { span, ...found, isFetching: false })
}

function isSameSpan(a: Span, b: Span): boolean {
  return a.from === b.from && a.to === b.to
}

/** W: fetches what is missing in view of the chart in hand, else of the finest chart that misses something. */
export function fetchMissing(): void {
  const { focused } = store.get()
  const order = [focused, ...TIMEFRAMES.toReversed().filter((one) => one !== focused)]
  const wanted = order.find((one) => isOffered(offers.get().of[one]))
  if (wanted === undefined) return say('Nothing in view that could be fetched.')
  void fetchOffer(wanted)
}

/** The stored timeframe that a chart's candles are made of: what is fetched for it. */
function storedOn(place: Timeframe): Timeframe {
  return store.get().intervals[place].base
}

export function isOffered(offer: Offer | null): boolean {
  return offer?.cost != null && offer.cost.way !== 'none' && !offer.isFetching
}

export async function fetchOffer(timeframe: Timeframe): Promise<void> {
  const offer = offers.get().of[timeframe]
  const { market } = store.get()
  if (offer === null || market === null || !isOffered(offer)) return
  put(timeframe, { ...offer, isFetching: true, problem: null })
  try {
    const stored = storedOn(timeframe)
    const { added, missing } = await api.fetchHistory({ ...nameOf(market), timeframe: stored, ...offer.span })
    if (added === 0 && missing.length > 0)
      barren.push({ ...nameOf(market), timeframe: stored, span: offer.span })
    put(timeframe, null)
    if (!isShown(market)) return
    await board.reload(timeframe, offer.span)
    sayFetched(stored, added, missing.length)
    reread('markets', refreshMarkets)
  } catch (error) {
    put(timeframe, { ...offer, isFetching: false, problem: wordsOf(error) })
  }
}

function isWithin(inner: Span, outer: Span): boolean {
  return inner.from >= outer.from && inner.to <= outer.to
}

function barrenText({ venue, timeframe, span }: Barren): string {
  return `${venue} has no ${timeframe} candles of ${spanText(span)}.`
}

function sayFetched(timeframe: Timeframe, added: number, missing: number): void {
  if (missing === 0)
    return say(`${plural(added, 'row')} of ${timeframe} fetched; nothing is missing there now.`, 'good')
  say(
    `${plural(added, 'row')} of ${timeframe} fetched; ${plural(missing, 'stretch', 'stretches')} the exchange does not have.`,
    'warn',
  )
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
