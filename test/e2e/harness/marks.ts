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

/** The last close before an instant, UTC ms. */
export async function closeBefore(url: string, instant: number): Promise<number> {
  const query = new URLSearchParams({
    symbol: 'ETH/USDT',
    timeframe: '1s',
    from: String(instant - 1000),
    to: String(instant),
  })
  const { candles } = (await (await fetch(`${url}/api/candles?${query}`)).json()) as CandlesOut
  return candles[0]![4]
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
