// Which checkpoints a backtest is of, one or what is promoted for each pattern, and what is known of each.
import type { BacktestBody } from '../contract/backtests.ts'
import { ANY_PATTERN } from '../contract/pattern.ts'
import type { PatternOut } from '../contract/training.ts'
import { absentWords, firstFault, openPatterns, promotedOf } from '../inference/combined/open-patterns.ts'
import { modelAlone, nonePromoted } from '../inference/combined/refusals.ts'
import { unionOf } from '../market/ranges.ts'
import type { Market } from '../market/types.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import type { Barriers } from '../signals/barriers.ts'
import type { TrainedOn } from './trained-spans.ts'

export interface AskedParts {
  readonly orchestrator: {
    checkpoint(model: string, version?: string, pattern?: string): Promise<LoadedCheckpoint>
    model(id: string): Promise<{ readonly patterns: readonly PatternOut[] }>
  }
  readonly trainedOn: (checkpoint: LoadedCheckpoint) => Promise<TrainedOn>
  /** What trades of this checkpoint are measured by; null where nothing is marked. */
  readonly barriers: (checkpoint: LoadedCheckpoint, market: Market) => Promise<Barriers | null>
}

/** One that answers. */
export interface KnownPart {
  /** Null where it answers by itself. */
  readonly pattern: string | null
  readonly checkpoint: LoadedCheckpoint
  readonly trained: TrainedOn
  /** By its annotations; null where nothing is marked. */
  readonly marked: Barriers | null
}

export interface Asked {
  /** One, or what is promoted for each pattern, by pattern. */
  readonly parts: readonly KnownPart[]
  readonly isOfAll: boolean
  /** By the annotations of all. */
  readonly marked: Barriers | null
  readonly warnings: readonly string[]
}

/**
 * Of all patterns one that can not be opened is named in the warnings, as a session names it, and the others go on.
 * @throws AppError `unknown_model`, `no_checkpoint`, `unknown_checkpoint`, `broken_checkpoint`, `two_checkpoints`
 */
export async function askedCheckpoints(
  parts: AskedParts,
  body: BacktestBody,
  market: Market,
): Promise<Asked> {
  if (body.pattern === ANY_PATTERN) return askedOfAll(parts, body, market)
  const checkpoint = await parts.orchestrator.checkpoint(body.model, body.checkpoint, body.pattern)
  const part = await knownPart(parts, null, checkpoint, market)
  return { parts: [part], isOfAll: false, marked: part.marked, warnings: [] }
}

/** What any of them was trained on; `spans` null where of one nothing is known. */
export function trainedOnAny({ parts, isOfAll }: Asked): TrainedOn {
  const spans = parts.flatMap(({ trained }) => trained.spans ?? [])
  const isKnown = parts.every(({ trained }) => trained.spans !== null)
  const warnings = parts.flatMap(({ pattern, checkpoint, trained }) =>
    trained.warnings.map((words) =>
      isOfAll ? `Pattern "${pattern}" (${checkpoint.version}): ${words}` : words,
    ),
  )
  return { spans: isKnown ? unionOf(spans) : null, warnings }
}

async function askedOfAll(parts: AskedParts, body: BacktestBody, market: Market): Promise<Asked> {
  const { orchestrator, barriers } = parts
  const model = modelAlone(body)
  const wanted = promotedOf((await orchestrator.model(model)).patterns)
  if (wanted.length === 0) throw nonePromoted(model)
  const opened = await openPatterns(wanted, async ({ pattern, version }) =>
    knownPart(parts, pattern, await orchestrator.checkpoint(model, version), market),
  )
  const known = opened.ready
    .map(({ ready }) => ready)
    .toSorted((a, b) => ((a.pattern ?? '') < (b.pattern ?? '') ? -1 : 1))
  const [first] = known
  if (first === undefined) throw firstFault(opened.absent, model)
  const marked = await barriers(withCasesOf(first.checkpoint, known), market)
  return { parts: known, isOfAll: true, marked, warnings: opened.absent.map(absentWords) }
}

async function knownPart(
  { trainedOn, barriers }: AskedParts,
  pattern: string | null,
  checkpoint: LoadedCheckpoint,
  market: Market,
): Promise<KnownPart> {
  return {
    pattern,
    checkpoint,
    trained: await trainedOn(checkpoint),
    marked: await barriers(checkpoint, market),
  }
}

/** As if it had been trained on what any of them was. */
function withCasesOf(checkpoint: LoadedCheckpoint, parts: readonly KnownPart[]): LoadedCheckpoint {
  const test_cases = parts.flatMap((part) => part.checkpoint.metadata.data.test_cases)
  const { metadata } = checkpoint
  return { ...checkpoint, metadata: { ...metadata, data: { ...metadata.data, test_cases } } }
}
