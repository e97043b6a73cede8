// How lively a market was before an instant, and in which third of its own usual range that lies.
import { MINUTE, epochMs, floorTo, type EpochMs } from '../../core/time.ts'
import { testCaseSpans } from '../../market-state/availability.ts'
import type { MarketReader } from '../../market/provider.ts'
import type { Market } from '../../market/types.ts'
import { spreadOver, stepOf } from './spread.ts'

export const VOLATILITIES = ['calm', 'usual', 'lively'] as const
export type Volatility = (typeof VOLATILITIES)[number]

const MINUTES = 100
/** Instants that a market's own range is told by. */
const SPREAD = 200
/** Fewer of them tell no thirds. */
const FEWEST = 9

/**
 * Realised volatility (Andersen & Bollerslev 1998): the root of the sum of squared log returns from close to close.
 * @param closes above 0, ascending by time
 */
export function realisedVolatility(closes: readonly number[]): number {
  let sum = 0
  for (let i = 1; i < closes.length; i++) sum += Math.log((closes[i] ?? 1) / (closes[i - 1] ?? 1)) ** 2
  return Math.sqrt(sum)
}

/** Which third of `usual`, ascending, a value lies in. */
export function thirdOf(value: number, usual: readonly number[]): Volatility {
  const border = (share: number): number => usual[Math.floor(usual.length * share)] ?? Infinity
  if (value < border(1 / 3)) return 'calm'
  return value < border(2 / 3) ? 'usual' : 'lively'
}

/** Of each instant; null where too little is stored of it, or of the market. */
export async function volatilitiesAt(
  reader: MarketReader,
  market: Market,
  instants: readonly EpochMs[],
): Promise<(Volatility | null)[]> {
  const usual = await usualOf(reader, market)
  if (usual.length < FEWEST) return instants.map(() => null)
  const found: (Volatility | null)[] = []
  for (const instant of instants) {
    const value = await volatilityAt(reader, market, instant)
    found.push(value === null ? null : thirdOf(value, usual))
  }
  return found
}

async function usualOf(reader: MarketReader, market: Market): Promise<number[]> {
  const found: number[] = []
  const spans = await testCaseSpans(reader, market)
  for (const { at } of spreadOver(spans, stepOf(spans, SPREAD))) {
    const value = await volatilityAt(reader, market, at)
    if (value !== null) found.push(value)
  }
  return found.toSorted((a, b) => a - b)
}

/** Of the whole minutes before an instant. */
async function volatilityAt(reader: MarketReader, market: Market, instant: EpochMs): Promise<number | null> {
  const to = floorTo(instant, MINUTE)
  const { candles } = await reader.candles({
    market,
    timeframe: '1m',
    from: epochMs(to - (MINUTES + 1) * MINUTE),
    to,
    limit: MINUTES + 1,
    asOf: instant,
    forming: false,
  })
  const closes = candles.map(({ close }) => close).filter((close) => close > 0)
  return closes.length < MINUTES ? null : realisedVolatility(closes)
}
