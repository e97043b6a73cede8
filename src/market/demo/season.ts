// How trading swells and ebbs over the day and the week.

import { numberIn } from '../../core/number-at.ts'

/** Relative volume at each full hour, UTC: low in the Asian night, high when America opens. */
const HOURS = [
  1.0, 0.95, 0.92, 0.86, 0.82, 0.8, 0.82, 0.9, 1.0, 1.03, 1.0, 0.98, 1.02, 1.18, 1.32, 1.34, 1.26, 1.16, 1.08,
  1.02, 1.0, 0.98, 0.95, 0.98,
]
/** From Thursday, the day of the epoch. */
const DAYS = [1.06, 1.04, 0.82, 0.84, 1.02, 1.05, 1.07]
const MINUTES_A_DAY = 1440

/** Relative volume of each minute of the week; index with minutes since the epoch, modulo its length. */
export const SEASON = Float64Array.from({ length: 7 * MINUTES_A_DAY }, (_, minute) => {
  const day = Math.floor(minute / MINUTES_A_DAY)
  const hour = Math.floor((minute % MINUTES_A_DAY) / 60)
  const share = (minute % 60) / 60
  return (
    numberIn(DAYS, day) * (numberIn(HOURS, hour) * (1 - share) + numberIn(HOURS, (hour + 1) % 24) * share)
  )
})
