// The state of a data set with its hours as those of a zone.
import type { DataSetHealth } from '../../contract/data-set-health.ts'
import type { Zone } from '../../core/zone.ts'
import { hoursOf, type QuarterCount } from './counts.ts'

/** What is told of a data set in any zone. */
export interface ZonedHealth {
  /** Its hours are UTC's. */
  readonly health: DataSetHealth
  /** Of which its hours are made in other zones. */
  readonly quarters: readonly QuarterCount[]
}

export function inZone({ health, quarters }: ZonedHealth, zone: Zone): DataSetHealth {
  return { ...health, counts: { ...health.counts, hour: hoursOf(quarters, zone) }, timezone: zone.name }
}
