// How far in time anything may be shown. Every view asks here, most of them without knowing: what `useApp` reads is cut at it (seen.ts).

/** Where the trader stands in time. */
export interface Cursor {
  /** The as-of instant, UTC ms, a whole second; null before the first data. */
  readonly time: number | null
  /** Goes along with the newest second. */
  readonly follows: boolean
  /** H: nothing at or after `time` is shown. */
  readonly hidesFuture: boolean
}

/** The as-of instant, UTC ms, later than which nothing may be shown or be read anywhere; `Infinity` while the future is not hidden. */
export function horizonOf({ time, hidesFuture }: Cursor): number {
  return hidesFuture && time !== null ? time : Number.POSITIVE_INFINITY
}

/** Whether something may not be shown. */
export function isBlind(cursor: Cursor): boolean {
  return horizonOf(cursor) !== Number.POSITIVE_INFINITY
}
