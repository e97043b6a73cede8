// Tables as Parquet: snappy, instants as timestamps in UTC ms; pandas and polars read them as they are.
import type { ColumnSource } from 'hyparquet-writer'
import type { OutColumn, OutTable } from './table.ts'

const ROW_GROUP = 250_000

/** The file's bytes. The same table is always the same bytes. */
export async function parquetBytes({ columns, about }: OutTable): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer')
  const kvMetadata = Object.entries(about).map(([key, value]) => ({ key, value }))
  const columnData = columns.map(sourceOf)
  return new Uint8Array(
    parquetWriteBuffer({ columnData, kvMetadata, rowGroupSize: ROW_GROUP, createdBy: 'annotate' }),
  )
}

function sourceOf({ name, kind, values }: OutColumn): ColumnSource {
  switch (kind) {
    case 'instant':
      return { name, type: 'TIMESTAMP', data: mapped(values, (time) => new Date(time)) }
    case 'integer':
      return { name, type: 'INT64', data: mapped(values, BigInt) }
    case 'number':
      return { name, type: 'DOUBLE', data: Array.from(values) }
    case 'boolean':
      return { name, type: 'BOOLEAN', data: Array.from(values) }
    case 'text':
      return { name, type: 'STRING', data: Array.from(values) }
  }
}

function mapped<T>(values: ArrayLike<number | null>, to: (value: number) => T): (T | null)[] {
  return Array.from(values, (value) => (value === null ? null : to(value)))
}
