// Exact decimal sums of volumes: each double stands for its shortest decimal text; the sum is rounded once.

const SCALE = 1e8
/** Below this the decimals with 8 places and the doubles nearest to them correspond one to one. */
const FAST_LIMIT = 2 ** 25

/**
 * The exact sum of the decimals that `values` denote by their shortest text, rounded once to the nearest double: order and grouping never
 * matter while sums have at most 15 significant digits. Values are finite and ≥ 0.
 */
export function sumDecimals(values: Iterable<number>): number {
  return sumList(Array.isArray(values) ? (values as number[]) : [...values])
}

function sumList(values: readonly number[]): number {
  let sum = 0
  for (const value of values) {
    const scaled = Math.round(value * SCALE)
    sum += scaled
    if (!(value < FAST_LIMIT) || scaled / SCALE !== value || !Number.isSafeInteger(sum))
      return sumExactly(values)
  }
  return sum / SCALE
}

function sumExactly(values: readonly number[]): number {
  let sum = 0n
  let places = 0
  for (const value of values) {
    const [digits, scale] = decimalOf(value)
    const common = Math.max(places, scale)
    sum = sum * 10n ** BigInt(common - places) + digits * 10n ** BigInt(common - scale)
    places = common
  }
  return Number(`${sum}e-${places}`)
}

/** [integer, places]: the value is integer · 10^−places. */
function decimalOf(value: number): [bigint, number] {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const places = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return places >= 0 ? [digits, places] : [digits * 10n ** BigInt(-places), 0]
}
