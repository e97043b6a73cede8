// A whole CSV text as records; quoted cells may hold line breaks.
import { parse } from 'csv-parse/sync'

export interface CsvRecord {
  /** The line it ends on, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** Blank lines and a byte order mark are left out. @throws Error where a quote does not close */
export function csvRecords(text: string, delimiter: string): CsvRecord[] {
  const options = { bom: true, info: true, relax_column_count: true, relax_quotes: true } as const
  const records = parse(text, { ...options, delimiter, skip_empty_lines: true }) as unknown
  return (records as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
    line: info.lines,
    cells: record,
  }))
}
