// Fields of a row into numbers; what is no number says why.

/** Why a row is left out; the line number is added where it is caught. */
export class RefusedRow extends Error {}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const THOUSANDS = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/
const DECIMAL_COMMA = /^[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+$/

/** `decimalComma`: a comma in the file's numbers stands before their decimals, as where it does not part the columns. */
export function numberIn(text: string | undefined, name: string, decimalComma = false): number {
  const trimmed = text?.trim() ?? ''
  const value = NUMBER.test(trimmed) ? Number(trimmed) : withCommas(trimmed, name, decimalComma)
  if (Number.isFinite(value)) return value
  throw new RefusedRow(`${name} is ${trimmed === '' ? 'missing' : `"${trimmed}"`}: expected a number`)
}

export function positiveIn(text: string | undefined, name: string, decimalComma = false): number {
  const value = numberIn(text, name, decimalComma)
  if (value > 0) return value
  throw new RefusedRow(`${name} is ${value}: expected more than 0`)
}

/** How a file's prices are to be read. */
export interface PriceReading {
  readonly decimalComma: boolean
  /** Prices of 0 and below are taken, as the market has them. */
  readonly negative: boolean
}

export function priceIn(
  text: string | undefined,
  name: string,
  { decimalComma, negative }: PriceReading,
): number {
  const value = numberIn(text, name, decimalComma)
  if (value > 0 || negative) return value
  throw new RefusedRow(
    `${name} is ${value}: expected more than 0; a market that does trade there, as spreads may, is imported with --negative-prices`,
  )
}

/** NaN where it is no number. */
function withCommas(text: string, name: string, decimalComma: boolean): number {
  if (!text.includes(',')) return Number.NaN
  const asThousands = THOUSANDS.test(text)
  const asDecimal = DECIMAL_COMMA.test(text)
  if (asThousands && asDecimal && !decimalComma) {
    throw new RefusedRow(`${name} is "${text}", which may be a decimal comma or thousands: write it without`)
  }
  if (asDecimal) return Number(text.replaceAll('.', '').replace(',', '.'))
  return asThousands ? Number(text.replaceAll(',', '')) : Number.NaN
}
