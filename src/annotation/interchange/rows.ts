// Files of marks and of closed trades as rows with named cells: CSV, Parquet and feather, JSON objects.
import { AppError } from '../../core/errors.ts'
import { csvRecords } from '../../market/importing/csv-records.ts'
import type { FileBytes } from '../../market/importing/file-bytes.ts'
import type { FileFormat } from '../../market/importing/formats.ts'
import { openRows } from '../../market/importing/values/row-file.ts'

export interface Rows {
  /** As `plainName` writes them; of two with the same name the second is called `name_1`, as pandas does it. */
  readonly header: readonly string[]
  readonly rows: readonly Row[]
  /** Commas in numbers are decimal points. */
  readonly decimalComma: boolean
}

export interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

/** "Entry Time", "entry-time" and "entryTime" are all entry_time. */
export function plainName(name: string): string {
  return name
    .trim()
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
    .replaceAll(/^_|_$/g, '')
}

/** @throws AppError `unreadable_file` where quotes do not close */
export function csvRows(file: FileBytes, text: string): Rows {
  const delimiter = delimiterOf(text)
  const records = recordsOf(file, text, delimiter)
  const [head, ...rest] = records
  return {
    header: headerOf(head?.cells ?? []),
    rows: rest,
    decimalComma: delimiter === ';',
  }
}

function recordsOf(file: FileBytes, text: string, delimiter: string): readonly Row[] {
  try {
    return csvRecords(text, delimiter)
  } catch (error) {
    throw file.unreadable(error)
  }
}

/** Of the first line that is not blank. */
function delimiterOf(text: string): string {
  const line = /\S[^\r\n]*/.exec(text)?.[0] ?? ''
  return ([';', '\t'] as const).find((delimiter) => line.includes(delimiter)) ?? ','
}

/** @throws AppError as `openRows` */
export async function columnarRows(
  file: FileBytes,
  format: Extract<FileFormat, 'parquet' | 'feather'>,
): Promise<Rows> {
  const opened = await openRows(file, format, () => true)
  const rows: Row[] = []
  for await (const { first, rows: block } of opened.blocks()) {
    for (const [index, cells] of block.entries()) rows.push({ line: first + index, cells })
  }
  return { header: headerOf(opened.header ?? []), rows, decimalComma: false }
}

type Json = Readonly<Record<string, unknown>>

/** Objects with any keys; what is within one goes by both names, such as entry_price. */
export function objectRows(objects: readonly Json[]): Rows {
  const flat = objects.map((object) => new Map(entriesOf(object, '')))
  const header = [...new Set(flat.flatMap((row) => [...row.keys()]))]
  const rows = flat.map((row, index) => ({
    line: index + 1,
    cells: header.map((name) => row.get(name) ?? ''),
  }))
  return { header, rows, decimalComma: false }
}

function entriesOf(object: Json, before: string): [string, string][] {
  return Object.entries(object).flatMap(([key, value]): [string, string][] => {
    const name = before + plainName(key)
    if (value === null || value === undefined) return []
    if (typeof value === 'object' && !Array.isArray(value)) return entriesOf(value as Json, `${name}_`)
    return [[name, typeof value === 'string' ? value : JSON.stringify(value)]]
  })
}

function headerOf(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const plain = plainName(name)
    const times = seen.get(plain) ?? 0
    seen.set(plain, times + 1)
    return times === 0 ? plain : `${plain}_${times}`
  })
}

/** A file that holds neither labels, nor annotations, nor trades. */
export function noMarks(header: readonly string[]): AppError {
  return new AppError(
    'bad_header',
    `The columns of this file (${header.join(', ')}) are none that say what was marked. Expected TRAINSET's (series, timestamp, value, label), our own export's, or a trade in each row: direction, entry time, entry price, exit time, exit price; or fills: time, side, price, amount.`,
    { field: 'file' },
  )
}
