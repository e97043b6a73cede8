// Lists without what is later than an instant. What is known of a thing may change after it began, so each has several instants. Pure.

/** Of ascending or any `instants` of each item: UTC ms, after each of which more is known of it. */
type InstantsOf<T> = (item: T) => readonly number[]

/** What of `item` was known as of `horizon`; null where nothing was. */
type KnownAt<T> = (item: T, horizon: number) => T | null

interface Cut<T> {
  readonly count: number
  readonly kept: readonly T[]
}

/**
 * Makes what cuts a list. Instants are counted against the horizon: as many passed are the same ones, so a list that is cut as before is the
 * same object, and costs no more than comparing numbers.
 */
export function cutter<T extends object>(instantsOf: InstantsOf<T>, knownAt: KnownAt<T>) {
  const instants = new WeakMap<readonly T[], Float64Array>()
  const last = new WeakMap<readonly T[], Cut<T>>()
  return (list: readonly T[], horizon: number): readonly T[] => {
    const all = instants.get(list) ?? Float64Array.from(list.flatMap(instantsOf))
    instants.set(list, all)
    const count = passed(all, horizon)
    if (count === all.length) return list
    const before = last.get(list)
    if (before?.count === count) return before.kept
    const kept = list.flatMap((item) => knownAt(item, horizon) ?? [])
    last.set(list, { count, kept })
    return kept
  }
}

function passed(instants: Float64Array, horizon: number): number {
  let count = 0
  for (const instant of instants) if (instant <= horizon) count++
  return count
}

/** For what is known at once: there from `instantOf` on, and never changed. */
export function cutterAt<T extends object>(instantOf: (item: T) => number) {
  return cutter<T>(
    (item) => [instantOf(item)],
    (item, horizon) => (instantOf(item) <= horizon ? item : null),
  )
}

/** Remembers what `make` made of the same inputs last. */
export function memo<A extends readonly unknown[], T>(make: (...inputs: A) => T): (...inputs: A) => T {
  let last: { inputs: A; value: T } | undefined
  return (...inputs) => {
    if (last !== undefined && last.inputs.every((input, i) => Object.is(input, inputs[i]))) return last.value
    last = { inputs, value: make(...inputs) }
    return last.value
  }
}
