// Tells the server, in the background, what was on the charts, and when an entry is chosen: it decides whether a mark knew what came.
import { pathOf } from '../../contract/client.ts'
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import { api, nameOf } from '../state/api.ts'
import { say, store, type AppState } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { ShownLog, type Stretch, type Told } from '../state/shown-log.ts'
import type { Timeframe } from '../state/timeframes.ts'

/** What is new is told after so long, ms; what only went on with time later, or when an entry is chosen. */
const SOON = 2000
const LATER = 15_000
/** Stretches of one request. */
const MOST = 256

const log = new ShownLog()
let market: MarketName | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let isSoon = false
let telling: Promise<void> = Promise.resolve()

/** A chart painted candles of [from, to), UTC ms. */
export function noteShown(timeframe: Timeframe, stretch: Stretch): void {
  const { market: shown } = store.get()
  if (shown === null) return
  if (market === null || !sameMarket(market, shown)) turnTo(shown)
  const news = log.note(timeframe, stretch)
  if (news === 'new' && !isSoon) plan(true)
  else if (news === 'goes on' && timer === undefined) plan(false)
}

function plan(soon: boolean): void {
  clearTimeout(timer)
  isSoon = soon
  timer = setTimeout(() => void tell(), soon ? SOON : LATER)
}

/** Resolves when what was chosen so far has reached the server, or could not. */
export function allTold(): Promise<void> {
  return telling
}

/** An entry was chosen; resolves when the server knows what was shown by then, or could not be told. */
export function tellEntry(entry: number): Promise<void> {
  return tell(entry)
}

/** From now on each entry that is chosen is told of at once, and what is new when the page goes. */
export function tellEntries(): void {
  store.watch((state, before) => {
    // One that is dragged is chosen where it is dropped.
    if (state.held !== null || before.held !== null) return
    const entry = state.mark?.entry.time
    if (entry !== undefined && entry !== entryBefore(state, before)) void tell(entry)
  })
  addEventListener('pagehide', () => {
    const news = newsOf()
    if (news === null) return
    const body = new Blob([JSON.stringify(news)], { type: 'application/json' })
    navigator.sendBeacon(pathOf('reportShown', { body: news }), body)
  })
}

/** One that is taken in hand again has its entry already. */
function entryBefore({ mark }: AppState, before: AppState): number | undefined {
  if (before.mark !== null) return before.mark.entry.time
  return mark?.editing == null ? undefined : Date.parse(mark.editing.entry.timestamp)
}

function turnTo(next: MarketName): void {
  if (market !== null) void tell()
  log.forget()
  market = nameOf(next)
}

interface News extends MarketName {
  readonly spans: Told[]
  readonly entry?: number
}

function newsOf(entry?: number): News | null {
  clearTimeout(timer)
  timer = undefined
  isSoon = false
  const spans = log.take(MOST)
  if (market === null || (spans.length === 0 && entry === undefined)) return null
  return { ...market, spans, ...(entry === undefined ? {} : { entry }) }
}

function tell(entry?: number): Promise<void> {
  const news = newsOf(entry)
  if (news !== null) telling = telling.then(() => send(news))
  return telling
}

/** What did not arrive is told with what is new next; that the server does not answer the page says elsewhere. */
async function send(news: News): Promise<void> {
  try {
    const { visible_until: until } = await api.reportShown(news)
    if (until !== null && isBlind(store.get().cursor))
      say('What comes after this second was on the screen before: the mark counts as made in hindsight.')
  } catch {
    if (market !== null && sameMarket(market, news)) log.putBack(news.spans)
  }
}
