// Numbers that are there by the way their array was made: one function a kind of array, so that loops over millions stay fast.

/** @throws RangeError where the array has no such item */
export function float64At(values: Float64Array, index: number): number {
  const value = values[index]
  if (value === undefined) throw missing(values, index)
  return value
}

/** @throws RangeError where the array has no such item */
export function int32At(values: Int32Array, index: number): number {
  const value = values[index]
  if (value === undefined) throw missing(values, index)
  return value
}

/** @throws RangeError where the list has no such item */
export function numberIn(values: readonly number[], index: number): number {
  const value = values[index]
  if (value === undefined) throw missing(values, index)
  return value
}

function missing(values: ArrayLike<number>, index: number): RangeError {
  return new RangeError(`no item ${index} in ${values.length} numbers`)
}
