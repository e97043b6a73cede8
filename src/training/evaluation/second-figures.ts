// How good the probabilities of single seconds are: accuracy, log loss and Brier score, at the natural rate of entries.
import { numberAt } from '../../core/at.ts'
import type { SecondFigures } from '../../contract/validation.ts'
import type { MarketData } from '../data/training-data.ts'
import { eachScoredSecond, isHighest, type ScoredSeconds } from './score-calls.ts'
import { figure, shareFigure } from './enough.ts'

/** Probabilities under this count as this in the log loss, so that one certain error does not make it infinite. */
const LEAST = 1e-12

export function secondFigures(
  seconds: readonly ScoredSeconds[],
  markets: readonly MarketData[],
): SecondFigures {
  let [n, right, loss, brier] = [0, 0, 0, 0]
  eachScoredSecond(seconds, markets, (scores, at, label) => {
    n += 1
    loss -= Math.log(Math.max(numberAt(scores, at + label), LEAST))
    if (isHighest(scores, at, label)) right += 1
    brier += squaredError(scores, at, label)
  })
  return of(n, right, loss, brier)
}

/** Of always giving each class the share that it has among the scored seconds: what no constant beats. */
export function majorityFigures(
  seconds: readonly ScoredSeconds[],
  markets: readonly MarketData[],
): SecondFigures {
  const counts = [0, 0, 0]
  eachScoredSecond(seconds, markets, (_, __, label) => {
    counts[label] = (counts[label] ?? 0) + 1
  })
  const n = counts.reduce((sum, count) => sum + count, 0)
  const loss = counts.reduce((sum, count) => sum - (count === 0 ? 0 : count * Math.log(count / n)), 0)
  const shares = Float32Array.from(counts, (count) => count / n)
  const brier = counts.reduce((sum, count, label) => sum + count * squaredError(shares, 0, label), 0)
  return of(n, Math.max(...counts), loss, brier)
}

function of(n: number, right: number, loss: number, brier: number): SecondFigures {
  // Neighbouring seconds are not independent, so an interval by their number would be far too narrow.
  return {
    accuracy: { ...shareFigure('seconds', right, n), interval: null },
    log_loss: figure('seconds', n, () => loss / n),
    brier: figure('seconds', n, () => brier / n),
  }
}

/** Brier 1950, over all classes. */
function squaredError(scores: Float32Array, at: number, label: number): number {
  let sum = 0
  for (let k = 0; k < 3; k++) sum += (numberAt(scores, at + k) - (k === label ? 1 : 0)) ** 2
  return sum
}
