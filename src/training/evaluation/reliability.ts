// Whether scores of calls can be taken at their word: calibration error and the bins of a reliability diagram.
import type { Reliability, ReliabilityBin } from '../../contract/validation.ts'
import { FEWEST_CALLS, wilson, type ScoredCall } from '../../signals/confidence.ts'
import { FEWEST, figure, mean } from './enough.ts'

const BINS = 10

/** Ten bins of equal width (Guo et al. 2017, section 2); empty ones stay, without a share. */
export function reliabilityOf(calls: readonly ScoredCall[]): Reliability {
  const n = calls.length
  const groups = Array.from({ length: BINS }, (_, i) => calls.filter(({ score }) => binOf(score) === i))
  const error = (group: readonly ScoredCall[]) =>
    Math.abs(mean(group.map(({ score }) => score)) - mean(group.map(hitOf)))
  return {
    n,
    ece: figure('reliability', n, () =>
      groups.reduce((sum, group) => sum + (group.length === 0 ? 0 : (group.length / n) * error(group)), 0),
    ),
    brier: figure('reliability', n, () => mean(calls.map((call) => (call.score - hitOf(call)) ** 2))),
    bins: groups.map(binOut),
    method: n < FEWEST_CALLS ? 'none' : n < FEWEST.isotonic ? 'logistic' : 'isotonic',
  }
}

function binOf(score: number): number {
  return Math.min(BINS - 1, Math.floor(score * BINS))
}

function hitOf({ hit }: ScoredCall): number {
  return hit ? 1 : 0
}

function binOut(group: readonly ScoredCall[], index: number): ReliabilityBin {
  const n = group.length
  const share = n < FEWEST.bin ? null : mean(group.map(hitOf))
  return {
    from: index / BINS,
    to: (index + 1) / BINS,
    n,
    mean_score: n === 0 ? null : mean(group.map(({ score }) => score)),
    hit_share: share,
    interval: share === null ? null : wilson(share, n),
  }
}
