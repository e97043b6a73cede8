// Some days of a seed's demo market with its breakouts.
import { HOUR, DAY, epochMs, shift } from '../../src/core/time.ts'
import { createDemoMarket } from '../../src/market/demo/demo-market.ts'
import { createGroundTruth, type Breakout } from '../../src/market/demo/ground-truth.ts'
import { loadSeconds, type SecondColumns } from './columns.ts'

export interface Stretch {
  readonly seconds: SecondColumns
  readonly breakouts: readonly Breakout[]
}

const FROM = epochMs(Date.parse('2026-03-02T00:00:00Z'))

/** `days` of ETH/USDT; breakouts whose past two hours and next ten minutes lie inside. */
export function loadStretch(seed: number, days: number): Stretch {
  const options = { seed, symbol: 'ETH/USDT' }
  const range = { from: FROM, to: shift(FROM, days * DAY) }
  const inside = { from: shift(FROM, 2 * HOUR), to: shift(range.to, -600_000) }
  return {
    seconds: loadSeconds(createDemoMarket(options), range),
    breakouts: createGroundTruth(options).breakouts(inside),
  }
}
