// TRAINSET's labelled CSV (series or filename, timestamp, value, label) as labels: each run of points with the same label is one.
import type { EpochMs } from '../../core/time.ts'
import { numberIn, RefusedRow } from '../../market/importing/fields.ts'
import type { FileBytes } from '../../market/importing/file-bytes.ts'
import { LineReader } from '../../market/importing/lines.ts'
import { Table } from '../../market/importing/tables/table.ts'
import { labelInstant, RefusedLabelError, type Zone } from './label-times.ts'
import { labelOf, type Label, type LabelFile, type RefusedLabel } from './label.ts'

const LAYOUT = {
  series: { names: ['series', 'filename'], required: true },
  time: { names: ['timestamp'], required: true },
  value: { names: ['value'], required: true },
  label: { names: ['label'], required: true },
} as const

interface Point {
  readonly line: number
  readonly time: EpochMs
  readonly value: number
  readonly label: string
}

/** TRAINSET writes 0 or nothing where a point has no label; 1 where labels have no names. */
const UNLABELLED = new Set(['', '0', 'false', 'none', 'null'])
const UNNAMED = new Set(['1', 'true'])

/** Whether a header is TRAINSET's. */
export function isTrainset(header: readonly string[]): boolean {
  return header.includes('label') && LAYOUT.series.names.some((name) => header.includes(name))
}

/**
 * The value at the first and at the last point of a run are the prices of entry and exit. Times without a zone are `zone`'s.
 * @throws AppError `bad_header`, and what `FileBytes` throws
 */
export async function trainsetLabels(file: FileBytes, zone: Zone): Promise<LabelFile> {
  const table = new Table<keyof typeof LAYOUT>('labels', LAYOUT)
  const series = new Map<string, Point[]>()
  const refused: RefusedLabel[] = []
  let begun = false
  for await (const { first, lines } of new LineReader(file).blocks()) {
    for (const [index, text] of lines.entries()) {
      const row = begun ? text : text.replace(/^\uFEFF/, '')
      if (row.trim() === '') continue
      if (begun) addPoint(series, refused, table, row.replace(/\r$/, ''), first + index, zone)
      else table.begin(row.replace(/\r$/, ''))
      begun = true
    }
  }
  const labels: Label[] = []
  for (const [name, points] of series) addRuns(name, points, labels, refused)
  return { labels: labels.toSorted((a, b) => a.line - b.line), refused, elsewhere: 0, otherSymbols: [] }
}

function addPoint(
  series: Map<string, Point[]>,
  refused: RefusedLabel[],
  table: Table<keyof typeof LAYOUT>,
  row: string,
  line: number,
  zone: Zone,
): void {
  const { places } = table
  try {
    const fields = table.fields(row)
    const name = fields[places.series] ?? ''
    const time = labelInstant(fields[places.time], 'timestamp', zone)
    const value = numberIn(fields[places.value], 'value')
    const label = fields[places.label]?.trim() ?? ''
    const points = series.get(name) ?? []
    series.set(name, points)
    points.push({ line, time, value, label })
  } catch (error) {
    if (!(error instanceof RefusedRow || error instanceof RefusedLabelError)) throw error
    refused.push({ line, reason: error.message })
  }
}

function addRuns(series: string, points: Point[], labels: Label[], refused: RefusedLabel[]): void {
  const ordered = points.toSorted((a, b) => a.time - b.time)
  for (const run of runsOf(ordered)) {
    const [first, last] = [run[0], run.at(-1)]
    if (first === undefined || last === undefined || UNLABELLED.has(first.label.toLowerCase())) continue
    if (first.time < last.time) labels.push(labelOfRun(series, first, last))
    else
      refused.push({
        line: first.line,
        reason: `a single point is labelled ${first.label}: an annotation needs an entry and a later exit`,
      })
  }
}

/** Points one behind the other that have the same label. */
function runsOf(points: readonly Point[]): Point[][] {
  const runs: Point[][] = []
  for (const point of points) {
    const last = runs.at(-1)
    if (last?.[0]?.label === point.label) last.push(point)
    else runs.push([point])
  }
  return runs
}

function labelOfRun(series: string, first: Point, last: Point): Label {
  return labelOf({
    line: first.line,
    names: UNNAMED.has(first.label.toLowerCase()) ? [] : [first.label],
    from: first.time,
    to: last.time,
    entryPrice: first.value,
    exitPrice: last.value,
    series: series === '' ? null : series,
  })
}
