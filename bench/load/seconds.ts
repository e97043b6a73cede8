// When a server tells of each second of its market: the seconds' candles of its event stream, heard over HTTP.
import { createEventSource } from 'eventsource-client'
import type { CandleEvent } from '../../src/contract/market.ts'

const SECOND = 1000

/** A listener, once it has heard its first second. `end` waits for one more where none came since, and answers how long after its end each later one was told, ms. */
export async function hearSeconds(url: string): Promise<{ end(): Promise<readonly number[]> }> {
  const lateness: number[] = []
  let heard = (): void => {}
  const next = (): Promise<void> => new Promise((resolve) => (heard = resolve))
  const first = next()
  const stream = createEventSource({
    url: new URL('/api/events?types=candle', url),
    onMessage({ data }) {
      const { timeframe, closed, candles } = JSON.parse(data) as CandleEvent
      const open = candles.at(-1)?.[0]
      if (timeframe !== '1s' || !closed || open === undefined) return
      lateness.push(Date.now() - open - SECOND)
      heard()
    },
  })
  await first
  return {
    async end() {
      if (lateness.length === 1) await next()
      stream.close()
      return lateness.slice(1)
    },
  }
}
