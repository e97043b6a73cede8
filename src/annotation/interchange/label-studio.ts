// Label Studio's JSON export of time-series projects, full or minimal, as labels.
import { basename } from 'node:path'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { AppError } from '../../core/errors.ts'
import { parseInstant, type EpochMs } from '../../core/time.ts'
import type { Market } from '../../market/types.ts'
import type { Label, LabelFile, RefusedLabel } from './label.ts'

const Time = Type.Union([Type.Number(), Type.String()])
const Span = Type.Object({ start: Time, end: Time, timeserieslabels: Type.Array(Type.String()) })

/** What our own export puts beside a region, so that importing it gives the same annotation. */
export const RegionMeta = Type.Object({
  entry_price: Type.Number(),
  exit_price: Type.Number(),
  tags: Type.Array(Type.String()),
  notes: Type.String(),
})
export type RegionMeta = Static<typeof RegionMeta>

type Json = Readonly<Record<string, unknown>>

/** `market` is the one asked for: tasks whose data names another are passed over. @throws AppError `unknown_format` */
export function labelStudioLabels(path: string, json: unknown, market: Market): LabelFile {
  const tasks = (Array.isArray(json) ? json : [json]) as unknown[]
  if (!tasks.every(isTask)) throw notLabelStudio(path)
  const labels: Label[] = []
  const refused: RefusedLabel[] = []
  let [line, elsewhere] = [0, 0]
  for (const task of tasks) {
    const here = isOf(task, market)
    for (const region of regionsOf(task)) {
      line += 1
      if (!here) elsewhere += 1
      else {
        const label = labelOf(region, line)
        if ('reason' in label) refused.push(label)
        else labels.push(label)
      }
    }
  }
  return { labels, refused, elsewhere }
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
function isOf(task: Json, { venue, symbol }: Market): boolean {
  const data = (typeof task['data'] === 'object' && task['data'] !== null ? task['data'] : task) as Json
  const named = { venue: data['venue'] ?? venue, symbol: data['symbol'] ?? symbol }
  return named.venue === venue && named.symbol === symbol
}

interface Region {
  readonly value: unknown
  readonly meta: unknown
}

/** Regions of all annotators; what was skipped, or is no time-series label, apart. */
function regionsOf(task: Json): Region[] {
  const annotations = (task['annotations'] ?? task['completions']) as Json[] | undefined
  if (annotations === undefined) return minimalRegions(task).map((value) => ({ value, meta: null }))
  return annotations
    .filter(({ was_cancelled: skipped }) => skipped !== true)
    .flatMap(({ result }) => (Array.isArray(result) ? (result as Json[]) : []))
    .filter(({ type }) => type === 'timeserieslabels')
    .map(({ value, meta }) => ({ value, meta }))
}

function minimalRegions(task: Json): Json[] {
  const lists = Object.values(task).filter((value) => Array.isArray(value)) as unknown[][]
  return lists
    .flat()
    .filter((each): each is Json => typeof each === 'object' && each !== null && 'timeserieslabels' in each)
}

function labelOf({ value, meta }: Region, line: number): Label | RefusedLabel {
  if (!Check(Span, value)) return { line, reason: 'it has no start, end and timeserieslabels' }
  const [from, to] = [instantOf(value.start), instantOf(value.end)]
  if (from === null || to === null) {
    return {
      line,
      reason: `start ${value.start} and end ${value.end} are no times: expected UTC seconds or milliseconds, or dates`,
    }
  }
  if (from >= to) return { line, reason: 'it is an instant: an annotation needs an entry and a later exit' }
  const own = (meta as { annotate?: unknown } | null | undefined)?.annotate
  const ours = Check(RegionMeta, own) ? own : null
  return {
    line,
    names: value.timeserieslabels,
    from,
    to,
    entryPrice: ours?.entry_price ?? null,
    exitPrice: ours?.exit_price ?? null,
    tags: ours?.tags ?? [],
    notes: ours?.notes ?? notesIn(meta),
  }
}

/** What an annotator wrote beside a region. */
function notesIn(meta: unknown): string {
  const text = (meta as { text?: unknown } | null | undefined)?.text
  return Array.isArray(text) ? text.join('\n') : typeof text === 'string' ? text : ''
}

const DATE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/
const ZONE = /([Zz]|[+-]\d{2}:?\d{2})$/

/** Dates without a zone are UTC, as Label Studio reads them. */
function instantOf(time: number | string): EpochMs | null {
  if (typeof time === 'string' && DATE.test(time)) return dateOf(ZONE.test(time) ? time : `${time}Z`)
  const value = typeof time === 'string' && time.trim() === '' ? Number.NaN : Number(time)
  if (value >= 1e11 && value < 1e14) return Math.round(value) as EpochMs
  return value >= 1e8 && value < 1e11 ? (Math.round(value * 1000) as EpochMs) : null
}

function dateOf(text: string): EpochMs | null {
  try {
    return parseInstant(text, 'time')
  } catch {
    return null
  }
}

function notLabelStudio(path: string): AppError {
  return new AppError(
    'unknown_format',
    `${basename(path)} is JSON, but no Label Studio export of time-series labels: expected tasks with annotations (JSON), or with lists of {start, end, timeserieslabels} (JSON_MIN).`,
    { field: 'file' },
  )
}
