// The markets: which there are, switching between them, following one more of an exchange, and letting one go.
import { sameMarket, type MarketName } from '../../contract/market-name.ts'
import type { DataSourceOut, HealthOut, MarketOut } from '../../contract/market.ts'
import { api, nameOf } from '../state/api.ts'
import { showMarket } from './read-market.ts'
import { attempt, isShown, say, store } from '../state/app-state.ts'

/** What this tab looked at last. */
const KEY = 'annotate.market'

/** How the stream of `market` does; null where it is only stored. */
export function sourceOf(health: HealthOut | null, market: MarketName | null): DataSourceOut | null {
  if (health === null || market === null) return null
  return health.data_sources.find((source) => sameMarket(source, market)) ?? null
}

/** Reads the list again; what is shown keeps being shown. */
export async function refreshMarkets(): Promise<readonly MarketOut[]> {
  const markets = await api.markets()
  const { market } = store.get()
  const again = market === null ? undefined : markets.find((one) => sameMarket(one, market))
  store.set({ markets, ...(again === undefined ? {} : { market: again, marketReadAt: nowOf(again) }) })
  return markets
}

/** What to show at the start: what this tab showed before a reload while it is still followed, else the served market. */
export function firstOf(markets: readonly MarketOut[]): MarketOut | null {
  const kept = sessionStorage.getItem(KEY)
  const again = markets.find((one) => one.streaming && keyOf(one) === kept)
  return again ?? markets.find((one) => one.primary) ?? markets[0] ?? null
}

/** The instant up to which `market` is known, UTC ms: its source's clock, or the end of what is stored. */
export function nowOf(market: MarketOut): number {
  const { health } = store.get()
  const source = sourceOf(health, market)
  if (health !== null && source !== null && market.primary) return Date.parse(health.now)
  if (source?.last_event) return Date.parse(source.last_event)
  const ends = Object.values(market.stored).flatMap((range) => (range === null ? [] : [Date.parse(range.to)]))
  const seconds = market.stored['1s']
  return seconds === null || seconds === undefined ? Math.max(0, ...ends) : Date.parse(seconds.to)
}

/** Puts `market` onto the page. */
export async function switchTo(market: MarketOut): Promise<void> {
  store.set({ dialog: null })
  if (isShown(market)) return
  sessionStorage.setItem(KEY, keyOf(market))
  await attempt(() => showMarket(market, nowOf(market)))
}

/** Puts the market of that name onto the page; false, and said, where nothing of it is stored. Closes what dialog is open. */
export async function showNamed(name: MarketName): Promise<boolean> {
  const market = store.get().markets.find((one) => sameMarket(one, name))
  if (market === undefined) {
    say(`Nothing is stored of ${name.symbol} on ${name.venue} any more.`, 'warn')
    return false
  }
  await switchTo(market)
  return true
}

/** Follows a market of an exchange, and shows it once it is there. What goes wrong is thrown, in the server's words. */
export async function follow(exchange: string, symbol: string): Promise<void> {
  const market = await api.openStream({ exchange, symbol })
  const listed = (await refreshMarkets()).find((one) => sameMarket(one, market))
  await switchTo(listed ?? market)
}

/** Stops following; what was stored stays. The served market takes its place on the page. */
export async function unfollow(market: MarketOut): Promise<void> {
  await attempt(async () => {
    await api.closeStream(nameOf(market))
    const markets = await refreshMarkets()
    say(`${market.symbol} on ${market.venue} is not followed any more; what was stored stays.`)
    if (!isShown(market)) return
    const served = markets.find((one) => one.primary)
    if (served !== undefined) await switchTo(served)
  })
}

export function keyOf({ venue, symbol }: MarketName): string {
  return `${venue} ${symbol}`
}
