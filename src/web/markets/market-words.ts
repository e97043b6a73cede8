// What the list of markets says of each, and which of them a typed text means. Pure.
import type { MarketOut } from '../../contract/market.ts'
import { milliseconds } from '../state/format.ts'

/** Asked for most; the others follow in their own order. */
const FIRST = ['binance', 'coinbase', 'kraken', 'okx', 'bybit', 'binanceusdm']

/** Whether every word of `text` is in the market's venue or symbol. */
export function isMeant({ symbol, venue }: { symbol: string; venue: string }, text: string): boolean {
  const name = `${symbol} ${venue}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word))
}

/** How its stream does, or what is stored: `live, lag 77 ms`, `stored: 1m 1h 1d, to 2024-08-09`; with the future hidden not when it ends. */
export function noteOf(market: MarketOut, tellsEnd = true): string {
  if (market.state === 'connecting') return 'connecting …'
  if (market.state === 'stale') return 'no news for a while'
  if (market.state === 'ended') return 'its data ended'
  if (market.streaming) return `live${market.lag_ms === null ? '' : `, lag ${milliseconds(market.lag_ms)}`}`
  const held = (['1s', '1m', '1h', '1d'] as const).flatMap((name) => {
    const range = market.stored[name] ?? null
    return range === null ? [] : [{ name, end: range.to.slice(0, 10) }]
  })
  const last = held
    .map(({ end }) => end)
    .toSorted()
    .at(-1)
  return last === undefined
    ? 'nothing stored'
    : `stored: ${held.map(({ name }) => name).join(' ')}${tellsEnd ? `, to ${last}` : ''}`
}

/** The exchanges that `text` means, well-known ones first. */
export function exchangesMeant(ids: readonly string[], text: string): string[] {
  const wanted = text.trim().toLowerCase()
  const place = (id: string) => (FIRST.includes(id) ? FIRST.indexOf(id) : FIRST.length)
  return ids.filter((id) => id.includes(wanted)).toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
}
