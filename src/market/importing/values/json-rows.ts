// JSON files as rows: ccxt's and freqtrade's arrays of arrays, or arrays of objects; also the answer of GET /api/candles.
import { unknownFormat } from '../formats.ts'
import { cellText, type RowBlock, type RowFile } from './columnar.ts'

const BLOCK_ROWS = 10_000
/** Enough digits that a double may not hold them. */
const LONG = /[[:,\s]-?\d{16,}\s*[,\]}]/
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const LONG_INTEGER = /^-?\d{16,}$/

/** `path` names the file in errors. @throws AppError `unknown_format`; SyntaxError for text that is no JSON */
export function jsonRows(path: string, bytes: Uint8Array): RowFile {
  const rows = rowsIn(path, parsedJson(new TextDecoder().decode(bytes)))
  const header = headerOf(rows)
  const blocks = async function* (): AsyncGenerator<RowBlock> {
    for (let from = 0; from < rows.length; from += BLOCK_ROWS) {
      yield { first: from + 1, rows: rows.slice(from, from + BLOCK_ROWS).map((row) => cellsOf(row, header)) }
    }
  }
  return { header, rows: rows.length, claim: null, blocks }
}

/** JSON whose integers of 16 digits and more, such as ids, are kept as text: a double would round them. */
export function parsedJson(text: string): unknown {
  const exact = LONG.test(text)
    ? text.replaceAll(STRING_OR_NUMBER, (token) => (LONG_INTEGER.test(token) ? `"${token}"` : token))
    : text
  return JSON.parse(exact)
}

/** Every key that any object has, in the order in which they first come: writers leave out what is undefined. */
export function headerOf(rows: readonly unknown[]): string[] | null {
  const keys = new Set<string>()
  for (const row of rows) {
    if (Array.isArray(row)) continue
    for (const key in row as object) keys.add(key)
  }
  return keys.size === 0 ? null : [...keys]
}

export function cellsOf(row: unknown, header: readonly string[] | null): string[] {
  if (Array.isArray(row)) return (row as unknown[]).map(cellText)
  return (header ?? []).map((name) => cellText((row as Record<string, unknown>)[name]))
}

function rowsIn(path: string, value: unknown): readonly unknown[] {
  const list = Array.isArray(value) ? (value as unknown[]) : listIn(value)
  if (list === null || list.some((row) => typeof row !== 'object' || row === null)) {
    throw unknownFormat(
      path,
      'is JSON, but no list of rows such as [[1705312800000, 10, 12, 9, 11, 5], …], as pandas writes them by to_json(orient="records")',
    )
  }
  return list
}

function listIn(value: unknown): unknown[] | null {
  const { candles, trades, ...rest } = (value ?? {}) as Record<string, unknown>
  const list = [candles, trades].find((each) => Array.isArray(each))
  // JSON Lines of a single line.
  return list ?? (isCell(rest['open']) || isCell(rest['price']) ? [rest] : null)
}

function isCell(value: unknown): boolean {
  return value !== undefined && typeof value !== 'object'
}
