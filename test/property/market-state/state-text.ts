// Market states as text, so that two of them are compared to the last bit at once.
import type { EpochMs } from '../../../src/core/time.ts'
import { shortfallAt } from '../../../src/market-state/availability.ts'
import { marketStateAt, type MarketState } from '../../../src/market-state/state.ts'
import type { MarketSlice } from '../../../src/market/slice.ts'
import { TFS, type NaiveState } from './naive-state.ts'

/** In the form of the naive one. JSON writes every double so that it reads back as the same bits (there is no -0 among prices). */
export function plain(state: MarketState): NaiveState {
  const candles = {} as NaiveState['candles']
  for (const tf of TFS) {
    const { openTime, open, high, low, close, volume } = state.candles[tf]
    candles[tf] = Array.from(openTime, (time, i) => [
      time,
      open[i]!,
      high[i]!,
      low[i]!,
      close[i]!,
      volume[i]!,
    ])
  }
  return { candles, gaps: state.gaps.map(({ timeframe, from, to }) => ({ timeframe, from, to })) }
}

/** `none` where no state is possible. */
export function stateText(slice: MarketSlice, asOf: EpochMs): string {
  return shortfallAt(slice, asOf) === null ? JSON.stringify(plain(marketStateAt(slice, asOf))) : 'none'
}
