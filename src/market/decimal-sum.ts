// Exact decimal sums of volumes: each double stands for its shortest decimal text; the sum is rounded once.

const SCALE = 1e8
/** Below this the decimals with 8 places and the doubles nearest to them correspond one to one. */
const FAST_LIMIT = 2 ** 25
const UNITS_LIMIT = FAST_LIMIT * SCALE - 1

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
    const units = unitsOf(value)
    sum += units
    if (units < 0 || sum > Number.MAX_SAFE_INTEGER) return sumExactly(values)
  }
  return sum / SCALE
}

/** The whole number of 1e-8 that `value` denotes; −1 where it is too large for that or has more places. */
function unitsOf(value: number): number {
  const units = Math.round(value * SCALE)
  return value < FAST_LIMIT && units / SCALE === value ? units : -1
}

/** A sum under construction, as `sumDecimals` makes it, without keeping what was added. */
export class DecimalSum {
  #units: number
  /** What does not fit into units. */
  #others: number[] | null = null

  constructor(first: number) {
    this.#units = 0
    this.add(first)
  }

  add(value: number): void {
    const units = unitsOf(value)
    if (units < 0) (this.#others ??= []).push(value)
    else if (this.#units + units <= UNITS_LIMIT) this.#units += units
    else {
      ;(this.#others ??= []).push(this.#units / SCALE)
      this.#units = units
    }
  }

  merge(other: DecimalSum): void {
    for (const value of other.#others ?? []) this.add(value)
    this.add(other.#units / SCALE)
  }

  value(): number {
    const sum = this.#units / SCALE
    return this.#others === null ? sum : sumExactly([...this.#others, sum])
  }
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
