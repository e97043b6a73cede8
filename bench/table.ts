// The table `npm run bench` prints: figures with three digits, the peer beside ours, their ratio.
import type { Row } from './bench.ts'

/** Columns: name, ours, unit, peer's, ratio, note; one heading a group. */
export function formatTable(groups: readonly { title: string; rows: readonly Row[] }[]): string {
  const lines = groups.flatMap(({ rows }) => rows.map(cells))
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...lines.map((line) => line[column]!.length)))
  return groups
    .flatMap(({ title, rows }) => ['', title, ...rows.map((row) => `  ${align(cells(row), widths)}`)])
    .join('\n')
}

function cells(row: Row): string[] {
  const ratio = ratioOf(row)
  return [
    row.name,
    `${figure(row.value)} ${row.unit}`,
    row.peer === undefined ? '' : `${row.peer.name} ${figure(row.peer.value)} ${row.unit}`,
    ratio === undefined ? '' : `${ratio.toFixed(2)}×`,
    row.note ?? '',
  ]
}

/** Above 1 we are better. */
function ratioOf({ value, unit, peer, ratio }: Row): number | undefined {
  if (ratio !== undefined || peer === undefined) return ratio
  return unit.endsWith('/s') ? value / peer.value : peer.value / value
}

function align(row: readonly string[], widths: readonly number[]): string {
  const [name = '', ours = '', peer = '', ratio = '', note = ''] = row
  const [nameWidth = 0, oursWidth = 0, peerWidth = 0, ratioWidth = 0] = widths
  return [
    name.padEnd(nameWidth),
    ours.padStart(oursWidth),
    peer.padEnd(peerWidth),
    ratio.padStart(ratioWidth),
    note,
  ]
    .join('  ')
    .trimEnd()
}

function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}
