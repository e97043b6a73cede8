// The address goes along with the page, and the page with the address: at the start, after Back and Forward, and when one is pasted.
import type { MarketOut } from '../../contract/market.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { keepCursor, recallCursor } from '../actions/kept-cursor.ts'
import { switchTo } from '../actions/markets.ts'
import { returnTo } from '../actions/stand.ts'
import { board } from '../charts/board.ts'
import { chartStore } from '../charts/chart-state.ts'
import {
  addressIn,
  hashOf,
  intervalsOf,
  isStep,
  keptDialog,
  NOWHERE,
  type Address,
} from '../state/address.ts'
import { nameOf } from '../state/api.ts'
import { say, store, type AppState } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import type { Timeframe } from '../state/timeframes.ts'
import { asSeen } from '../state/seen.ts'

/** Browsers let a page change its address about three times a second. */
const PAUSE = 400

let written: Address = NOWHERE
let isGoing = false
let timer: ReturnType<typeof setTimeout> | null = null

/** The market to begin with; null where the address names none that is here. Where it hides the future, it is hidden from the first candle on. */
export function marketOf(opened: Address, markets: readonly MarketOut[]): MarketOut | null {
  const market = markets.find((one) => opened.market !== null && sameMarket(one, opened.market)) ?? null
  if (market === null || !opened.hidden) return market
  const cursor = { time: opened.at, follows: false, hidesFuture: true }
  if (!isBlind(recallCursor(sessionStorage, market))) keepCursor(sessionStorage, { market, cursor })
  return market
}

/** Goes where the page was opened, then keeps its address. Once, when the first answers are there. */
export async function keepAddress(opened: Address): Promise<void> {
  if (hashOf(opened) !== '') await go(besideReload(opened, store.get()))
  written = addressNow()
  replace(written)
  addEventListener('popstate', () => void go(addressIn(location.hash)))
  store.watch(writeSoon)
  chartStore.watch(writeSoon)
}

/** A mark in hand, and the future that was hidden before a reload, say themselves where the cursor stands. */
function besideReload(address: Address, { cursor, mark, spanStart }: AppState): Address {
  const isHeld = mark !== null || spanStart !== null || isBlind(cursor)
  if (!isHeld) return address
  return { ...address, hidden: isBlind(cursor), at: cursor.follows ? null : cursor.time }
}

function writeSoon(): void {
  timer ??= setTimeout(() => {
    timer = null
    if (!isGoing) write(addressNow())
  }, PAUSE)
}

function write(address: Address): void {
  const hash = hashOf(address)
  if (hash === hashOf(written)) return
  if (isStep(written, address)) history.pushState(null, '', hash)
  else replace(address)
  written = address
}

function replace(address: Address): void {
  const { pathname, search } = location
  history.replaceState(null, '', `${pathname}${search}${hashOf(address)}`)
}

function addressNow(): Address {
  const { market, cursor, selected, dialog, shownRun, maximised, layout, intervals } = asSeen(store.get())
  return {
    market: market === null ? null : nameOf(market),
    at: cursor.follows ? null : cursor.time,
    hidden: isBlind(cursor),
    selected,
    dialog: keptDialog(dialog),
    run: shownRun,
    maximised,
    layout,
    third: otherThan('1h', intervals),
    fourth: otherThan('1d', intervals),
    views: board.views(),
  }
}

function otherThan(place: Timeframe, intervals: AppState['intervals']): string | null {
  const { name } = intervals[place]
  return name === place ? null : name
}

/** Before anything is read: the charts are made for it. */
export function layOut(address: Address): void {
  const { intervals: now } = store.get()
  store.set({ layout: address.layout, intervals: intervalsOf(address, now) })
}

async function go(address: Address): Promise<void> {
  isGoing = true
  try {
    await show(address)
    written = address
  } finally {
    isGoing = false
  }
}

async function show(address: Address): Promise<void> {
  const { markets, market: shown } = store.get()
  const { market: wanted, at, hidden, views, selected, dialog, run, maximised } = address
  const market = wanted === null ? shown : (markets.find((one) => sameMarket(one, wanted)) ?? null)
  if (market === null) {
    if (wanted !== null)
      say(`The address names ${wanted.symbol} of ${wanted.venue}, which is not here.`, 'warn')
    return
  }
  layOut(address)
  const cursor = { time: at ?? (board.live || null), follows: at === null, hidesFuture: hidden }
  await switchTo(market)
  await returnTo({ market, cursor, maximised, views })
  if (at === null) keepLengths(views)
  else await board.reveal(at)
  store.set({ selected, dialog: dialog === 'case' && selected === null ? null : dialog, shownRun: run })
}

function keepLengths(views: Address['views']): void {
  const now = board.views()
  for (const [timeframe, { from, to }] of views) {
    const seen = now.get(timeframe)
    if (seen !== undefined) board.zoom(timeframe, (to - from) / (seen.to - seen.from))
  }
}
