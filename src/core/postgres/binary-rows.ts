// Rows in the binary form of COPY (PostgreSQL, "COPY", Binary Format): whole numbers of 64 bits and bytes.

/** A whole number, or bytes. */
export type Cell = number | Uint8Array

/** Signature, flags, no extension. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const TRAILER = Buffer.from([0xff, 0xff])

/** A chunk a row. */
export async function* binaryRows(rows: AsyncIterable<readonly Cell[]>): AsyncGenerator<Uint8Array> {
  yield HEADER
  for await (const row of rows) {
    const count = Buffer.alloc(2)
    count.writeInt16BE(row.length)
    yield Buffer.concat([count, ...row.flatMap(cellOf)])
  }
  yield TRAILER
}

function cellOf(cell: Cell): Uint8Array[] {
  const value = typeof cell === 'number' ? numberOf(cell) : cell
  const length = Buffer.alloc(4)
  length.writeInt32BE(value.length)
  return [length, value]
}

function numberOf(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}
