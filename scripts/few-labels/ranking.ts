// How well scores tell patterns from all else, and their sides apart, whatever the threshold: 0.5 is chance, 1 is perfect.
import { tableOf } from '../../src/contract/timeframes.ts'
import { numberAt } from '../../src/core/at.ts'
import { SECOND, epochMs, type EpochMs } from '../../src/core/time.ts'
import type { TimeRange } from '../../src/market/types.ts'
import { ACTIONS } from '../../src/models/model.ts'
import type { ScorableMark, ScoredSeconds } from '../../src/training/evaluation/score-calls.ts'

type Window = Pick<ScorableMark, 'side' | 'window'>

/**
 * The area under the ROC curve of stretches as long as a mark's match window: of each the highest probability of the mark's side, marks
 * against all stretches, one after the other, that touch no mark's window. Ties count half. Null where either is missing.
 */
export function rankingOf(seconds: readonly ScoredSeconds[], marks: readonly Window[]): number | null {
  const [first] = marks
  if (first === undefined) return null
  const length = first.window.to - first.window.from
  const others = seconds.flatMap((part) => tilesOf(part, length)).filter((tile) => !touches(tile, marks))
  const bySide = tableOf(['BUY', 'SELL'] as const, (side) =>
    others.map((tile) => highestIn(seconds, side, tile)).filter((score) => !Number.isNaN(score)),
  )
  const shares = marks.flatMap(({ side, window }) => {
    const [own, all] = [highestIn(seconds, side, window), bySide[side]]
    if (Number.isNaN(own) || all.length === 0) return []
    const below = all.reduce((sum, score) => sum + (score < own ? 1 : score === own ? 0.5 : 0), 0)
    return [below / all.length]
  })
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length
}

/**
 * The share of marks in whose match window their own side has a higher highest score than the other: 0.5 says that nothing was learnt of
 * the side. Ties count half. Null where nothing was said of any.
 */
export function sidedOf(seconds: readonly ScoredSeconds[], marks: readonly Window[]): number | null {
  const right = marks.flatMap(({ side, window }) => {
    const [own, other] = [highestIn(seconds, side, window), highestIn(seconds, OTHER[side], window)]
    return Number.isNaN(own) ? [] : [own > other ? 1 : own === other ? 0.5 : 0]
  })
  return right.length === 0 ? null : right.reduce<number>((sum, share) => sum + share, 0) / right.length
}

const OTHER = { BUY: 'SELL', SELL: 'BUY' } as const

function tilesOf({ from, scores }: ScoredSeconds, length: number): TimeRange[] {
  const count = Math.floor(((scores.length / ACTIONS.length) * SECOND) / length)
  return Array.from({ length: count }, (_, i) => ({
    from: epochMs(from + i * length),
    to: epochMs(from + (i + 1) * length),
  }))
}

function touches({ from, to }: TimeRange, marks: readonly Window[]): boolean {
  return marks.some(({ window }) => from < window.to && to > window.from)
}

/** NaN where nothing was said. */
function highestIn(seconds: readonly ScoredSeconds[], side: 'BUY' | 'SELL', { from, to }: TimeRange): number {
  let highest = Number.NaN
  const column = ACTIONS.indexOf(side)
  for (const part of seconds) {
    const last = Math.min(rowOf(part, to), part.scores.length / ACTIONS.length)
    for (let row = Math.max(0, rowOf(part, from)); row < last; row++) {
      const score = numberAt(part.scores, row * ACTIONS.length + column)
      if (!(score <= highest)) highest = Number.isNaN(score) ? highest : score
    }
  }
  return highest
}

function rowOf({ from }: ScoredSeconds, instant: EpochMs): number {
  return Math.ceil((instant - from) / SECOND)
}
