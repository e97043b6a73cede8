// Decimal text of an exchange into a number: exact, strict, and faster than `Number`.

const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
const DECIMAL = /^\d+(\.\d*)?(e[+-]?\d+)?$/i

/**
 * The double nearest to a decimal such as `2683.80000000`; NaN for anything else (signs, blanks, hexadecimal). Digits make an integer
 * below 2^53 and the power of ten is exact, so that one division rounds correctly (Clinger 1990, the fast path).
 */
export function decimalOf(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return Number.NaN
  let digits = 0
  let point = -1
  const { length } = value
  if (length === 0) return Number.NaN
  for (let index = 0; index < length; index += 1) {
    const code = value.charCodeAt(index) - 48
    if (code >= 0 && code <= 9) digits = digits * 10 + code
    else if (code === -2 && point < 0 && index > 0) point = index
    else return slow(value)
  }
  if (digits >= Number.MAX_SAFE_INTEGER) return slow(value)
  if (point < 0) return digits
  const power = POWERS[length - point - 1]
  return power === undefined ? slow(value) : digits / power
}

function slow(text: string): number {
  return DECIMAL.test(text) ? Number(text) : Number.NaN
}
