// Two checkpoints held against each other: what both held out, what they learnt from, what they were trained with.
import type { CheckpointMetadata } from '../contract/checkpoint.ts'
import type { CheckpointsCompared } from '../contract/checkpoints-compared.ts'
import type { ComparedSetting } from '../contract/runs-compared.ts'
import type { HeldOutEpisode } from '../contract/validation.ts'
import { caseDifference } from './case-difference.ts'
import { compareHeldOut, wordsOf, type Evidence } from './gate.ts'

/** What the run of a checkpoint held out; null where it held nothing out, or no run of it is known. */
export type HeldOut = (model: string, version: string) => Promise<readonly HeldOutEpisode[] | null>

/** `metadata` null: its files are gone or broken. */
export interface Side {
  readonly version: string
  readonly metadata: CheckpointMetadata | null
}

export async function compareCheckpoints(
  model: string,
  candidate: Side,
  other: Side,
  heldOut: HeldOut,
): Promise<CheckpointsCompared> {
  const report = compareHeldOut(
    await evidenceOf(model, candidate, heldOut),
    await evidenceOf(model, other, heldOut),
  )
  return {
    report,
    words: wordsOf(report),
    data: caseDifference(casesOf(other), casesOf(candidate)),
    parameters: settingsOf([candidate, other]),
  }
}

async function evidenceOf(model: string, side: Side, heldOut: HeldOut): Promise<Evidence> {
  const cases = casesOf(side).map(
    ({ test_case_id, sha256 }) => [test_case_id.replace(/^annotation_/, ''), sha256] as const,
  )
  return {
    checkpoint: side.version,
    episodes: await heldOut(model, side.version),
    cases: new Map(cases),
  }
}

function casesOf({ metadata }: Side): CheckpointMetadata['data']['test_cases'] {
  return metadata?.data.test_cases ?? []
}

function settingsOf(sides: readonly Side[]): ComparedSetting[] {
  const each = sides.map(({ metadata }): Record<string, unknown> => ({
    ...metadata?.hyperparameters,
    ...metadata?.parameters,
    pattern: metadata?.pattern ?? null,
    parent: metadata?.parent ?? null,
  }))
  const names = [...new Set(each.flatMap((settings) => Object.keys(settings)))]
  return names.map((name) => {
    const values = each.map((settings) => settings[name] ?? null)
    return { name, values, differs: new Set(values.map((value) => JSON.stringify(value))).size > 1 }
  })
}
