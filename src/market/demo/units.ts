// The demo market counts in whole ticks and volume units, so that sums are exact.

/** One basis point, as a fraction. */
export const BP = 1e-4
/** Ticks per quote unit (the price grid is 0.01). */
export const TICKS = 100
/** Volume units per base unit (amounts have at most four decimals). */
export const UNITS = 10_000
