// Trades as figures: one unit each, added up in the order in which they end.
import type { BacktestTrade, TradeFigures } from '../contract/backtests.ts'
import type { Figure } from '../contract/validation.ts'
import { wilson } from '../signals/confidence.ts'

interface Ended {
  readonly at: string
  readonly pct: number
}

/** Of a floor that is no list of trades, too. */
export function figuresOfNets(nets: readonly number[]): TradeFigures {
  const net = nets.reduce((sum, pct) => sum + pct, 0)
  return {
    trades: nets.length,
    hit_share: shareOf(nets.filter((pct) => pct > 0).length, nets.length, 'trades that ended'),
    net_return_pct: net,
    mean_net_pct: nets.length === 0 ? null : net / nets.length,
    max_drawdown_pct: drawdownOf(nets),
  }
}

export function tradeFigures(trades: readonly BacktestTrade[]): TradeFigures {
  return figuresOfNets(endedOf(trades).map(({ pct }) => pct))
}

/** The added-up net return after each trade that ended. */
export function equityOf(trades: readonly BacktestTrade[]): { timestamp: string; net_return_pct: number }[] {
  let sum = 0
  return endedOf(trades).map(({ at, pct }) => ({ timestamp: at, net_return_pct: (sum += pct) }))
}

/** With Wilson's 95 % interval. */
export function shareOf(part: number, n: number, of: string): Figure {
  if (n === 0) return { value: null, n, interval: null, reason: `there are no ${of}` }
  return { value: part / n, n, interval: wilson(part / n, n), reason: null }
}

function endedOf(trades: readonly BacktestTrade[]): Ended[] {
  const ended = trades.flatMap(({ exited_at: at, net_pct: pct }) =>
    at === null || pct === null ? [] : [{ at, pct }],
  )
  return ended.sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

function drawdownOf(nets: readonly number[]): number {
  let [sum, peak, fall] = [0, 0, 0]
  for (const pct of nets) {
    sum += pct
    peak = Math.max(peak, sum)
    fall = Math.max(fall, peak - sum)
  }
  return fall
}
