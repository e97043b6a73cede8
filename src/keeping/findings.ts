// What is amiss in an open workspace, part by part; and mending what can be mended.
import { CaseFindings, type CaseFindingsParts } from '../annotation/case-findings.ts'
import { messageOf } from '../core/errors.ts'
import type { Finding, Part } from '../core/finding.ts'
import { coverageFindings } from '../market/store/coverage-findings.ts'
import type { MarketStore } from '../market/store/market-store.ts'
import { checkpointFindings } from '../orchestrator/checkpoint-findings.ts'
import { forwardFindings } from '../orchestrator/forward/forward-findings.ts'
import type { Checkpoints } from '../orchestrator/checkpoints.ts'
import type { Orchestrator } from '../orchestrator/orchestrator.ts'
import { runFindings } from '../training/runs/run-findings.ts'

/** What of an open workspace is looked at. */
export interface Looked extends CaseFindingsParts {
  readonly store: MarketStore
  readonly checkpoints: Checkpoints
  readonly orchestrator: Orchestrator
}

export type Told = Omit<Finding, 'repair'>

/** What was put right, and how. */
export type Repaired = Omit<Told, 'advice'> & { readonly done: string }

/** Candles first: what is made anew of the market stands on them. A part that can not be looked at is itself a finding. */
export async function findingsOf(
  looked: Looked,
  parts: ReadonlySet<Part> = new Set([
    'coverage',
    'annotation',
    'checkpoint',
    'forward_record',
    'training_run',
  ]),
): Promise<Finding[]> {
  const looks: [Part, () => Finding[] | Promise<Finding[]>][] = [
    ['coverage', () => coverageFindings(looked.store, looked.clock)],
    ['annotation', () => new CaseFindings(looked).find()],
    ['checkpoint', () => checkpointFindings(looked.orchestrator, looked.checkpoints)],
    ['forward_record', () => forwardFindings(looked.database)],
    ['training_run', () => runFindings(looked)],
  ]
  const found: Finding[] = []
  for (const [part, look] of looks.filter(([each]) => parts.has(each))) {
    try {
      found.push(...(await look()))
    } catch (error) {
      const fault = `this part could not be looked at: ${messageOf(error)}`
      found.push({ part, name: looked.workspace.database, fault, advice: 'Put that right first.' })
    }
  }
  return found
}

/** `failed`: by `keyOf`, why a finding could not be mended. */
export async function mend(
  found: readonly Finding[],
): Promise<{ repaired: Repaired[]; failed: Map<string, string> }> {
  const repaired: Repaired[] = []
  const failed = new Map<string, string>()
  for (const finding of found) {
    const { part, name, fault, repair } = finding
    if (repair === undefined) continue
    try {
      repaired.push({ part, name, fault, done: await repair() })
    } catch (error) {
      failed.set(keyOf(finding), messageOf(error))
    }
  }
  return { repaired, failed }
}

export function keyOf({ part, name, fault }: Pick<Finding, 'part' | 'name' | 'fault'>): string {
  return JSON.stringify([part, name, fault])
}
