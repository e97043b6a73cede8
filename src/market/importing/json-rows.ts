// JSON files as rows: ccxt's and freqtrade's arrays of arrays, or arrays of objects; also the answer of GET /api/candles.
import { cellText, type RowBlock, type RowFile } from './columnar.ts'
import { unknownFormat } from './formats.ts'

const BLOCK_ROWS = 10_000

/** `path` names the file in errors. @throws AppError `unknown_format`; SyntaxError for text that is no JSON */
export function jsonRows(path: string, bytes: Uint8Array): RowFile {
  const rows = rowsIn(path, JSON.parse(new TextDecoder().decode(bytes)))
  const first = rows[0]
  const header = first === undefined || Array.isArray(first) ? null : Object.keys(first as object)
  const blocks = async function* (): AsyncGenerator<RowBlock> {
    for (let from = 0; from < rows.length; from += BLOCK_ROWS) {
      yield { first: from + 1, rows: rows.slice(from, from + BLOCK_ROWS).map((row) => cellsOf(row, header)) }
    }
  }
  return { header, rows: rows.length, blocks }
}

function rowsIn(path: string, value: unknown): readonly unknown[] {
  const list = Array.isArray(value) ? (value as unknown[]) : listIn(value)
  if (list === null || list.some((row) => typeof row !== 'object' || row === null)) {
    throw unknownFormat(path, 'is JSON, but no list of rows such as [[1705312800000, 10, 12, 9, 11, 5], …]')
  }
  return list
}

function listIn(value: unknown): unknown[] | null {
  const { candles, trades } = value as Record<string, unknown>
  return [candles, trades].find((list) => Array.isArray(list)) ?? null
}

function cellsOf(row: unknown, header: readonly string[] | null): string[] {
  if (Array.isArray(row)) return (row as unknown[]).map(cellText)
  return (header ?? []).map((name) => cellText((row as Record<string, unknown>)[name]))
}
