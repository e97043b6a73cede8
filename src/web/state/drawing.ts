// Whether a drag over a chart draws an annotation now, and what is said of it while it is drawn. Pure.
import type { AppState } from './app-state.ts'
import { duration, signedPct } from './format.ts'
import { outcomeOf, type Mark, type Outcome } from './mark.ts'

type Asked = Pick<AppState, 'isDrawing' | 'mark' | 'isSaving' | 'suggesting' | 'secondLook'>

/** It is turned on, nothing else is in hand, and no question is asked that is answered by marking otherwise. */
export function draws({ isDrawing, mark, isSaving, suggesting, secondLook }: Asked): boolean {
  return isDrawing && (mark === null || isSaving) && suggesting === null && secondLook === null
}

/** Whether what it would give pays its fees: of both sides it is told of the one that gains. */
export function pays({ net }: Outcome): boolean {
  return net >= 0
}

/** Beside the pointer: which side it is, and what it gives; empty before there is a stretch. */
export function drawnWords(mark: Mark): string {
  const outcome = outcomeOf(mark)
  if (outcome === null) return ''
  const { direction, net, seconds } = outcome
  return `${direction} ${signedPct(net)} net${pays(outcome) ? '' : ', less than its fees'} · ${duration(seconds)}`
}

/** A hand that slips in a click goes over less, seconds. */
const LEAST = 3

/** Why nobody can have meant to save it as it is, in words; null where one can. That its fees are not paid is warned of, as of any mark. */
export function doubtOf(mark: Mark): string | null {
  const outcome = outcomeOf(mark)
  if (outcome === null) return null
  const what =
    outcome.gross === 0
      ? 'The price is the same at both ends: neither side gains.'
      : outcome.seconds < LEAST
        ? `That is a stretch of ${duration(outcome.seconds)}.`
        : null
  return what === null ? null : `${what} Enter saves it all the same, Esc drops it.`
}
