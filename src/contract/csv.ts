// Rows as CSV (RFC 4180), for files of the commands and of the page. Pure.

/** One value of a cell; a number is written in full, null is an empty cell. */
export type Cell = string | number | boolean | null

/** A header, then the rows; what holds a comma, a quote or a line's end stands in quotes. */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('')
}

function cellText(cell: Cell): string {
  const text = cell === null ? '' : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
