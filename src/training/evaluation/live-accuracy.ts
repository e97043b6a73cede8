// How right the calls of a live session were, as far as annotations and reviewed spans can say: matched as validation matches.
import type { AnnotationOut } from '../../contract/annotations.ts'
import type { Market, TimeRange } from '../../market/types.ts'
import type { Call } from '../../signals/signal.ts'
import { matchCalls } from './score-calls.ts'
import { markOf } from '../data/load-markets.ts'
import { matchWindow, sideOf, Targets } from '../data/targets.ts'

/** What annotations and reviewed spans say of calls. */
export interface JudgedCalls {
  /** Call id → the annotation it hit. */
  readonly matched: ReadonlyMap<string, string>
  /** Ids of the calls that are wrong. */
  readonly wrong: ReadonlySet<string>
  /**
   * Share of the calls that hit an annotation, 0–1, of those that something can be said about: a call is right by an annotation, wrong
   * inside a reviewed span, against an annotation or late in its trade. Elsewhere nobody said anything. Null where no call can be judged.
   */
  readonly accuracy: number | null
}

/** @param calls of one market */
export function judgeCalls(
  market: Market,
  calls: readonly Call[],
  annotations: readonly AnnotationOut[],
  reviewed: readonly TimeRange[],
): JudgedCalls {
  const trained = new Set(annotations.filter((each) => each.profit_loss_pct >= 0).map(({ id }) => id))
  // Without prices every entry zone has its full length.
  const targets = new Targets(
    annotations.map((annotation) => markOf(annotation, trained)),
    reviewed,
    () => Number.NaN,
  )
  const marks = targets.zones
    .filter((zone) => zone.label !== null)
    .map(({ mark }) => ({ market, mark, side: sideOf(mark), window: matchWindow(mark) }))
  const own = calls.map((call) => ({ ...call, market }))
  const { hits, falseCalls } = matchCalls(own, marks, [{ market, targets }])
  const judged = hits.length + falseCalls.length
  return {
    matched: new Map(hits.map(({ call, mark }) => [call.id, mark.id])),
    wrong: new Set(falseCalls.map(({ id }) => id)),
    accuracy: judged === 0 ? null : hits.length / judged,
  }
}
