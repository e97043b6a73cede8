// Marks that look wrong to a model that did not see them: no better than ordinary moments, or better the other way round.
import { otherAction } from '../../contract/direction.ts'
import type { DoubtfulMark, LabelledMoment } from '../../contract/data-set-health.ts'

/** A mark looks like HOLD where so many of the ordinary moments score at least as high, and like the other side where fewer do. */
export const ORDINARY_SHARE = 0.1
/** Fewer of them are no measure. */
export const FEWEST_ORDINARY = 50

/** The highest out-of-fold scores of either side within a few seconds. */
export interface SideScores {
  readonly BUY: number
  readonly SELL: number
}

export interface ScoredMark extends SideScores {
  readonly mark: LabelledMoment
}

/**
 * Labels that the model itself doubts, ranked by its confidence in the label that was given, as confident learning does (Northcutt, Jiang &
 * Chuang 2021); the threshold is of ordinary moments rather than of a class's mean, since scores are not calibrated. Lowest score first.
 * @param ordinary of moments without a mark, each over as many seconds as a mark's
 */
export function doubtfulMarks(marks: readonly ScoredMark[], ordinary: readonly SideScores[]): DoubtfulMark[] {
  if (ordinary.length < FEWEST_ORDINARY) return []
  return marks.flatMap((scored) => doubtOf(scored, ordinary)).toSorted((a, b) => a.score - b.score)
}

function doubtOf(scored: ScoredMark, ordinary: readonly SideScores[]): DoubtfulMark[] {
  const own = scored.mark.label === 'LONG' ? 'BUY' : 'SELL'
  const other = otherAction(own)
  const shareAbove = (side: keyof SideScores): number =>
    ordinary.filter((moment) => moment[side] >= scored[side]).length / ordinary.length
  const asOrdinary = shareAbove(own)
  const isTurned = scored[other] > scored[own] && shareAbove(other) < ORDINARY_SHARE
  if (!isTurned && asOrdinary < ORDINARY_SHARE) return []
  return [
    {
      mark: scored.mark,
      looks: isTurned ? 'other_side' : 'HOLD',
      score: scored[own],
      other_side_score: scored[other],
      as_ordinary: asOrdinary,
    },
  ]
}
