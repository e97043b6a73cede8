// Items that are there by the way a list or a map was made.

/** @param index negative ones count from the end. @throws RangeError where the list has no such item */
export function at<T>(items: ArrayLike<T>, index: number): T {
  const item = items[index < 0 ? items.length + index : index]
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${items.length}`)
  return item
}

/** @throws RangeError where the map does not have the key */
export function valueAt<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined) throw new RangeError(`no ${String(key)} in a map of ${map.size}`)
  return value
}
