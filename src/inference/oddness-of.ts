// How unlike what it learnt from a checkpoint finds a second, by what it keeps of that.
import { oddnessScale, type OddnessScale } from '../moments/oddness-file.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'

/** Null where it is not known: of checkpoints from before there was such a thing, of a user's own, and where rows mean something else now. */
export function oddnessOf({
  metadata,
  oddness: bytes,
}: Pick<LoadedCheckpoint, 'metadata' | 'oddness'>): OddnessScale | null {
  const { oddness: facts } = metadata
  return facts === undefined || bytes === null ? null : oddnessScale(bytes, facts)
}
