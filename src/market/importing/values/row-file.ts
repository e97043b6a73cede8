// Opens what is no CSV as rows, each format by its own reader, loaded when first needed.
import type { RowBlock, RowFile, Wanted } from './columnar.ts'
import type { FileBytes } from '../file-bytes.ts'
import type { FileFormat } from '../formats.ts'

/** Formats that are no lines. */
export type WholeFormat = Exclude<FileFormat, 'csv' | 'jsonl'>

/** These are read whole: a JSON text is a string of at most half a GiB. */
const LIMITS = { json: 2 ** 28, parquet: 2 ** 30, feather: 2 ** 30 }

/** @throws AppError `unreadable_file` for damaged files, `unknown_format`, `file_too_large` */
export async function openRows(file: FileBytes, format: WholeFormat, wanted: Wanted): Promise<RowFile> {
  const bytes = await file.whole(LIMITS[format])
  try {
    const opened = await reader(format)(file.path, bytes, wanted)
    return { ...opened, blocks: () => named(file, opened.blocks()) }
  } catch (error) {
    throw file.unreadable(error)
  }
}

type Reader = (path: string, bytes: Uint8Array<ArrayBuffer>, wanted: Wanted) => Promise<RowFile>

function reader(format: WholeFormat): Reader {
  switch (format) {
    case 'json':
      return async (path, bytes) => (await import('./json-rows.ts')).jsonRows(path, bytes)
    case 'parquet':
      return async (_, bytes, wanted) => (await import('./parquet-rows.ts')).parquetRows(bytes, wanted)
    case 'feather':
      return async (_, bytes, wanted) => (await import('./feather-rows.ts')).featherRows(bytes, wanted)
  }
}

/** Damage that shows only while reading names the file too. */
async function* named(file: FileBytes, blocks: AsyncGenerator<RowBlock>): AsyncGenerator<RowBlock> {
  try {
    yield* blocks
  } catch (error) {
    throw file.unreadable(error)
  }
}
