// Annotations and reviewed spans put on a server over HTTP, where a test is about what comes after marking.
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { CandlesOut } from '../../../src/contract/market.ts'

export interface MarkWanted {
  /** UTC ms, a whole second. */
  readonly entry: number
  readonly seconds: number
  readonly tags?: readonly string[]
}

/** Marks at the stored prices, in the direction that gains. */
export async function markOver(url: string, wanted: readonly MarkWanted[]): Promise<AnnotationOut[]> {
  const out: AnnotationOut[] = []
  for (const { entry, seconds, tags = [] } of wanted) {
    const [first, last] = [await closeBefore(url, entry), await closeBefore(url, entry + seconds * 1000)]
    out.push(
      await post<AnnotationOut>(`${url}/api/annotations`, {
        symbol: 'ETH/USDT',
        direction: last >= first ? 'LONG' : 'SHORT',
        entry: { timestamp: entry, price: first },
        exit: { timestamp: entry + seconds * 1000, price: last },
        tags,
      }),
    )
  }
  return out
}

export async function reviewOver(url: string, from: number, to: number): Promise<void> {
  await post(`${url}/api/reviewed-spans`, { symbol: 'ETH/USDT', from, to })
}

/** Of [from, to), UTC ms, the stretch of `least` to `most` seconds whose price moves furthest: what a trader would mark. */
export async function largestStretch(
  url: string,
  [from, to]: readonly [number, number],
  [least, most]: readonly [number, number],
): Promise<Stretch> {
  const candles = await secondsOf(url, from, to)
  let best: Stretch | null = null
  for (const [i, first] of candles.entries())
    for (const last of candles.slice(i + least, i + most + 1)) {
      const size = Math.abs(Math.log(last[4] / first[4]))
      if (best === null || size > best.size) best = { entry: first[0] + 1000, exit: last[0] + 1000, size }
    }
  if (best === null)
    throw new Error(`No ${least} seconds are stored from ${new Date(from).toISOString()} on.`)
  return best
}

/** As-of seconds, UTC ms, and the logarithm of the ratio of their closes. */
interface Stretch {
  readonly entry: number
  readonly exit: number
  readonly size: number
}

/** The last close before an instant, UTC ms. */
export async function closeBefore(url: string, instant: number): Promise<number> {
  return (await secondsOf(url, instant - 1000, instant))[0]![4]
}

/** Candles of a second of [from, to), UTC ms, ascending. */
export async function secondsOf(url: string, from: number, to: number): Promise<CandlesOut['candles']> {
  const range = { from: String(from), to: String(to), limit: '10000' }
  const query = new URLSearchParams({ symbol: 'ETH/USDT', timeframe: '1s', ...range })
  const { candles } = (await (await fetch(`${url}/api/candles?${query}`)).json()) as CandlesOut
  return candles
}

async function post<T>(url: string, body: unknown): Promise<T> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}
