// A proof that takes long has a short form in `npm test` and this one by name: `npm run test:long`.

/** `npm run test:long` sets it. */
export const isLong = process.env['ANNOTATE_TEST_LONG'] !== undefined

/** What is tried: `short` in `npm test`, `long` by name. */
export function effort<T>(short: T, long: T): T {
  return isLong ? long : short
}

/** Sizes of the browser's window at which a test looks at the page: the smaller one, whose room is scarce; by name both. */
export const SIZES: readonly (readonly [width: number, height: number])[] = effort(
  [[1440, 900]],
  [
    [1440, 900],
    [1920, 1080],
  ],
)
