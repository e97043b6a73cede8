// What can be read on the page of the time after the cursor.
import type { Page } from 'playwright-core'
import type { CandlesOut } from '../../../src/contract/market.ts'
import { stateOf } from './charts.ts'
import { pricesIn, readableOn, timesIn } from './readable.ts'

const SECOND = 1000
const MINUTE = 60_000
const HOUR = 60 * MINUTE

export interface Hidden {
  /** Of the server. */
  readonly url: string
  /** Where the cursor stands, UTC ms. */
  readonly asOf: number
  /** When the training was begun, UTC ms. */
  readonly trainedAt: number
}

/** What can be read of the time after the cursor: a later time, a price that was not before it, the result of a later mark. */
export async function laterOn(page: Page, { url, asOf, trainedAt }: Hidden): Promise<string[]> {
  const day = new Date(asOf).toISOString().slice(0, 10)
  const known = await pricesBefore(url, asOf)
  // When a training was begun is told by the clock on the wall, and says nothing of the market.
  const wall = new Set([Math.floor(trainedAt / SECOND) * SECOND])
  const later = (await stateOf(page, 'annotations')).filter(({ exit }) => Date.parse(exit.timestamp) > asOf)
  const results = later.map(({ net_profit_loss_pct: net }) => `${Math.abs(net).toFixed(2)} %`)
  const earlier = (await stateOf(page, 'annotations'))
    .filter(({ exit }) => Date.parse(exit.timestamp) <= asOf)
    .flatMap((one) => [one.net_profit_loss_pct, one.profit_loss_pct])
  const told = new Set(earlier.map((value) => `${Math.abs(value).toFixed(2)} %`))
  const telling = results.filter((text) => !told.has(text))
  // An order book’s prices are those of no trade; that it is of no later second its time says.
  const found = await readableOn(page)
  const inBook = await readableBeside(page, '.depth')
  // The legend's per cent are of the candle under the pointer: one may be as far as a later mark went.
  const inLegend = await readableBeside(page, '.legend')
  return found.flatMap(({ place, text }) => {
    const isBook = !inBook.has(`${place} ${text}`)
    const times = timesIn(text, day).filter(
      (time) => time > asOf && time < Date.now() + HOUR && !wall.has(time),
    )
    const prices = pricesIn(text).filter((price) => !isBook && !known.has(price))
    const isLegend = !inLegend.has(`${place} ${text}`)
    const isTelling = !isLegend && telling.some((result) => text.includes(result))
    return times.length + prices.length > 0 || isTelling ? [`${place}: ${text}`] : []
  })
}

/** What is read outside the elements that `selector` names. */
async function readableBeside(page: Page, selector: string): Promise<ReadonlySet<string>> {
  return new Set((await readableOn(page, selector)).map(({ place, text }) => `${place} ${text}`))
}

const pricesKnown = new Map<number, Promise<Set<number>>>()

/** Every price that a candle had before `until`, on any chart, and those that its forming candles had by then: what is past stays. */
function pricesBefore(url: string, until: number): Promise<Set<number>> {
  const known = pricesKnown.get(until) ?? readPricesBefore(url, until)
  pricesKnown.set(until, known)
  return known
}

async function readPricesBefore(url: string, until: number): Promise<Set<number>> {
  const known = new Set<number>()
  for (const [timeframe, step] of [
    ['1s', SECOND],
    ['1m', MINUTE],
    ['1h', HOUR],
    ['1d', 24 * HOUR],
  ] as const) {
    const to = Math.floor(until / step) * step
    const reach = Math.min(9000, timeframe === '1s' ? 7200 : 3000)
    const query = new URLSearchParams({
      symbol: 'ETH/USDT',
      timeframe,
      from: String(to - reach * step),
      to: String(to),
      limit: '10000',
    })
    const { candles } = (await (await fetch(`${url}/api/candles?${query}`)).json()) as CandlesOut
    for (const [, open, high, low, close] of candles)
      for (const price of [open, high, low, close]) known.add(price)
  }
  return known
}
