// Label Studio's JSON export of time-series projects, full or minimal, as labels.
import { basename } from 'node:path'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { AppError } from '../../core/errors.ts'
import type { Market } from '../../market/types.ts'
import { labelInstant, RefusedLabelError, requireOrder, type Zone } from './label-times.ts'
import { labelOf, type Label, type LabelFile, type RefusedLabel } from './label.ts'

const Time = Type.Union([Type.Number(), Type.String()])
const Span = Type.Object({ start: Time, end: Time, timeserieslabels: Type.Array(Type.String()) })

/** What our own export puts beside a region, so that importing it gives the same annotation. */
export const RegionMeta = Type.Object({
  entry_price: Type.Number(),
  exit_price: Type.Number(),
  tags: Type.Array(Type.String()),
  notes: Type.String(),
  annotator: Type.Optional(Type.String()),
  stop_price: Type.Optional(Type.Number()),
  target_price: Type.Optional(Type.Number()),
})
export type RegionMeta = Static<typeof RegionMeta>

type Json = Readonly<Record<string, unknown>>

/**
 * `market` is the one asked for: tasks whose data name another are passed over. Times without a zone are `zone`'s, or UTC, as Label Studio reads them.
 * @throws AppError `unknown_format`
 */
export function labelStudioLabels(path: string, json: unknown, market: Market, zone: Zone): LabelFile {
  const tasks = (Array.isArray(json) ? json : [json]) as unknown[]
  if (!tasks.every(isTask)) throw notLabelStudio(path)
  const labels: Label[] = []
  const refused: RefusedLabel[] = []
  const others = new Set<string>()
  let [line, elsewhere] = [0, 0]
  for (const task of tasks) {
    const here = isOf(task, market)
    for (const region of regionsOf(task)) {
      line += 1
      if (here) take(region, line, zone, labels, refused)
      else {
        elsewhere += 1
        others.add(symbolOf(task))
      }
    }
  }
  return { labels, refused, elsewhere, otherSymbols: [...others] }
}

function take(region: Region, line: number, zone: Zone, labels: Label[], refused: RefusedLabel[]): void {
  try {
    labels.push(labelOfRegion(region, line, zone ?? 'UTC'))
  } catch (error) {
    if (!(error instanceof RefusedLabelError)) throw error
    refused.push({ line, reason: error.message })
  }
}

function isTask(value: unknown): value is Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { annotations, completions } = value as Json
  return (
    Array.isArray(annotations) ||
    Array.isArray(completions) ||
    minimalRegions(value as Json).length > 0 ||
    'annotation_id' in value
  )
}

/** A full task keeps its data apart; a minimal one beside the labels. */
function dataOf(task: Json): Json {
  return (typeof task['data'] === 'object' && task['data'] !== null ? task['data'] : task) as Json
}

function isOf(task: Json, { venue, symbol }: Market): boolean {
  const data = dataOf(task)
  const named = { venue: data['venue'] ?? venue, symbol: data['symbol'] ?? symbol }
  return named.venue === venue && named.symbol === symbol
}

function symbolOf(task: Json): string {
  const { venue, symbol } = dataOf(task)
  return [symbol, venue].filter((name) => typeof name === 'string').join(' on ')
}

interface Region {
  readonly value: unknown
  readonly meta: unknown
  readonly annotator: string | null
  readonly groundTruth: boolean
}

/** Regions of all annotators; what was skipped, predicted or drafted, or is no time-series label, apart. */
function regionsOf(task: Json): Region[] {
  const annotations = (task['annotations'] ?? task['completions']) as Json[] | undefined
  if (annotations === undefined) {
    const annotator = annotatorIn(task['annotator'])
    return minimalRegions(task).map((value) => ({ value, meta: null, annotator, groundTruth: false }))
  }
  return annotations.filter(({ was_cancelled: skipped }) => skipped !== true).flatMap(regionsIn)
}

function regionsIn(annotation: Json): Region[] {
  const { result, completed_by: by, ground_truth: truth } = annotation
  const annotator = annotatorIn(by)
  return (Array.isArray(result) ? (result as Json[]) : [])
    .filter(({ type }) => type === 'timeserieslabels')
    .map(({ value, meta }) => ({ value, meta, annotator, groundTruth: truth === true }))
}

/** A number, an address, or an object with either. */
function annotatorIn(by: unknown): string | null {
  if (typeof by === 'number') return String(by)
  if (typeof by === 'string') return by.trim() === '' ? null : by.trim()
  if (typeof by !== 'object' || by === null) return null
  const { email, username, id } = by as Json
  return annotatorIn([email, username, id].find((name) => ['string', 'number'].includes(typeof name)))
}

function minimalRegions(task: Json): Json[] {
  const lists = Object.values(task).filter((value) => Array.isArray(value)) as unknown[][]
  return lists
    .flat()
    .filter((each): each is Json => typeof each === 'object' && each !== null && 'timeserieslabels' in each)
}

/** @throws RefusedLabelError */
function labelOfRegion(region: Region, line: number, zone: string): Label {
  const { value, meta, annotator, groundTruth } = region
  if (!Check(Span, value)) throw new RefusedLabelError('it has no start, end and timeserieslabels')
  const [from, to] = [labelInstant(value.start, 'start', zone), labelInstant(value.end, 'end', zone)]
  requireOrder(from, to)
  const own = (meta as { annotate?: unknown } | null | undefined)?.annotate
  const ours = Check(RegionMeta, own) ? own : null
  return labelOf({
    line,
    names: value.timeserieslabels,
    from,
    to,
    entryPrice: ours?.entry_price ?? null,
    exitPrice: ours?.exit_price ?? null,
    stopPrice: ours?.stop_price ?? null,
    targetPrice: ours?.target_price ?? null,
    foreign: false,
    tags: ours?.tags ?? [],
    notes: ours?.notes ?? notesIn(meta),
    annotator: annotator ?? ours?.annotator ?? null,
    groundTruth,
  })
}

/** What an annotator wrote beside a region. */
function notesIn(meta: unknown): string {
  const text = (meta as { text?: unknown } | null | undefined)?.text
  return Array.isArray(text) ? text.join('\n') : typeof text === 'string' ? text : ''
}

function notLabelStudio(path: string): AppError {
  return new AppError(
    'unknown_format',
    `${basename(path)} is JSON, but no Label Studio export of time-series labels: expected tasks with annotations (JSON), or with lists of {start, end, timeserieslabels} (JSON_MIN).`,
    { field: 'file' },
  )
}
