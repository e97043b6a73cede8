// Tables as feather files (Arrow IPC, version 2), without compression; instants as timestamps in UTC ms, as freqtrade stores them.
import type { Column, DataType } from '@uwdata/flechette'
import type { OutTable } from './table.ts'

/** The file's bytes. The same table is always the same bytes. */
export async function featherBytes({ columns, about }: OutTable): Promise<Uint8Array> {
  const arrow = await import('@uwdata/flechette')
  const types: Record<OutTable['columns'][number]['kind'], () => DataType> = {
    instant: () => arrow.timestamp(arrow.TimeUnit.MILLISECOND, 'UTC'),
    integer: () => arrow.int64(),
    number: () => arrow.float64(),
    boolean: () => arrow.bool(),
    text: () => arrow.utf8(),
  }
  const filled = columns.map(({ name, kind, values }): [string, Column<unknown>] => [
    name,
    arrow.columnFromArray(Array.from<unknown>(values), types[kind]()),
  ])
  const table = arrow.tableFromColumns(filled)
  table.schema.metadata = new Map(Object.entries(about))
  const bytes = arrow.tableToIPC(table, { format: 'file' })
  if (bytes === null) throw new Error('the feather file was written elsewhere')
  return bytes
}
