// A suggestion and what its answers brought, in words and figures. Pure.
import type { PreviewOut } from '../../contract/preview.ts'
import type { SuggestionOut } from '../../contract/suggestions.ts'
import type { Answer, Suggesting, Worth } from '../state/asking.ts'
import { dateTime, plural, signedPct } from '../state/format.ts'

const HOUR = 3_600_000
/** One label says nothing of how many there will be in an hour. */
const LABELS_FOR_PACE = 2
/** As in the server's list: one in so many is a moment that the model is in doubt about. */
const DOUBT_EVERY = 3

/** Which of a list, best first, is asked after `asked` others: mostly the surest, every third time one in doubt. */
export function nextOf(suggestions: readonly SuggestionOut[], asked: number): SuggestionOut | null {
  const isDoubt = (asked + 1) % DOUBT_EVERY === 0
  const doubtful = isDoubt ? suggestions.find(({ kind }) => kind === 'uncertain') : undefined
  return doubtful ?? suggestions[0] ?? null
}

/** “the surest left”, “in doubt”. */
export function kindText({ kind }: Pick<SuggestionOut, 'kind'>): string {
  return kind === 'confident' ? 'the surest left' : 'in doubt'
}

/** For who listens: “Suggestion: LONG at 2024-08-09 00:00:05, score 0.91, the surest left.” */
export function sentenceOf({ question, reason }: Pick<Suggesting, 'question' | 'reason'>): string {
  if (question === null) return reason ?? 'Looking for the next suggestion.'
  const { direction, entry, score } = question
  const at = dateTime(Date.parse(entry.timestamp))
  return `Suggestion: ${direction} at ${at}, score ${score.toFixed(2)}, ${kindText(question)}.`
}

/** What the instant model is worth out of fold; null while that cannot be said. */
export function worthOf(preview: PreviewOut | null, labels: number): Worth | null {
  if (preview === null || preview.reason !== null) return null
  const { hits, missed, false_calls } = preview
  const all = 2 * hits + missed + false_calls
  return all === 0 ? null : { f1: (2 * hits) / all, labels }
}

type Progress = Pick<Suggesting, 'labels' | 'beganAt' | 'labelledAt' | 'before'>

/** “12 labels, 430 an hour”; the pace as of the last label. */
export function paceText({ labels, beganAt, labelledAt }: Progress): string {
  const took = labelledAt - beganAt
  const pace = labels < LABELS_FOR_PACE || took <= 0 ? '' : `, ${Math.round((labels * HOUR) / took)} an hour`
  return `${plural(labels, 'label')}${pace}`
}

/** “F1 0.62 → 0.74, +0.012 a label”; null before there is anything to compare. */
export function gainText({ before }: Progress, now: Worth | null): string | null {
  if (before === null || now === null || now.labels <= before.labels) return null
  const gain = (now.f1 - before.f1) / (now.labels - before.labels)
  const sign = gain < 0 ? '−' : '+'
  return `F1 ${before.f1.toFixed(2)} → ${now.f1.toFixed(2)}, ${sign}${Math.abs(gain).toFixed(3)} a label`
}

const ANSWERS: Readonly<Record<Answer, string>> = {
  accept: 'accepted',
  other_side: 'turned',
  hold: 'HOLD',
  skip: 'skipped',
}

/** What became of the answer before: “accepted: LONG, +0.42 % net”, where it ended no later than `horizon`, UTC ms. */
export function lastText({ last }: Pick<Suggesting, 'last'>, horizon: number): string {
  if (last === null) return ''
  const { answer, annotation } = last
  if (annotation === null) return ANSWERS[answer]
  const isSeen = Date.parse(annotation.exit.timestamp) <= horizon
  const net = isSeen ? `, ${signedPct(annotation.net_profit_loss_pct)} net` : ''
  return `${ANSWERS[answer]}: ${annotation.direction}${net}`
}
