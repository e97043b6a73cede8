// Whole numbers as bytes of variable length (LEB128, zigzag for signed ones), written and read in order.
import { AppError } from '../../core/errors.ts'

const TWO_31 = 2 ** 31

export class ByteWriter {
  #bytes = new Uint8Array(4096)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#length++] = value
  }

  /** 0 ≤ value < 2^53: seven bits a byte, lowest first. */
  unsigned(value: number): void {
    this.#room(8)
    let rest = value
    while (rest >= TWO_31) {
      this.#bytes[this.#length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  /** |value| < 2^52. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value)
  }

  double(value: number): void {
    this.#room(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  /** A copy of what was written. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = new Uint8Array(this.#bytes.length * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

/** @throws AppError `broken_order_book` where the bytes end too soon or a number is too long. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length
  }

  byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw brokenBlock('it ends too soon')
    this.#at += 1
    return byte
  }

  unsigned(): number {
    let value = 0
    let factor = 1
    for (let count = 0; count < 8; count += 1) {
      const byte = this.byte()
      value += (byte & 127) * factor
      if (byte < 128) return value
      factor *= 128
    }
    throw brokenBlock('a number in it is too long')
  }

  signed(): number {
    const value = this.unsigned()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  double(): number {
    if (this.#at + 8 > this.#bytes.length) throw brokenBlock('it ends too soon')
    const value = this.#view.getFloat64(this.#at, true)
    this.#at += 8
    return value
  }
}

export function brokenBlock(why: string): AppError {
  return new AppError(
    'broken_order_book',
    `A stored block of order-book snapshots cannot be read: ${why}. Import or record that time again.`,
    { status: 500 },
  )
}
