// TRAINSET's labelled CSV (series or filename, timestamp, value, label) as labels: each run of points with the same label is one.
import { shift, type EpochMs } from '../../core/time.ts'
import { instantIn, numberIn, RefusedRow } from '../../market/importing/fields.ts'
import type { FileBytes } from '../../market/importing/file-bytes.ts'
import { LineReader } from '../../market/importing/lines.ts'
import { Table } from '../../market/importing/table.ts'
import type { Label, LabelFile, RefusedLabel } from './label.ts'

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

/**
 * The value at the first and at the last point of a run are the prices of entry and exit. `step` ms is added to the times: for points
 * stamped with the open time of a candle, whose close is known at its end.
 * @throws AppError `bad_header`, and what `FileBytes` throws
 */
export async function trainsetLabels(file: FileBytes, now: EpochMs, step: number): Promise<LabelFile> {
  const table = new Table<keyof typeof LAYOUT>('labels', LAYOUT)
  const series = new Map<string, Point[]>()
  const refused: RefusedLabel[] = []
  let begun = false
  for await (const { first, lines } of new LineReader(file).blocks()) {
    for (const [index, text] of lines.entries()) {
      const row = begun ? text : text.replace(/^\uFEFF/, '')
      if (row.trim() === '') continue
      if (begun) addPoint(series, refused, table, row.replace(/\r$/, ''), first + index, now)
      else table.begin(row.replace(/\r$/, ''))
      begun = true
    }
  }
  const labels: Label[] = []
  for (const points of series.values()) addRuns(points, step, labels, refused)
  return { labels: labels.toSorted((a, b) => a.line - b.line), refused, elsewhere: 0 }
}

function addPoint(
  series: Map<string, Point[]>,
  refused: RefusedLabel[],
  table: Table<keyof typeof LAYOUT>,
  row: string,
  line: number,
  now: EpochMs,
): void {
  const { places } = table
  const fields = table.fields(row)
  try {
    const name = fields[places.series] ?? ''
    const time = instantIn(fields[places.time], now)
    const value = numberIn(fields[places.value], 'value')
    const label = fields[places.label]?.trim() ?? ''
    const points = series.get(name) ?? []
    series.set(name, points)
    points.push({ line, time, value, label })
  } catch (error) {
    if (!(error instanceof RefusedRow)) throw error
    refused.push({ line, reason: error.message })
  }
}

function addRuns(points: Point[], step: number, labels: Label[], refused: RefusedLabel[]): void {
  const ordered = points.toSorted((a, b) => a.time - b.time)
  for (let from = 0, to: number; from < ordered.length; from = to) {
    const { label, line } = ordered[from]!
    to = from + 1
    while (to < ordered.length && ordered[to]!.label === label) to += 1
    if (UNLABELLED.has(label.toLowerCase())) continue
    if (to - from === 1)
      refused.push({
        line,
        reason: `a single point is labelled ${label}: an annotation needs an entry and a later exit`,
      })
    else labels.push(runOf(ordered[from]!, ordered[to - 1]!, step))
  }
}

function runOf(first: Point, last: Point, step: number): Label {
  return {
    line: first.line,
    names: UNNAMED.has(first.label.toLowerCase()) ? [] : [first.label],
    from: shift(first.time, step),
    to: shift(last.time, step),
    entryPrice: first.value,
    exitPrice: last.value,
    tags: [],
    notes: '',
  }
}
