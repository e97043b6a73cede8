// A forward record as it is told: too few, enough with its figures, or broken; and all of it in words.
import type { ForwardFigures, ForwardOut, ForwardOpponent } from '../../contract/forward.ts'
import type { DayEntry } from '../../orchestrator/forward/entry.ts'
import { GONE, type ForwardRecord } from '../../orchestrator/forward/records.ts'
import { forwardFigures } from './figures.ts'
import { callsOf } from './keep-up.ts'

interface Named {
  readonly model: string
  /** Null where the model has none. */
  readonly version: string | null
  readonly record: ForwardRecord | null
}

export function forwardOut({ model, version, record }: Named): ForwardOut {
  const head = { model, checkpoint: version }
  if (record === null) return { ...head, ...NOTHING }
  const own = {
    ...head,
    began_at: record.first?.at ?? null,
    ended_at: record.endedAt,
    terms: record.first?.terms ?? null,
  }
  const kept = { ...own, entries: record.entries.length, head: record.head }
  if (record.first === null || record.broken !== null) return { ...NOTHING, ...kept, ...brokenOut(record) }
  const calls = callsOf(record)
  const { calls_needed: needed, days_needed: daysNeeded } = record.first.terms
  const days = new Set(calls.map((call) => call.opened_at.slice(0, 10))).size
  const missing = { calls: Math.max(0, needed - calls.length), days: Math.max(0, daysNeeded - days) }
  const counted = {
    calls: calls.length,
    days,
    calls_missing: missing.calls,
    days_missing: missing.days,
    broken: null,
  }
  if (missing.calls + missing.days > 0) {
    const words = `Too few to say: ${calls.length} of ${needed} calls on ${days} of ${daysNeeded} days; ${missingWords(missing)}.`
    return { ...kept, ...counted, state: 'too_few', words, figures: null }
  }
  const figures = forwardFigures(record.first.terms, calls, daysOf(record))
  const words = `Since ${record.first.at}, ${calls.length} calls on ${days} days: ${figureWords(figures)}`
  return { ...kept, ...counted, state: 'enough', words, figures }
}

const NOTHING = {
  state: 'none',
  words: 'No forward record: it was never promoted, or before records were kept.',
  began_at: null,
  ended_at: null,
  terms: null,
  calls: 0,
  days: 0,
  calls_missing: 0,
  days_missing: 0,
  figures: null,
  entries: 0,
  head: null,
  broken: null,
} as const

function brokenOut({ broken }: ForwardRecord) {
  const place = broken?.place ?? 0
  const fault = broken?.fault ?? GONE
  return {
    state: 'broken',
    words: `The record is broken at entry ${place}${broken === null ? '' : ` of promotion ${broken.record}`}: ${fault}. Nothing is said of it.`,
    broken: { place, fault },
  } as const
}

function daysOf({ entries }: ForwardRecord): DayEntry[] {
  return entries.filter((entry) => entry.kind === 'day')
}

function missingWords({ calls, days }: { calls: number; days: number }): string {
  const parts = [...(calls > 0 ? [plural(calls, 'call')] : []), ...(days > 0 ? [plural(days, 'day')] : [])]
  const isOne = parts.length === 1 && calls + days === 1
  return `${parts.join(' and ')} ${isOne ? 'is' : 'are'} missing`
}

function plural(n: number, name: string): string {
  return `${n} ${name}${n === 1 ? '' : 's'}`
}

function figureWords({ net, opponents }: ForwardFigures): string {
  const own = `${pct(net.mean_pct)} a call after fees (95 %: ${pct(net.interval[0])} to ${pct(net.interval[1])}).`
  return [own, ...opponents.map(opponentWords)].join(' ')
}

const VERDICTS = {
  better: 'better',
  worse: 'worse',
  not_distinguishable: 'not distinguishable',
  too_few: 'too few to say',
} as const

function opponentWords({ name, verdict, interval }: ForwardOpponent): string {
  const by = interval === null ? '' : ` (difference ${pct(interval[0])} to ${pct(interval[1])})`
  return `Against ${name.toLowerCase()}: ${VERDICTS[verdict]}${by}.`
}

function pct(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)} %`
}
