// What an agent may know of a job's data: where it may trade, where its episodes may start, and the trader's trades.
import { at } from '../../core/at.ts'
import { MINUTE, SECOND, ceilTo, epochMs, floorTo, type EpochMs } from '../../core/time.ts'
import { clip } from '../../market/ranges.ts'
import type { TimeRange } from '../../market/types.ts'
import { marketOf, type SecondsRange, type TrainingData } from '../data/training-data.ts'
import { allStretches } from '../examples/example.ts'
import { clearParts, isClearOf, type Fold } from '../examples/folds.ts'
import { labelSpan, zoneLength } from '../data/targets.ts'
import { uniquenessOf } from '../examples/uniqueness.ts'
import type { AgentPlan, TradeMark } from '../learning/job.ts'

/** @param fold null where nothing is held out */
export function agentPlan({ markets }: TrainingData, fold: Fold | null): AgentPlan {
  const stretches = allStretches(markets)
  const clear = (range: TimeRange, stretch: number): SecondsRange[] =>
    clearParts(fold, at(stretches, stretch).market, range).flatMap(({ from, to }) =>
      wholeSeconds({ from, to }).map((part) => ({ ...part, stretch })),
    )
  const trained = fold === null ? null : new Set(fold.train.map(({ id }) => id))
  const uniqueness = uniquenessOf(markets)
  const marks = markets.flatMap(({ targets, stretches: own }) =>
    targets.zones
      .filter(({ label, mark }) => label !== null && (trained?.has(mark.id) ?? true))
      .flatMap(({ mark, to }): TradeMark[] => {
        const stretch = own.find(({ range }) => mark.entry >= range.from && mark.entry < range.to)
        const span = labelSpan(mark)
        if (stretch === undefined || !isClearOf(fold, stretch.market, span.from, span.to)) return []
        return [
          {
            stretch: stretches.indexOf(stretch),
            side: mark.direction === 'LONG' ? 1 : -1,
            entry: ceilTo(mark.entry, SECOND),
            exit: ceilTo(mark.exit, SECOND),
            zoneEnd: to,
            z: zoneLength(mark),
            weight: uniqueness.get(mark.id) ?? 1,
          },
        ]
      }),
  )
  return {
    ranges: stretches.flatMap(({ range }, index) => clear(range, index)),
    reviewed: stretches.flatMap((stretch, index) =>
      clip(marketOf(markets, stretch).holdSpans, stretch.range).flatMap((span) => clear(span, index)),
    ),
    marks,
    holdingSeconds: middle(marks.map(({ entry, exit }) => (exit - entry) / SECOND)),
  }
}

/**
 * Seconds of the minute at which the trader entered, entry zones whole; every one where nothing is marked. HOLD examples stand at the same
 * phases, and what a flat agent tries by itself counts at these alone: else the fees it pays at all the others would teach it the
 * second of the minute instead of the pattern.
 */
export function entryPhases(marks: readonly TradeMark[]): ReadonlySet<number> {
  const all = Array.from({ length: MINUTE / SECOND }, (_, second) => second)
  if (marks.length === 0) return new Set(all)
  return new Set(
    marks.flatMap(({ entry, zoneEnd }) => all.filter((second) => inZone(second, entry, zoneEnd))),
  )
}

function inZone(second: number, entry: EpochMs, zoneEnd: EpochMs): boolean {
  const after = (second * SECOND - phaseOf(entry) + MINUTE) % MINUTE
  return after < Math.max(SECOND, zoneEnd - entry)
}

/** Milliseconds since the minute's open. */
function phaseOf(instant: EpochMs): number {
  return instant % MINUTE
}

function wholeSeconds({ from, to }: TimeRange): TimeRange[] {
  const [first, last] = [ceilTo(from, SECOND), floorTo(to, SECOND)]
  return first < last ? [{ from: epochMs(first), to: epochMs(last) }] : []
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 60
}
