// How far a clock is from UTC by the offset that is written.

/** What is written of it: `+`, `05`, `45`. */
export interface OffsetText {
  readonly sign: string
  readonly hours: string
  readonly minutes?: string | undefined
}

/** Minutes that no clock is further from UTC. */
const FURTHEST = 14 * 60

/** Ms east of UTC; null where no clock is so far from it. */
export function offsetIn({ sign, hours, minutes = '0' }: OffsetText): number | null {
  const away = Number(hours) * 60 + Number(minutes)
  if (Number(minutes) > 59 || away > FURTHEST) return null
  return away * (sign === '-' ? -60_000 : 60_000)
}
