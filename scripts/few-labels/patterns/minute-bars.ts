// Minute candles as patterns are looked for in: by session, quiet minutes filled, prices as logarithms, so that up and down mirror exactly.
import { numberAt } from '../../../src/core/at.ts'
import { MINUTE } from '../../../src/core/time.ts'
import type { CandleColumns } from '../../../src/market/slice.ts'

/** One session's minutes, one after the other without holes. Prices are natural logarithms. */
export interface MinuteBars {
  readonly length: number
  /** UTC ms; of bar i it is `from` + i minutes. */
  readonly from: number
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
  /** 1 where somebody traded; a quiet minute repeats the close before it. */
  readonly traded: Uint8Array
}

/** A session is over once nobody has traded for so long. */
const PAUSE = 30 * MINUTE

/**
 * The sessions of closed minute candles, ascending. What is known of a bar that traded depends on no later candle; whether a quiet bar
 * belongs to a session does, so nothing may be found at one.
 */
export function sessionsOf(minutes: CandleColumns): MinuteBars[] {
  const sessions: MinuteBars[] = []
  let first = 0
  for (let i = 1; i <= minutes.length; i++) {
    const isLast = i === minutes.length
    if (!isLast && numberAt(minutes.openTime, i) - numberAt(minutes.openTime, i - 1) <= PAUSE) continue
    sessions.push(sessionOf(minutes, first, i))
    first = i
  }
  return minutes.length === 0 ? [] : sessions
}

function sessionOf(minutes: CandleColumns, first: number, end: number): MinuteBars {
  const from = numberAt(minutes.openTime, first)
  const length = (numberAt(minutes.openTime, end - 1) - from) / MINUTE + 1
  const empty = () => new Float64Array(length)
  const bars = { length, from, open: empty(), high: empty(), low: empty(), close: empty(), volume: empty() }
  const traded = new Uint8Array(length)
  for (let i = first; i < end; i++) {
    const bar = (numberAt(minutes.openTime, i) - from) / MINUTE
    for (const name of ['open', 'high', 'low', 'close'] as const) {
      bars[name][bar] = Math.log(numberAt(minutes[name], i))
    }
    bars.volume[bar] = numberAt(minutes.volume, i)
    traded[bar] = 1
  }
  for (let bar = 1; bar < length; bar++) {
    if (traded[bar] === 1) continue
    const before = numberAt(bars.close, bar - 1)
    for (const name of ['open', 'high', 'low', 'close'] as const) bars[name][bar] = before
  }
  return { ...bars, traded }
}

/** The same market upside down: what falls rises. */
export function upsideDown(bars: MinuteBars): MinuteBars {
  const turned = (column: Float64Array) => column.map((value) => -value)
  return {
    ...bars,
    open: turned(bars.open),
    high: turned(bars.low),
    low: turned(bars.high),
    close: turned(bars.close),
  }
}
