// Whether a run's first job, the checkpoint's own training, has the cores to itself before the others begin.

/** Where it costs no round more: the others are shared out evenly without it. Beside another it would take a tenth longer. */
export function isFirstAlone(jobs: number, processes: number): boolean {
  return processes > 1 && jobs > processes && (jobs - 1) % processes === 0
}
