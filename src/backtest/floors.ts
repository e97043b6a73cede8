// What a checkpoint has to beat over the same seconds, by the same engine: holding, the plain rule, chance, the trader.
import { actionOf } from '../contract/direction.ts'
import type { BacktestFloor, TradeFigures } from '../contract/backtests.ts'
import { SECOND, ceilTo, epochMs, type EpochMs } from '../core/time.ts'
import { RuleScores } from '../market-state/plain-rule.ts'
import type { SecondBars } from '../market-state/bars.ts'
import type { MarketSlice } from '../market/slice.ts'
import { randomFrom } from '../nn/random.ts'
import { figuresOfNets, tradeFigures } from './figures.ts'
import type { BacktestOrder } from './order.ts'
import { tradesOf, type Entry, type Terms } from './trades.ts'

export interface FloorParts {
  readonly order: BacktestOrder
  readonly terms: Terms
  /** Between calls of the plain rule. */
  readonly pauseSeconds: number
  /** Reaches half an hour before the span, and beyond it as long as a trade may last. */
  readonly slice: MarketSlice
  readonly bars: SecondBars
  /** The checkpoint's own entries. */
  readonly entries: readonly Entry[]
  /** Seconds that it spoke on. */
  readonly spoken: readonly EpochMs[]
}

const DRAWS = 20
const SEED = 1
const STEPS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]

export function floorsOf(parts: FloorParts): BacktestFloor[] {
  return [holding(parts), plainRule(parts), chance(parts), annotations(parts)]
}

function holding({ order, terms, bars }: FloorParts): BacktestFloor {
  const cost = 2 * (terms.feePct + terms.slippagePct)
  const nets = order.stretches.map(({ from, to }) => 100 * (bars.closeAt(to) / bars.closeAt(from) - 1) - cost)
  return {
    id: 'buy_and_hold',
    name: 'Buy and hold',
    about: 'Bought at the beginning of each stretch that is scored and sold at its end.',
    ...figuresOfNets(nets.filter((net) => Number.isFinite(net))),
  }
}

function plainRule(parts: FloorParts): BacktestFloor {
  const { order, pauseSeconds, slice, bars, entries } = parts
  const scores = new RuleScores(slice, bars)
  const callsAt = (k: number) => order.stretches.flatMap((range) => scores.calls(k, pauseSeconds, range))
  const tried = STEPS.map((k) => ({ k, calls: callsAt(k) }))
  const distance = ({ calls }: (typeof tried)[number]) => Math.abs(calls.length - entries.length)
  const [nearest] = tried.toSorted((a, b) => distance(a) - distance(b))
  const calls = (nearest?.calls ?? []).map((call) => ({
    ...call,
    id: null,
    price: bars.closeAt(call.opensAt),
  }))
  return {
    id: 'plain_rule',
    name: 'Plain rule',
    about: `A close beyond the last half hour's range by ${nearest?.k ?? 0} ATR, which calls about as often as the checkpoint.`,
    ...figuresOfEntries(parts, calls),
  }
}

function chance(parts: FloorParts): BacktestFloor {
  const { entries, spoken, bars } = parts
  const random = randomFrom(SEED)
  const draws = Array.from({ length: DRAWS }, () =>
    figuresOfEntries(
      parts,
      entries.map(({ action, barriers }) => {
        const opensAt = spoken[Math.floor(random() * spoken.length)] ?? epochMs(0)
        return {
          id: null,
          action,
          opensAt,
          price: bars.closeAt(opensAt),
          ...(barriers === undefined ? {} : { barriers }),
        }
      }),
    ),
  )
  return {
    id: 'random',
    name: 'Random entries',
    about: `As many entries of the same sides at random seconds of those that were scored; mean of ${DRAWS} draws.`,
    ...meanOf(draws),
  }
}

function annotations(parts: FloorParts): BacktestFloor {
  const { order, bars } = parts
  const entries = order.annotations.flatMap(({ direction, entry }): Entry[] => {
    const opensAt = ceilTo(Date.parse(entry.timestamp), SECOND)
    if (!order.stretches.some(({ from, to }) => opensAt >= from && opensAt < to)) return []
    const action = actionOf(direction)
    return [{ id: null, action, opensAt, price: bars.closeAt(opensAt) }]
  })
  return {
    id: 'annotations',
    name: 'Your own annotations',
    about: 'Entered where you marked an entry, left by the same barriers.',
    ...figuresOfEntries(parts, entries),
  }
}

function figuresOfEntries({ slice, terms }: FloorParts, entries: readonly Entry[]): TradeFigures {
  const priced = entries.filter(({ price }) => Number.isFinite(price))
  return tradeFigures(tradesOf(priced, slice.series['1s'], terms))
}

function meanOf(draws: readonly TradeFigures[]): TradeFigures {
  const mean = (value: (draw: TradeFigures) => number | null) =>
    draws.reduce((sum, draw) => sum + (value(draw) ?? 0), 0) / draws.length
  const trades = mean((draw) => draw.trades)
  return {
    trades,
    hit_share:
      trades === 0
        ? { value: null, n: 0, interval: null, reason: 'there are no trades that ended' }
        : { value: mean((draw) => draw.hit_share.value), n: trades, interval: null, reason: null },
    net_return_pct: mean((draw) => draw.net_return_pct),
    mean_net_pct: trades === 0 ? null : mean((draw) => draw.mean_net_pct),
    max_drawdown_pct: mean((draw) => draw.max_drawdown_pct),
  }
}
