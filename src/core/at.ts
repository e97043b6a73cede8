// Items that are there by the way a list, a map or a record was made.

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

/** @throws RangeError where the record does not have the name */
export function named<T>(record: Readonly<Record<string, T>>, name: string): T {
  const value = record[name]
  if (value === undefined) throw new RangeError(`no ${name} among ${Object.keys(record).join(', ')}`)
  return value
}

/** An element of an array of numbers; NaN, which is what is not known, outside of it. Inlined, it costs loops next to nothing. */
export function numberAt(values: Float32Array | Float64Array, index: number): number {
  return values[index] ?? Number.NaN
}
