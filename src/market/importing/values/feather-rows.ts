// Feather files (Arrow IPC, version 2) as rows: plain, lz4 or zstd, as pandas and freqtrade write them; every value as the decimal that was written.
import type * as Flechette from '@uwdata/flechette'
import type { Column, DataType, Table } from '@uwdata/flechette'
import { bytesText, dayText, decimalText, instantText, singleText } from './cell-texts.ts'
import {
  blocksOf,
  cellText,
  claimOf,
  type RowBlock,
  type RowFile,
  type ValueColumn,
  type Wanted,
} from './columnar.ts'
import { decodeLz4Frame } from './lz4-frame.ts'

type Arrow = Pick<typeof Flechette, 'Type' | 'Precision'>

/** @throws what flechette throws for damaged files */
export async function featherRows(bytes: Uint8Array<ArrayBuffer>, wanted: Wanted): Promise<RowFile> {
  const arrow = await import('@uwdata/flechette')
  const { decompressZstd } = await import('hyparquet-compressors')
  const { LZ4_FRAME, ZSTD } = arrow.CompressionType
  arrow.setCompressionCodec(LZ4_FRAME, { decode: decodeLz4Frame, encode: unused })
  const decode = (input: Uint8Array, length: number): Uint8Array =>
    decompressZstd(input, new Uint8Array(length))
  arrow.setCompressionCodec(ZSTD, { decode, encode: unused })
  const table = arrow.tableFromIPC(bytes, { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true })
  const header = table.names.filter((name) => wanted(name))
  const columns = header.map((name) => columnOf(arrow, table, name))
  const blocks = async function* (): AsyncGenerator<RowBlock> {
    yield* blocksOf(columns, table.numRows, 1)
  }
  return { header, rows: table.numRows, claim: claimOf(table.schema.metadata ?? new Map()), blocks }
}

function unused(): never {
  throw new Error('feather files are written without compression')
}

function columnOf(arrow: Arrow, table: Table, name: string): ValueColumn {
  const column = table.getChild(name) as Column<unknown>
  return { values: column.toArray(), text: textOf(arrow, column.type) }
}

function textOf(arrow: Arrow, type: DataType): ValueColumn['text'] {
  const { Type, Precision } = arrow
  if (type.typeId === Type.Dictionary) return textOf(arrow, type.dictionary)
  if (type.typeId === Type.Timestamp) return instantText(type.unit * 3, (type.timezone ?? '') !== '')
  if (type.typeId === Type.Date) return dayText(1)
  if (type.typeId === Type.Decimal) return decimalText(type.scale)
  const { Binary, LargeBinary, BinaryView } = Type
  if (type.typeId === Binary || type.typeId === LargeBinary || type.typeId === BinaryView) return bytesText
  return type.typeId === Type.Float && type.precision === Precision.SINGLE ? singleText : cellText
}
