// JSON Lines as rows: an object or an array a line, read piece by piece.
import type { FileBytes } from '../file-bytes.ts'
import { LineReader } from '../lines.ts'
import { cellsOf, headerOf, parsedJson } from './json-rows.ts'

/** Rows that came together, by their lines; a line that is no JSON object or array is null. */
export interface JsonLines {
  /** Names of the columns so far: it only grows at its end. Null while rows have none. */
  readonly header: readonly string[] | null
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] | null }[]
}

/** @throws AppError as `FileBytes.chunks` */
export async function* jsonLines(file: FileBytes): AsyncGenerator<JsonLines> {
  const header: string[] = []
  for await (const { first, lines } of new LineReader(file).blocks()) {
    const rows = lines.flatMap((text, index) =>
      text.trim() === '' ? [] : [{ line: first + index, row: rowOf(text.replace(/^\uFEFF/, '')) }],
    )
    const known = new Set(header)
    for (const key of headerOf(rows.map(({ row }) => row)) ?? []) if (!known.has(key)) header.push(key)
    yield {
      header: header.length === 0 ? null : [...header],
      rows: rows.map(({ line, row }) => ({ line, cells: row === null ? null : cellsOf(row, header) })),
    }
  }
}

function rowOf(text: string): object | null {
  try {
    const row = parsedJson(text)
    return typeof row === 'object' ? row : null
  } catch {
    return null
  }
}
