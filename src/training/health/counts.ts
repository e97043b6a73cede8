// What the data set consists of: marks by tag, market, hour, volatility and result, each with how many are of either side.
import type { AnnotationOut } from '../../contract/annotations.ts'
import type { HealthCount, HealthCounts } from '../../contract/data-set-health.ts'
import { at } from '../../core/at.ts'
import { QUARTER, zoneOf, type Zone } from '../../core/zone.ts'
import { VOLATILITIES, type Volatility } from './volatility.ts'

/** In each quarter of an hour every zone has one hour, summer time included. */
export interface QuarterCount {
  /** Since the epoch. */
  readonly quarter: number
  readonly long: number
  readonly short: number
}

const HOURS = Array.from({ length: 24 }, (_, hour) => `${hour}`.padStart(2, '0'))
const RESULTS = ['gain', 'loss after fees', 'loss before fees']

/** Hours are UTC's. @param volatility of each mark, by its id; absent where it is not known */
export function countsOf(
  marks: readonly AnnotationOut[],
  volatility: ReadonlyMap<string, Volatility>,
): HealthCounts {
  const thirds = counted(marks, ({ id }) => [volatility.get(id) ?? null], VOLATILITIES)
  return {
    tag: mostFirst(counted(marks, ({ tags }) => (tags.length === 0 ? [null] : tags))),
    market: mostFirst(counted(marks, ({ symbol, venue }) => [`${symbol} · ${venue}`])),
    hour: hoursOf(quartersOf(marks), zoneOf('UTC')),
    volatility: thirds.filter(({ value, long, short }) => value !== null || long + short > 0),
    result: counted(marks, (mark) => [resultOf(mark)], RESULTS),
  }
}

/** Entries by the quarter of an hour they are in. */
export function quartersOf(marks: readonly AnnotationOut[]): QuarterCount[] {
  const quarters = counted(marks, ({ entry }) => [`${Math.floor(Date.parse(entry.timestamp) / QUARTER)}`])
  return quarters.map(({ value, ...count }) => ({ quarter: Number(value), ...count }))
}

/** By the hour that the zone's clock showed then: all 24. */
export function hoursOf(quarters: readonly QuarterCount[], zone: Zone): HealthCount[] {
  const counts = HOURS.map((value) => ({ value, long: 0, short: 0 }))
  for (const { quarter, long, short } of quarters) {
    const count = at(counts, new Date(zone.wallOf(quarter * QUARTER)).getUTCHours())
    count.long += long
    count.short += short
  }
  return counts
}

function resultOf({ profit_loss_pct: gross, net_profit_loss_pct: net }: AnnotationOut): string {
  if (gross < 0) return 'loss before fees'
  return net < 0 ? 'loss after fees' : 'gain'
}

/** @param always values that are counted though no mark has them, in their order */
function counted(
  marks: readonly AnnotationOut[],
  valuesOf: (mark: AnnotationOut) => readonly (string | null)[],
  always: readonly string[] = [],
): HealthCount[] {
  const counts = new Map<string | null, { long: number; short: number }>(
    always.map((value) => [value, { long: 0, short: 0 }]),
  )
  for (const mark of marks) {
    for (const value of new Set(valuesOf(mark))) {
      const count = counts.get(value) ?? { long: 0, short: 0 }
      count[mark.direction === 'LONG' ? 'long' : 'short'] += 1
      counts.set(value, count)
    }
  }
  return [...counts].map(([value, count]) => ({ value, ...count }))
}

function mostFirst(counts: readonly HealthCount[]): HealthCount[] {
  return counts.toSorted((a, b) => b.long + b.short - a.long - a.short)
}
