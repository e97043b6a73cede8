// Models and their checkpoints as the interface shows them.
import type { AliasName } from '../contract/aliases.ts'
import type { CheckpointFigures, CheckpointMetadata, CheckpointState } from '../contract/checkpoint.ts'
import type { CheckpointOut, PatternOut } from '../contract/training.ts'
import { toIso } from '../core/time.ts'
import { FEWEST_CALLS } from '../signals/confidence.ts'
import type { CheckpointEntry } from './checkpoints.ts'
import { CUSTOM } from './custom/custom.ts'
import { slotWords } from './slot.ts'

/** Which checkpoint is called what; notes by version. */
export interface Names {
  readonly promoted: string | null
  readonly challenger: string | null
  readonly patterns: readonly PatternOut[]
  readonly notes: ReadonlyMap<string, string>
}

export function checkpointOut(entry: CheckpointEntry, names: Names): CheckpointOut {
  const { version, publishedAt, metadata, broken } = entry
  return {
    version,
    created_at: toIso(publishedAt),
    run_id: null,
    promoted: version === names.promoted,
    symbol: metadata?.symbol ?? null,
    venue: metadata?.venue ?? null,
    test_cases: metadata?.data.test_cases.length ?? 0,
    state: stateOf(metadata),
    validation_accuracy: metadata?.validation?.accuracy ?? null,
    figures: figuresOf(metadata),
    aliases: aliasesOf(version, names),
    pattern_aliases: patternAliasesOf(version, metadata?.pattern ?? null, names),
    note: names.notes.get(version) ?? null,
    calibrated: (metadata?.calibration?.n ?? 0) >= FEWEST_CALLS,
    pattern: metadata?.pattern ?? null,
    simulated: metadata?.simulated ?? false,
    parent: metadata?.parent ?? null,
    file: metadata === null ? null : ownFileOf(metadata),
    broken,
  }
}

/** Those of before 0.2 do not say. */
export function stateOf(metadata: CheckpointMetadata | null): CheckpointState {
  return metadata?.state ?? (metadata?.validation == null ? 'provisional' : 'validated')
}

export function figuresOf(metadata: CheckpointMetadata | null): CheckpointFigures | null {
  if (metadata?.validation == null) return null
  const { method, accuracy, majority_floor, n, calls, hits, false_calls, missed } = metadata.validation
  const annotations = hits + missed
  const all = hits + false_calls + annotations
  const f1 = all === 0 ? null : (2 * hits) / all
  return { method, annotations, calls, hits, false_calls, missed, f1, accuracy, majority_floor, seconds: n }
}

function aliasesOf(
  version: string,
  { promoted, challenger }: Pick<Names, 'promoted' | 'challenger'>,
): AliasName[] {
  if (version === promoted) return ['champion']
  return version === challenger ? ['challenger'] : []
}

/** Among those of its own pattern. */
function patternAliasesOf(version: string, pattern: string | null, { patterns }: Names): AliasName[] {
  const own = patterns.find((one) => one.pattern === pattern)
  return own === undefined ? [] : aliasesOf(version, own)
}

function ownFileOf({ model, hyperparameters: { file } }: CheckpointMetadata): string | null {
  return model === CUSTOM && typeof file === 'string' ? file : null
}

/** What stands in the way of a model going live. */
export function warningsOf(
  model: string,
  entries: readonly CheckpointEntry[],
  promoted: string | null,
  patterns: readonly PatternOut[],
): string[] {
  const broken = entries.flatMap((entry) =>
    entry.broken === null ? [] : [`Checkpoint ${entry.version} can not be used: ${entry.broken}`],
  )
  const live = [{ pattern: null, promoted }, ...patterns]
  const gone = live.flatMap(({ pattern, promoted: version }) => {
    if (version === null || entries.some((entry) => entry.version === version)) return []
    const of = slotWords({ model, pattern })
    return `Checkpoint ${version} of ${of}, which goes live, is not in its folder any more: put it back, or promote another.`
  })
  return [...broken, ...gone]
}
