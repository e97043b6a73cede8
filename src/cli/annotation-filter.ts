// Which annotations a verb is about: ids, or conditions joined by commas.
import type { AnnotationFilter } from '../annotation/annotation-store.ts'
import { AppError } from '../core/errors.ts'
import { parseInstant } from '../core/time.ts'

export const FILTER_HELP =
  'ids joined by commas, or conditions: symbol=, venue=, direction=, tag=, from=, to= (of the entry), such as tag=breakout,from=2024-08-08T23:00:00Z'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** @throws AppError `invalid_filter`, `invalid_timestamp` */
export function annotationFilter(text: string | undefined): AnnotationFilter {
  const parts = (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
  if (parts.length === 0) return {}
  const ids = parts.map((part) => part.replace(/^annotation_/, ''))
  if (ids.every((id) => UUID.test(id))) return { ids }
  return parts.map(condition).reduce(both)
}

function condition(part: string): AnnotationFilter {
  const [name, value] = [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]
  if (value === '') throw invalid(part)
  if (name === 'symbol') return { market: { symbol: value } }
  if (name === 'venue') return { market: { venue: value } }
  if (name === 'tag') return { tag: value }
  if (name === 'from') return { from: parseInstant(value, 'from') }
  if (name === 'to') return { to: parseInstant(value, 'to') }
  if (name === 'direction' && (value === 'LONG' || value === 'SHORT')) return { direction: value }
  throw invalid(part)
}

function both(a: AnnotationFilter, b: AnnotationFilter): AnnotationFilter {
  return { ...a, ...b, ...(a.market && b.market ? { market: { ...a.market, ...b.market } } : {}) }
}

function invalid(part: string): AppError {
  return new AppError('invalid_filter', `"${part}" is no filter: expected ${FILTER_HELP}.`)
}
