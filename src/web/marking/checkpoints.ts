// Which checkpoint the page preselects, and what it calls those of all patterns.
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'

/** The name of all patterns together, as what is trained on and as what goes live. */
export const ALL_PATTERNS = '*'

/** The newest checkpoint that can be used; null where there is none. */
export function newestUsable(model: ModelOut): CheckpointOut | null {
  const usable = model.checkpoints.filter((one) => one.broken === null)
  return usable.toSorted((a, b) => b.version.localeCompare(a.version))[0] ?? null
}
