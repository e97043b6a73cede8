// Whether a run's first job, the checkpoint's own training, has the cores to itself before the others begin, and how many it uses.

/** Cores that the first of so many jobs has to itself; 0 where it is one among the others. */
export type CoresOfFirst = (jobs: number) => number

/**
 * 0 where it is one among the others. It is alone where that costs no round more, the others being shared out evenly without it (beside
 * another it would take a tenth longer). Where it can use all the cores it is alone even so: it is over in two thirds of the time, and all
 * of them later by two thirds of a round at most.
 * @param processes jobs at a time, a core each
 * @param useful most cores that a job of the model can use
 */
export function coresOfFirst(jobs: number, processes: number, useful: number): number {
  const cores = Math.min(useful, processes)
  if (jobs === 1) return cores
  if (processes === 1 || jobs <= processes) return 0
  return (jobs - 1) % processes === 0 || cores === processes ? cores : 0
}
