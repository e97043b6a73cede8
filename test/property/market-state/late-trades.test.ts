// What a live second saw is rebuilt bit for bit after late trades corrected it, and the newest state is that of an import of everything.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs, type EpochMs } from '../../../src/core/time.ts'
import { StreamWriter } from '../../../src/market/streams/stream-writer.ts'
import type { Trade } from '../../../src/market/types.ts'
import type { RawMarket } from './naive-state.ts'
import { randomMarket, randomOf, type Random } from './random-market.ts'
import { stateText } from './state-text.ts'
import { addNative, MARKET, openMemory, storeOf, tradesOf, type Opened } from './store-of.ts'

const GRACE = 250
const seeds = fc.integer({ min: 0, max: 2 ** 31 })

/** The market without trades outside what is covered: a stream knows no others. */
function streamed(seed: number): RawMarket & { instants: readonly number[] } {
  const raw = randomMarket(seed)
  const inside = ({ time }: { time: number }): boolean =>
    raw.covered.some(({ from, to }) => from <= time && time < to)
  return { ...raw, trades: raw.trades.filter(inside) }
}

/** Most trades arrive at once, some only after their second was decided. */
function arriving(raw: RawMarket, random: Random): Trade[] {
  return tradesOf(raw.trades).map((trade) => {
    const delay = random() < 0.1 ? Math.floor(random() * 8000) : Math.floor(random() * 100)
    return { ...trade, arrivedAt: epochMs(trade.time + delay) }
  })
}

describe('late trades', () => {
  it('change no second as it was known, and every second as it is known now', async () => {
    const seen = { states: 0, corrected: 0 }
    const check = async (seed: number): Promise<void> => {
      const raw = streamed(seed)
      const live = openMemory()
      for (const timeframe of ['1d', '1h', '1m'] as const) addNative(live.store, raw, timeframe)
      const asSeen = await play(live, raw, arriving(raw, randomOf(seed)))
      const whole = storeOf(raw)
      for (const [asOf, text] of asSeen) {
        const range = { from: asOf, to: asOf }
        const known = { knownAt: epochMs(asOf + GRACE) }
        const rebuilt = stateText(await live.reader.slice(MARKET, range, known), asOf)
        expect(rebuilt === text, `as known at ${asOf}`).toBe(true)
        const newest = stateText(await live.reader.slice(MARKET, range), asOf)
        const imported = stateText(await whole.reader.slice(MARKET, range), asOf)
        expect(newest === imported, `newest as of ${asOf}`).toBe(true)
        seen.states += text === 'none' ? 0 : 1
        seen.corrected += text === newest ? 0 : 1
      }
      live.close()
      whole.close()
    }
    await fc.assert(fc.asyncProperty(seeds, check), { numRuns: 12 })
    expect(seen.states).toBeGreaterThan(60)
    expect(seen.corrected).toBeGreaterThan(3)
  })
})

/** Second by second at S + grace; what was seen at the wanted instants. */
async function play(
  live: Opened,
  raw: RawMarket & { instants: readonly number[] },
  trades: Trade[],
): Promise<Map<EpochMs, string>> {
  const wanted = new Set(raw.instants)
  const asSeen = new Map<EpochMs, string>()
  let waiting = trades.toSorted((a, b) => a.arrivedAt - b.arrivedAt)
  let writer: StreamWriter | null = null
  for (const { from, to } of raw.covered) {
    writer = new StreamWriter(live.store, MARKET, epochMs(from), GRACE)
    for (let second = from + 1000; second <= to; second += 1000) {
      const asOf = epochMs(second)
      const now = epochMs(second + GRACE)
      for (const trade of waiting.filter(({ arrivedAt }) => arrivedAt <= now)) writer.add(trade)
      waiting = waiting.filter(({ arrivedAt }) => arrivedAt > now)
      writer.confirm(asOf, epochMs(second - 1000), now)
      if (!wanted.has(asOf)) continue
      asSeen.set(asOf, stateText(await live.reader.slice(MARKET, { from: asOf, to: asOf }), asOf))
    }
  }
  // What is still under way arrives after the end.
  for (const trade of waiting) writer?.add(trade)
  const end = raw.covered.at(-1)!.to
  writer?.confirm(epochMs(end), epochMs(end), epochMs(end + 60_000))
  return asSeen
}
