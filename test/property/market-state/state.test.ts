// The market state against a second, naive computation from raw rows.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effort } from '../../long.ts'
import { epochMs } from '../../../src/core/time.ts'
import { shortfallAt, testCaseSpans } from '../../../src/market-state/availability.ts'
import { NaiveMarket } from './naive-state.ts'
import { randomMarket } from './random-market.ts'
import { stateText } from './state-text.ts'
import { MARKET, storeOf } from './store-of.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 31 })

describe('market state', () => {
  it('is what the rules say, computed a second time from raw rows', async () => {
    const seen = { none: 0, complete: 0, gaps: 0 }
    const check = async (seed: number): Promise<void> => {
      const raw = randomMarket(seed)
      const naive = new NaiveMarket(raw)
      const { reader, close } = storeOf(raw)
      for (const asOf of raw.instants.map(epochMs)) {
        const text = stateText(await reader.slice(MARKET, { from: asOf, to: asOf }), asOf)
        const expected = naive.stateAt(asOf)
        if (text !== (expected === null ? 'none' : JSON.stringify(expected))) {
          expect(JSON.parse(text === 'none' ? 'null' : text), `as of ${asOf}`).toEqual(expected)
        }
        seen[expected === null ? 'none' : expected.gaps.length > 0 ? 'gaps' : 'complete'] += 1
      }
      close()
    }
    await fc.assert(fc.asyncProperty(seeds, check), { numRuns: effort(20, 60) })
    // The markets must exercise what they are for.
    expect(Math.min(seen.none, seen.complete, seen.gaps)).toBeGreaterThan(effort(15, 60))
  })

  it('is possible exactly where the spans say', async () => {
    const check = async (seed: number): Promise<void> => {
      const raw = randomMarket(seed)
      const { reader, close } = storeOf(raw)
      const spans = await testCaseSpans(reader, MARKET)
      for (const asOf of raw.instants.map(epochMs)) {
        const slice = await reader.slice(MARKET, { from: asOf, to: asOf })
        const inside = spans.some(({ from, to }) => from <= asOf && asOf <= to)
        expect(shortfallAt(slice, asOf) === null, `as of ${asOf}`).toBe(inside)
      }
      close()
    }
    await fc.assert(fc.asyncProperty(seeds, check), { numRuns: effort(15, 40) })
  })
})
