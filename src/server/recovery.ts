// What a crash left, or another server of the same PostgreSQL that is gone, is put in order before anything goes on.
import { testCaseId } from '../annotation/case-content.ts'
import type { OfMarkets } from '../inference/handover.ts'
import type { InferenceService } from '../inference/service.ts'
import type { Log } from './logger.ts'
import { lostMarks } from './lost-marks.ts'
import type { OpenWorkspace } from './open-workspace.ts'

export interface Recovered {
  readonly warnings: readonly string[]
  /** What the database no longer knows, in words; said once, not of each case. */
  readonly lost: string | null
}

export const NOTHING_RECOVERED: Recovered = { warnings: [], lost: null }

/** What a crash left, or the owner before. @param answers of which markets sessions and calls are this server's; default: all */
export async function recover(
  open: OpenWorkspace,
  inference: InferenceService,
  log: Log,
  answers?: OfMarkets,
): Promise<Recovered> {
  await inference.recover(answers)
  return recoverWork(open, log)
}

/** All but live sessions. */
export async function recoverWork(open: OpenWorkspace, log: Log): Promise<Recovered> {
  await open.orchestrator.recover()
  const report = await open.testCases.repair({ isShared: open.database.choice.postgres !== null })
  await open.training.recover()
  await open.backtests.recover()
  for (const id of report.rebuilt) log.info({}, `${id} was missing and has been written anew`)
  const lost = await lostMarks(open.workspace, open.testCases, open.annotations)
  const strays = new Set((await open.testCases.strays()).map(testCaseId))
  const warnings = report.faults
    .filter((fault) => !strays.has(fault.test_case_id))
    .map((fault) => `${fault.test_case_id}: ${fault.detail}`)
  for (const warning of lost === null ? warnings : [lost, ...warnings]) log.warn({}, warning)
  return { warnings, lost }
}
