// Parquet files as rows: row group by row group, all codecs that pyarrow writes; timestamps of any unit become UTC ms.
import type { FileMetaData, SchemaElement } from 'hyparquet'
import { blocksOf, type RowBlock, type RowFile, type Wanted } from './columnar.ts'

const MS_A_DAY = 86_400_000

/** Timestamps without a zone are taken for UTC, as pandas writes what it made of epoch times. */
const PARSERS = {
  timestampFromMilliseconds: (time: bigint): bigint => time,
  timestampFromMicroseconds: (time: bigint): bigint => time / 1000n,
  timestampFromNanoseconds: (time: bigint): bigint => time / 1_000_000n,
  dateFromDays: (days: number): number => days * MS_A_DAY,
}

/** @throws what hyparquet throws for damaged files */
export async function parquetRows(bytes: Uint8Array<ArrayBuffer>, wanted: Wanted): Promise<RowFile> {
  const { parquetMetadata, parquetScan } = await import('hyparquet')
  const { compressors } = await import('hyparquet-compressors')
  const metadata = parquetMetadata(bytes.buffer)
  const header = columnsOf(metadata).filter((name) => wanted(name.toLowerCase()))
  const file = {
    byteLength: bytes.length,
    slice: (from: number, to?: number) => bytes.buffer.slice(from, to),
  }
  const blocks = async function* (): AsyncGenerator<RowBlock> {
    const scan = await parquetScan({ file, metadata, columns: header, compressors, parsers: PARSERS })
    for (const { rowStart, rowEnd } of scan.ranges) {
      const columns = []
      for (const column of header) columns.push(await scan.readColumn({ column, rowStart, rowEnd }))
      yield* blocksOf(columns, rowEnd - rowStart, rowStart + 1)
    }
  }
  return { header, rows: Number(metadata.num_rows), blocks }
}

/** Names of the columns that are plain values, lists and structs left out. */
function columnsOf({ schema }: FileMetaData): string[] {
  const [root, ...rest] = schema
  const names: string[] = []
  let at = 0
  for (let child = 0; child < (root?.num_children ?? 0); child += 1) {
    const element = rest[at]!
    if (isPlain(element)) names.push(element.name)
    at = skip(rest, at)
  }
  return names
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
