// Parquet files as rows: row group by row group, all codecs that pyarrow writes; every value as the decimal that was written.
import type { FileMetaData, SchemaElement } from 'hyparquet'
import { dayText, decimalText, instantText, integerOf, singleText } from './cell-texts.ts'
import { blocksOf, cellText, claimOf, type RowBlock, type RowFile, type Wanted } from './columnar.ts'

const MS_A_DAY = 86_400_000
const DIGITS = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const

/** Times and decimals are handed over as they are stored; `PlainColumn.text` writes them. */
const PARSERS = {
  timestampFromMilliseconds: (time: bigint): bigint => time,
  timestampFromMicroseconds: (time: bigint): bigint => time,
  timestampFromNanoseconds: (time: bigint): bigint => time,
  dateFromDays: (days: number): number => days,
}

type Decode = (bytes: Uint8Array, length: number) => Uint8Array

interface PlainColumn {
  readonly name: string
  readonly text: (value: unknown) => string
}

/** @throws what hyparquet throws for damaged files */
export async function parquetRows(bytes: Uint8Array<ArrayBuffer>, wanted: Wanted): Promise<RowFile> {
  const { parquetMetadata, parquetScan } = await import('hyparquet')
  const { compressors } = await import('hyparquet-compressors')
  const codecs = Object.fromEntries(
    Object.entries(compressors).map(([name, decode]) => [name, orNothing(decode)]),
  )
  const read = parquetMetadata(bytes.buffer)
  const columns = columnsOf(read).filter(({ name }) => wanted(name))
  const header = columns.map(({ name }) => name)
  const metadata = { ...read, schema: read.schema.map(asStored) }
  const file = {
    byteLength: bytes.length,
    slice: (from: number, to?: number) => bytes.buffer.slice(from, to),
  }
  const blocks = async function* (): AsyncGenerator<RowBlock> {
    const scan = await parquetScan({ file, metadata, columns: header, compressors: codecs, parsers: PARSERS })
    for (const { rowStart, rowEnd } of scan.ranges) {
      const parts = []
      for (const { name, text } of columns) {
        parts.push({ values: await scan.readColumn({ column: name, rowStart, rowEnd }), text })
      }
      yield* blocksOf(parts, rowEnd - rowStart, rowStart + 1)
    }
  }
  const about = new Map(read.key_value_metadata?.map(({ key, value }) => [key, value ?? '']))
  return { header, rows: Number(read.num_rows), claim: claimOf(about), blocks }
}

/** A page without values, as of a group of nulls, holds nothing, which LZ4 here cannot read. */
function orNothing(decode: Decode): Decode {
  return (bytes, length) => (length === 0 ? new Uint8Array() : decode(bytes, length))
}

/**
 * hyparquet multiplies decimals by a power of ten, which rounds; told that they are no decimals it gives the integers. Bytes it would
 * take for text, so those it is told are something that it hands over.
 */
function asStored(element: SchemaElement): SchemaElement {
  if (element.converted_type !== 'DECIMAL' && element.logical_type?.type !== 'DECIMAL') return element
  const { converted_type: _, logical_type: __, ...rest } = element
  return rest.type === 'BYTE_ARRAY' ? { ...rest, logical_type: { type: 'UUID' } } : rest
}

/** The columns that are plain values, lists and structs left out. */
function columnsOf({ schema }: FileMetaData): PlainColumn[] {
  const [root, ...rest] = schema
  const columns: PlainColumn[] = []
  let at = 0
  for (let child = 0; child < (root?.num_children ?? 0); child += 1) {
    const element = rest[at]
    if (element !== undefined && isPlain(element)) columns.push({ name: element.name, text: textOf(element) })
    at = skip(rest, at)
  }
  return columns
}

/** Index behind the subtree that begins at `at`: the schema is a tree in depth-first order. */
function skip(schema: readonly SchemaElement[], at: number): number {
  let next = at + 1
  for (let child = 0; child < (schema[at]?.num_children ?? 0); child += 1) next = skip(schema, next)
  return next
}

function isPlain({ num_children: children, repetition_type: repetition }: SchemaElement): boolean {
  return (children ?? 0) === 0 && repetition !== 'REPEATED'
}

function textOf({
  type,
  converted_type: converted,
  logical_type: logical,
  scale,
}: SchemaElement): PlainColumn['text'] {
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const written = decimalText(scale ?? 0)
    return (value) => written(value instanceof Uint8Array ? integerOf(value) : value)
  }
  if (logical?.type === 'TIMESTAMP') return instantText(DIGITS[logical.unit], logical.isAdjustedToUTC)
  if (converted === 'TIMESTAMP_MILLIS') return instantText(DIGITS.MILLIS, true)
  if (converted === 'TIMESTAMP_MICROS') return instantText(DIGITS.MICROS, true)
  if (type === 'INT96') return instantText(DIGITS.NANOS, true)
  if (converted === 'DATE' || logical?.type === 'DATE') return dayText(MS_A_DAY)
  return type === 'FLOAT' ? singleText : cellText
}
