// Prices of 0 and below in a market state: none is made, by a reason with a name, and the spans where one is possible leave them out.
import { describe, expect, it } from 'vitest'
import type { AppError } from '../../../src/core/errors.ts'
import { DAY, epochMs, HOUR, type EpochMs } from '../../../src/core/time.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import { testCaseSpans } from '../../../src/market-state/availability.ts'
import { marketStateAt } from '../../../src/market-state/state.ts'
import { StateSweep } from '../../../src/market-state/sweep.ts'
import { allocateInputs } from '../../../src/market-state/tensors.ts'
import { fill, MARKET, openRoom, range, second, START } from '../annotation/fixture.ts'

const LATER = { first: null, corrected: epochMs(Date.UTC(2030, 0)) }

/** The market of the fixture, whose `hoursBack`th hour before the end of its hours went below 0 in between. */
function market(hoursBack: number | null): MarketStore {
  const { store } = openRoom()
  fill(store)
  if (hoursBack === null) return store
  store.takeNegativePrices(MARKET)
  const openTime = epochMs(Math.floor(START / HOUR) * HOUR - hoursBack * HOUR)
  const low = { openTime, open: 95, high: 96, low: -37.63, close: 95, volume: 11 }
  store.addCandles(MARKET, '1h', [low], LATER)
  return store
}

async function outcome(
  store: MarketStore,
  asOf: EpochMs,
): Promise<{ made: boolean; swept: boolean; code: string }> {
  const slice = await createMarketReader(store).slice(MARKET, { from: asOf, to: asOf })
  const swept = new StateSweep(slice).writeAt(asOf, allocateInputs(1), 0)
  try {
    marketStateAt(slice, asOf)
    return { made: true, swept, code: '' }
  } catch (error) {
    return { made: false, swept, code: (error as AppError).code }
  }
}

describe('a candle that went below 0', () => {
  it('leaves no state while it is among the 100 of its timeframe, and one again after', async () => {
    const none = { made: false, swept: false, code: 'non_positive_price' }
    const one = { made: true, swept: true, code: '' }
    // 23:55 to 24:00 is in the forming hour: the 99 before it are those that open 99 hours back at the earliest.
    expect(await outcome(market(99), second(150))).toEqual(none)
    expect(await outcome(market(99), second(301))).toEqual(one)
    expect(await outcome(market(100), second(150))).toEqual(one)
    expect(await outcome(market(null), second(150))).toEqual(one)
  })

  it('says which candle, and what to do', async () => {
    const store = market(3)
    const slice = await createMarketReader(store).slice(MARKET, range(second(150), second(150)))
    expect(() => marketStateAt(slice, second(150))).toThrow(
      /1h candle of 2024-08-08T20:00:00Z went down to -37.63.*Choose an entry/,
    )
  })

  it('is left out of the spans in which a test case is possible', async () => {
    const spans = async (store: MarketStore) => testCaseSpans(createMarketReader(store), MARKET)
    const [whole] = await spans(market(null))
    expect(whole).toBeDefined()
    // It leaves the 100 hours with the second after 24:00.
    expect(await spans(market(99))).toEqual([{ from: second(301), to: whole?.to }])
    expect(await spans(market(100))).toEqual([whole])
    expect(await spans(market(3))).toEqual([])
  })

  it('lasts, where it closed there, until the next one that is stored', async () => {
    const store = market(null)
    store.takeNegativePrices(MARKET)
    const end = Math.floor(START / DAY) * DAY
    const openTime = epochMs(end - 120 * DAY)
    store.addCandles(
      MARKET,
      '1d',
      [{ openTime, open: 95, high: 96, low: -37.63, close: -1, volume: 11 }],
      LATER,
    )
    const reader = createMarketReader(store)
    expect(await reader.notPositive(MARKET, '1d')).toEqual([range(openTime, openTime + DAY)])
    store.sqlite.exec(
      `DELETE FROM candle WHERE timeframe = 86400 AND open_time > ${openTime} AND open_time < ${end - 30 * DAY}`,
    )
    expect(await reader.notPositive(MARKET, '1d')).toEqual([range(openTime, end - 30 * DAY)])
    const slice = await reader.slice(MARKET, range(second(150), second(150)))
    expect(() => marketStateAt(slice, second(150))).toThrow(/1d candle/)
    expect(await testCaseSpans(reader, MARKET)).toEqual([])
  })
})
