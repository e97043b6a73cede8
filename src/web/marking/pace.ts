// How fast the past is played: its speeds, and how many seconds of it are due. Pure.

/** Seconds of the market in one of the trader's. */
export const SPEEDS = [1, 2, 5, 10, 20, 30, 60] as const

/** What a page that was put aside or busy for longer did not show is not made up for, ms. */
const MOST_ELAPSED = 1000

/** The next faster or slower one; the last stays. */
export function speedBeside(speed: number, delta: 1 | -1): number {
  const place = SPEEDS.findIndex((one) => one === speed) + delta
  return SPEEDS[Math.min(Math.max(place, 0), SPEEDS.length - 1)] ?? speed
}

export interface Due {
  /** Whole seconds to go on by. */
  readonly seconds: number
  /** What is left of one, 0–1. */
  readonly owed: number
}

/** What is due `elapsed` ms after the last look. */
export function dueAfter(owed: number, elapsed: number, speed: number): Due {
  const total = owed + (Math.min(elapsed, MOST_ELAPSED) / 1000) * speed
  const seconds = Math.floor(total)
  return { seconds, owed: total - seconds }
}
