// Calls against annotations as figures: of both directions together, and of each.
import type { CallFigures } from '../../contract/validation.ts'
import { SECOND, type EpochMs } from '../../core/time.ts'
import { closeIn, dataOf, type MarketData } from '../data/training-data.ts'
import type { CallReport, MarketCall } from './score-calls.ts'
import { f1Of } from './choose-rule.ts'
import { sideOf, type Mark } from '../data/targets.ts'
import { figure, mean, shareFigure, spread } from './enough.ts'

export type ByDirection = Record<'all' | 'BUY' | 'SELL', CallFigures>

/** @param uniqueness of each mark by its id */
export function callFigures(
  report: CallReport,
  markets: readonly MarketData[],
  uniqueness: ReadonlyMap<string, number>,
): ByDirection {
  const of = (side: 'BUY' | 'SELL') =>
    figuresOf(
      {
        hits: report.hits.filter(({ mark }) => sideOf(mark) === side),
        falseCalls: report.falseCalls.filter(({ action }) => action === side),
        missed: report.missed.filter((mark) => sideOf(mark) === side),
        hours: report.hours,
      },
      markets,
      uniqueness,
    )
  return { all: figuresOf(report, markets, uniqueness), BUY: of('BUY'), SELL: of('SELL') }
}

function figuresOf(
  report: CallReport,
  markets: readonly MarketData[],
  uniqueness: ReadonlyMap<string, number>,
): CallFigures {
  const { hits, falseCalls, missed, hours } = report
  const calls = hits.length + falseCalls.length
  const annotations = hits.length + missed.length
  const weight = (marks: readonly Mark[]) => marks.reduce((sum, { id }) => sum + (uniqueness.get(id) ?? 1), 0)
  const hit = weight(hits.map(({ mark }) => mark))
  return {
    annotations,
    calls,
    hits: hits.length,
    false_calls: falseCalls.length,
    missed: missed.length,
    precision: shareFigure('calls', hits.length, calls),
    recall: shareFigure('annotations', hits.length, annotations),
    weighted_recall: shareFigure('annotations', hit, hit + weight(missed)),
    f1: figure('annotations', annotations, () => f1Of(report)),
    false_calls_per_hour: figure('hours', hours, () => falseCalls.length / hours),
    delay_seconds: spread(
      'hits',
      hits.map(({ call, mark }) => (call.opensAt - mark.entry) / SECOND),
    ),
    move_left: moveLeft(hits, markets),
  }
}

function moveLeft(hits: CallReport['hits'], markets: readonly MarketData[]) {
  const shares = hits
    .map(({ call, mark }) => shareLeft(mark, priceAt(markets, call)))
    .filter((share) => Number.isFinite(share))
  return figure('hits', shares.length, () => mean(shares))
}

/** Of the way from the marked entry to the marked exit, what is left at `price`; over 1 before the move, under 0 beyond its end. */
function shareLeft({ entryPrice, exitPrice }: Mark, price: number): number {
  return (exitPrice - price) / (exitPrice - entryPrice)
}

/** Last close as of the call's opening. */
export function priceAt(
  markets: readonly MarketData[],
  { market, opensAt }: Pick<MarketCall, 'market'> & { readonly opensAt: EpochMs },
): number {
  return closeIn(dataOf(markets, market).stretches, opensAt)
}
