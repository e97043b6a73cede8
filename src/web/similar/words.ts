// Moments like one, in words; and which of them are dealt with. Pure.
import { otherDirection } from '../../contract/direction.ts'
import type { AnnotationOut } from '../../contract/annotations.ts'
import { sameMarket } from '../../contract/market-name.ts'
import type { SimilarMoment } from '../../contract/moments.ts'
import { keyOfMoment, momentOf, type Likeness } from '../state/asking.ts'
import { dateTime, shortDateTime } from '../state/format.ts'

/** A mark whose entry lies within this of a moment is of it, ms. */
const NEAR = 30_000

/** What became of a moment; null while it is open. */
export function fateOf(
  moment: SimilarMoment,
  { holds }: Pick<Likeness, 'holds'>,
  annotations: readonly AnnotationOut[],
): 'marked' | 'HOLD' | null {
  const at = Date.parse(moment.timestamp)
  const isMarked = annotations.some(
    (one) => sameMarket(one, moment) && Math.abs(Date.parse(one.entry.timestamp) - at) <= NEAR,
  )
  if (isMarked) return 'marked'
  return holds.has(keyOfMoment(moment)) ? 'HOLD' : null
}

/** As if a mark of the other side had been asked about. */
export function turned(moments: readonly SimilarMoment[]): SimilarMoment[] {
  return moments.map((moment) => ({
    ...moment,
    direction: otherDirection(moment.direction),
  }))
}

/** What they look like: “the mark of 2024-08-09 00:00:05”; without a time that is later than `horizon`, UTC ms. */
export function ofText({ of: { what, at } }: Pick<Likeness, 'of'>, horizon: number): string {
  if (at > horizon) return `a later ${what}`
  return `the ${what} of ${dateTime(at)}`
}

/** A mark that a call's second looks like. */
export interface LikeMark {
  readonly id: string
  /** “08-09 00:00:05” */
  readonly when: string
  readonly similarity: number
  /** Whether the likeness speaks for the side that the call is not of. */
  readonly isAgainst: boolean
}

/** Those of `found` that are among `annotations`: later ones may be hidden. */
export function likeMarks(
  found: readonly SimilarMoment[],
  annotations: readonly AnnotationOut[],
  { action }: { readonly action: 'BUY' | 'SELL' },
): LikeMark[] {
  return found.flatMap(({ annotation_id: id, direction: way, similarity }) => {
    const mark = annotations.find((one) => one.id === id)
    if (mark === undefined) return []
    // The second was asked about as it is: LONG where it looks like the mark upright.
    const isLong = (mark.direction === 'LONG') === (way === 'LONG')
    const when = shortDateTime(Date.parse(mark.entry.timestamp))
    return [{ id: mark.id, when, similarity, isAgainst: isLong !== (action === 'BUY') }]
  })
}

/** “08-09 00:00:05”; “later” of one that is hidden. */
export function whenText({ timestamp }: SimilarMoment, horizon: number): string {
  const at = Date.parse(timestamp)
  return at > horizon ? 'later' : shortDateTime(at)
}

/** For who listens: “Moment 3 of 20: LONG at 2024-08-09 00:00:05, similarity 0.93.” */
export function sentenceOf(like: Likeness, horizon: number): string {
  const { found, reason, index } = like
  const of = ofText(like, horizon)
  if (found === null) return reason ?? `Looking for moments like ${of}.`
  const moment = momentOf(like)
  if (moment === null) return reason ?? `${found.length} moments like ${of}.`
  const { direction, timestamp, similarity } = moment
  return `Moment ${index + 1} of ${found.length}: ${direction} at ${dateTime(Date.parse(timestamp))}, similarity ${similarity.toFixed(2)}.`
}
