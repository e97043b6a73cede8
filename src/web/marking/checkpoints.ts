// Which checkpoint the page preselects.
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'

/** The newest checkpoint that can be used; null where there is none. */
export function newestUsable(model: ModelOut): CheckpointOut | null {
  const usable = model.checkpoints.filter((one) => one.broken === null)
  return usable.toSorted((a, b) => b.version.localeCompare(a.version))[0] ?? null
}
