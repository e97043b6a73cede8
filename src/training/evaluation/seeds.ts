// The same figures with several seeds: their mean and standard deviation.
import type { Scorecard, SeedFigure } from '../../contract/validation.ts'
import { deviation, mean } from './enough.ts'

/** What is told of each seed, by name. */
const FIGURES: Record<string, (scores: Scorecard) => number | null> = {
  precision: ({ calls }) => calls.all.precision.value,
  recall: ({ calls }) => calls.all.recall.value,
  f1: ({ calls }) => calls.all.f1.value,
  false_calls_per_hour: ({ calls }) => calls.all.false_calls_per_hour.value,
  delay_seconds: ({ calls }) => calls.all.delay_seconds.median,
  move_left: ({ calls }) => calls.all.move_left.value,
  accuracy: ({ seconds }) => seconds?.accuracy.value ?? null,
  log_loss: ({ seconds }) => seconds?.log_loss.value ?? null,
  brier: ({ seconds }) => seconds?.brier.value ?? null,
  expectancy_pct: ({ trading }) => trading.expectancy_pct.value,
}

/** In the order of the seeds. */
export function seedFigures(scorecards: readonly Scorecard[]): SeedFigure[] {
  return Object.entries(FIGURES).map(([name, of]) => {
    const values = scorecards.map(of)
    const known = values.filter((value) => value !== null)
    return {
      name,
      mean: known.length === 0 ? null : mean(known),
      sd: known.length < 2 ? null : deviation(known),
      values,
    }
  })
}
