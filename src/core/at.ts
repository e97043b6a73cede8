// Items of a list that are there by the way it was made.

/** @throws RangeError where the list has no such item */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${items.length}`)
  return item
}
