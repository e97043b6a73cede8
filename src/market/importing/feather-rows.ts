// Feather files (Arrow IPC, version 2) as rows: plain, lz4 or zstd, as pandas and freqtrade write them.
import type { Column, Table } from '@uwdata/flechette'
import { blocksOf, type RowBlock, type RowFile, type Wanted } from './columnar.ts'
import { decodeLz4Frame } from './lz4-frame.ts'

/** @throws what flechette throws for damaged files */
export async function featherRows(bytes: Uint8Array<ArrayBuffer>, wanted: Wanted): Promise<RowFile> {
  const arrow = await import('@uwdata/flechette')
  const { decompressZstd } = await import('hyparquet-compressors')
  const { LZ4_FRAME, ZSTD } = arrow.CompressionType
  arrow.setCompressionCodec(LZ4_FRAME, { decode: decodeLz4Frame, encode: unused })
  const decode = (input: Uint8Array, length: number): Uint8Array =>
    decompressZstd(input, new Uint8Array(length))
  arrow.setCompressionCodec(ZSTD, { decode, encode: unused })
  // Timestamps of any unit come as UTC ms; those without a zone are taken for UTC.
  const table = arrow.tableFromIPC(bytes, { useBigInt: true })
  const header = table.names.filter((name) => wanted(name.toLowerCase()))
  const columns = header.map((name) => valuesOf(table, name, arrow.Type.Timestamp))
  const blocks = async function* (): AsyncGenerator<RowBlock> {
    yield* blocksOf(columns, table.numRows, 1)
  }
  return { header, rows: table.numRows, blocks }
}

function unused(): never {
  throw new Error('feather files are written without compression')
}

/** Timestamps finer than a millisecond are cut to it. */
function valuesOf(table: Table, name: string, timestamp: number): ArrayLike<unknown> {
  const column = table.getChild(name) as Column<unknown>
  const values = column.toArray() as ArrayLike<unknown>
  if (column.type.typeId !== timestamp) return values
  return Array.from(values, (time) => (typeof time === 'number' ? Math.floor(time) : time))
}
