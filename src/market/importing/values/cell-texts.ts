// Values of typed columns as the decimals that were written: scaled integers, single floats, timestamps of any unit.
import { cellText } from './columnar.ts'

type Text = (value: unknown) => string

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** Bytes that writers use for text, as Parquet's readers take them too; hexadecimal where they are none. */
export function bytesText(value: unknown): string {
  if (!(value instanceof Uint8Array)) return cellText(value)
  try {
    return strictUtf8.decode(value)
  } catch {
    return cellText(value)
  }
}

/** Digits that the widest decimals have, of 256 bits. */
const MOST_DIGITS = 76

/** Unscaled integers of `scale` decimals. @throws RangeError where no decimal has as many */
export function decimalText(scale: number): Text {
  if (Math.abs(scale) > MOST_DIGITS) throw new RangeError(`a decimal has no scale of ${scale}`)
  return (value) => {
    if (typeof value !== 'bigint' && typeof value !== 'number') return cellText(value)
    const text = `${value}`
    if (scale <= 0) return text === '0' ? text : `${text}${'0'.repeat(-scale)}`
    const digits = text.replace('-', '').padStart(scale + 1, '0')
    return `${text.startsWith('-') ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  }
}

/** Two's complement, the highest byte first, as Parquet stores decimals. */
export function integerOf(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return BigInt.asIntN(bytes.length * 8, value)
}

/** The shortest decimal that a single float is nearest to: 0.1, and not 0.10000000149011612. */
export function singleText(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return cellText(value)
  for (let digits = 6; digits < 9; digits += 1) {
    const text = value.toPrecision(digits)
    if (Math.fround(Number(text)) === value) return String(Number(text))
  }
  return value.toPrecision(9)
}

/** The earliest ms of which a number alone says its unit: see `epochOf`. */
const LEAST_MS = 100_000_000_000n

/** Counts since 1970 with `digits` digits below the second, as UTC ms. `utc` false: the wall clock of a zone that is not written. */
export function instantText(digits: number, utc: boolean): Text {
  const scale = 10n ** BigInt(Math.abs(digits - 3))
  return (value) => {
    if (typeof value !== 'bigint') return cellText(value)
    const ms = digits < 3 ? value * scale : floorDivided(value, scale)
    const below = digits <= 3 || value === ms * scale ? '' : `${value - ms * scale}`.padStart(digits - 3, '0')
    if (utc && ms >= LEAST_MS) return below === '' ? `${ms}` : `${ms}.${below}`
    return `${new Date(Number(ms)).toISOString().slice(0, -1)}${below}${utc ? 'Z' : ''}`
  }
}

/** Days since 1970, or ms of days, as dates. */
export function dayText(unit: number): Text {
  return (value) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') return cellText(value)
    return new Date(Number(value) * unit).toISOString().slice(0, 10)
  }
}

function floorDivided(value: bigint, by: bigint): bigint {
  return value >= 0n ? value / by : -((-value + by - 1n) / by)
}
