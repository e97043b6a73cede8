// The place of an instant in its minute, hour and day. HOLDs get the annotations' places, so that it tells them nothing apart.
import { DAY, HOUR, MINUTE, SECOND, type EpochMs } from '../../core/time.ts'

/** Half a cycle apart in one of the three counts so much. */
const MINUTE_OF_HOUR_WEIGHT = 2
const HOUR_OF_DAY_WEIGHT = 1

/** `instant` moved by at most half a minute to the second of minute that `model` has. */
export function atSecondOfMinute(instant: EpochMs, model: EpochMs): EpochMs {
  const shift = (((model - instant) % MINUTE) + MINUTE) % MINUTE
  return (instant + (shift > MINUTE / 2 ? shift - MINUTE : shift)) as EpochMs
}

/** Seconds between the two instants' places in the minute, 0 to 30. */
export function secondOfMinuteDistance(a: EpochMs, b: EpochMs): number {
  return circular(a, b, MINUTE) / SECOND
}

/** How far two instants lie apart in minute of hour and hour of day; 0 where they agree. */
export function phaseDistance(a: EpochMs, b: EpochMs): number {
  return (
    (MINUTE_OF_HOUR_WEIGHT * circular(a, b, HOUR)) / (HOUR / 2) +
    (HOUR_OF_DAY_WEIGHT * circular(a, b, DAY)) / (DAY / 2)
  )
}

function circular(a: number, b: number, cycle: number): number {
  const apart = Math.abs(a - b) % cycle
  return Math.min(apart, cycle - apart)
}
