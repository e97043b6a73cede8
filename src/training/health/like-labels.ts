// Moments that look alike and were labelled otherwise, and those that say the same twice.
import type { AlikePair, LabelledMoment, MomentLabel } from '../../contract/data-set-health.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { APART } from '../../moments/nearest.ts'
import type { Likeness } from '../../moments/alike.ts'

/** Similarity from which the nearest moment's other label is told of. */
export const OPPOSITE_FROM = 0.8
/** Similarity from which two of one label are doubles. */
export const DOUBLE_FROM = 0.98
/** Of one moment, so many doubles are told of at most. */
const MOST_DOUBLES = 10

interface Pair extends Likeness {
  readonly a: number
  readonly b: number
}

/**
 * Opposites first, then the most alike. Two that lie within two minutes of each other in one market are one moment and not compared.
 * @param likeness of two of `moments`, by their places
 */
export function likeLabels(
  moments: readonly LabelledMoment[],
  likeness: (a: number, b: number) => Likeness,
): AlikePair[] {
  const { nearest, doubles } = compared(moments, likeness)
  const opposites = new Map<string, Pair>()
  for (const pair of nearest) {
    if (pair === undefined || pair.similarity < OPPOSITE_FROM || isAgreed(moments, pair)) continue
    opposites.set(`${pair.a} ${pair.b}`, pair)
  }
  const told = (kind: AlikePair['kind'], pairs: Iterable<Pair>): AlikePair[] =>
    [...pairs].toSorted((a, b) => b.similarity - a.similarity).flatMap((pair) => pairOut(kind, moments, pair))
  return [...told('opposite', opposites.values()), ...told('double', doubles)]
}

function compared(moments: readonly LabelledMoment[], likeness: (a: number, b: number) => Likeness) {
  const nearest: (Pair | undefined)[] = moments.map(() => undefined)
  const doubles: Pair[] = []
  for (let a = 0; a < moments.length; a++) {
    let own = 0
    for (let b = a + 1; b < moments.length; b++) {
      if (isOneMoment(moments[a], moments[b])) continue
      const pair = { a, b, ...likeness(a, b) }
      if (pair.similarity > (nearest[a]?.similarity ?? -Infinity)) nearest[a] = pair
      if (pair.similarity > (nearest[b]?.similarity ?? -Infinity)) nearest[b] = pair
      if (pair.similarity < DOUBLE_FROM || own >= MOST_DOUBLES || !isAgreed(moments, pair)) continue
      doubles.push(pair)
      own += 1
    }
  }
  return { nearest, doubles }
}

function isOneMoment(a: LabelledMoment | undefined, b: LabelledMoment | undefined): boolean {
  if (a === undefined || b === undefined) return true
  return sameMarket(a, b) && Math.abs(Date.parse(a.timestamp) - Date.parse(b.timestamp)) < APART
}

/** Whether both say the same: upside down a LONG looks like a SHORT, and a HOLD stays one. */
function isAgreed(moments: readonly LabelledMoment[], { a, b, isTurned }: Pair): boolean {
  const [first, second] = [moments[a]?.label, moments[b]?.label]
  return first === (isTurned ? turned(second) : second)
}

function turned(label: MomentLabel | undefined): MomentLabel | undefined {
  if (label === 'LONG') return 'SHORT'
  return label === 'SHORT' ? 'LONG' : label
}

/** The mark of the two comes first; two HOLDs are no marks. */
function pairOut(
  kind: AlikePair['kind'],
  moments: readonly LabelledMoment[],
  { a, b, similarity, isTurned }: Pair,
): AlikePair[] {
  const [first, second] = [moments[a], moments[b]]
  if (first === undefined || second === undefined) return []
  if (first.annotation_id === null && second.annotation_id === null) return []
  const [mark, other] = first.annotation_id === null ? [second, first] : [first, second]
  return [{ kind, mark, other, similarity: Math.min(1, Math.max(-1, similarity)), is_turned: isTurned }]
}
