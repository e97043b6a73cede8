// Runs and backtests that a process left RUNNING when it ended without a word, told as the next start makes of them.
import { holderOf } from '../server/workspace-lock.ts'
import type { Verb } from './verb.ts'

/** Nobody holds the workspace: what is stored as RUNNING is `ended`. Nothing is written; whoever takes the workspace next does that. */
export function asFound<R extends { readonly status: string }>(
  { workspace }: Pick<Verb, 'workspace'>,
  runs: readonly R[],
  ended: NoInfer<Partial<R>>,
): R[] {
  const isHeld = holderOf(workspace) !== null
  return runs.map((run) => (run.status === 'RUNNING' && !isHeld ? { ...run, ...ended } : run))
}
