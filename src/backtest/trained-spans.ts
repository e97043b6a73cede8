// What a checkpoint was trained on of a market: seconds of which its figures say nothing about others.
import { testCaseId } from '../annotation/case-content.ts'
import { CaseFiles } from '../annotation/case-files.ts'
import type { AnnotationOut } from '../contract/annotations.ts'
import { sameMarket } from '../contract/market-name.ts'
import type { EpochMs } from '../core/time.ts'
import { rangeOf, unionOf } from '../market/ranges.ts'
import type { Market, TimeRange } from '../market/types.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import { CUSTOM } from '../orchestrator/custom/custom.ts'
import { markOf } from '../training/data/load-markets.ts'
import { labelSpan } from '../training/data/targets.ts'
import { assumedSpans, rejectedSpans } from '../training/data/training-data.ts'
import { EMBARGO } from '../training/examples/episodes.ts'

export interface TrainedOn {
  /** Merged, ascending; null where nothing is known of the training. */
  readonly spans: readonly TimeRange[] | null
  /** What the spans do not tell, in words. */
  readonly warnings: readonly string[]
}

/** What of the workspace says where a training looked. */
export interface TrainedSources {
  readonly checkpoints: { load(model: string, version: string): Promise<LoadedCheckpoint> }
  readonly annotations: { list(filter: object): Promise<AnnotationOut[]> }
  readonly reviewedSpans: { list(market: Market): Promise<{ from: string; to: string }[]> }
  readonly rejectedHolds: { list(market: Market): Promise<EpochMs[]> }
  /** Folder of the test-case files. */
  readonly testCases: string
}

type Case = LoadedCheckpoint['metadata']['data']['test_cases'][number]

/**
 * What it and the checkpoints it began from were shown, or could be, each span widened by the embargo: as far as the finest candles of a
 * market state reach. Checkpoints of before 0.2 do not say it themselves: of those it is what the workspace says now.
 */
export async function trainedOn(
  sources: TrainedSources,
  checkpoint: LoadedCheckpoint,
  market: Market,
): Promise<TrainedOn> {
  if (checkpoint.model === CUSTOM) return { spans: null, warnings: [UNKNOWN] }
  const { chain, lost } = await lineOf(sources, checkpoint)
  const silent = chain.filter(({ metadata }) => metadata.data.labelled === undefined)
  const cases = silent.flatMap(({ metadata }) => metadata.data.test_cases)
  const spans = [
    ...chain.flatMap((each) => toldSpans(each, market)),
    ...(await spansNow(sources, silent, market)),
  ]
  return {
    spans: unionOf(spans.map(({ from, to }) => rangeOf(from - EMBARGO, to + EMBARGO))),
    warnings: [...lost, ...(await changedWarning(sources, cases)), ...pretrainedWarning(chain)],
  }
}

function toldSpans({ metadata }: LoadedCheckpoint, market: Market): TimeRange[] {
  return (metadata.data.labelled ?? []).filter((span) => sameMarket(span, market)).map(spanOf)
}

/** Label spans of the marks that these were trained on, as they stand now, and what is reviewed or assumed to be HOLD. */
async function spansNow(
  sources: TrainedSources,
  checkpoints: readonly LoadedCheckpoint[],
  market: Market,
): Promise<TimeRange[]> {
  if (checkpoints.length === 0) return []
  const cases = checkpoints.flatMap(({ metadata }) => metadata.data.test_cases)
  const ids = new Set(cases.map(({ test_case_id: id }) => id))
  const annotations = await sources.annotations.list({ market })
  const trained = new Set(annotations.map(({ id }) => id).filter((id) => ids.has(testCaseId(id))))
  const marks = annotations.filter(({ id }) => trained.has(id)).map((each) => markOf(each, trained))
  if (marks.length === 0) return []
  const isReviewed = checkpoints.every(({ metadata }) => metadata.data.hold_source === 'reviewed')
  return [
    ...marks.map(labelSpan),
    ...(await holdSpans(sources, market)),
    ...(isReviewed ? [] : assumedSpans(marks)),
  ]
}

/** The checkpoint, the one that its weights began from, and so on. */
async function lineOf({ checkpoints }: TrainedSources, checkpoint: LoadedCheckpoint) {
  const chain = [checkpoint]
  for (let parent = checkpoint.metadata.parent ?? null; parent !== null;) {
    if (chain.some(({ version }) => version === parent)) break
    const loaded = await checkpoints.load(checkpoint.model, parent).catch(() => null)
    if (loaded === null) return { chain, lost: [lostParent(parent)] }
    chain.push(loaded)
    parent = loaded.metadata.parent ?? null
  }
  return { chain, lost: [] }
}

async function holdSpans(sources: TrainedSources, market: Market): Promise<TimeRange[]> {
  const reviewed = await sources.reviewedSpans.list(market)
  return [...reviewed.map(spanOf), ...rejectedSpans(await sources.rejectedHolds.list(market))]
}

function spanOf({ from, to }: { readonly from: string; readonly to: string }): TimeRange {
  return rangeOf(Date.parse(from), Date.parse(to))
}

/** Where a mark stood that was moved or deleted since is not known. */
async function changedWarning({ testCases }: TrainedSources, cases: readonly Case[]): Promise<string[]> {
  const files = new CaseFiles(testCases)
  let changed = 0
  for (const { test_case_id: id, sha256 } of cases) {
    if ((await files.hash(id.replace(/^annotation_/, ''))) !== sha256) changed += 1
  }
  if (changed === 0) return []
  return [
    `${changed} of the ${cases.length} test cases that it was trained on were changed or deleted since: where they stood then is not known, so seconds that it was trained on may be among those scored.`,
  ]
}

function pretrainedWarning(chain: readonly LoadedCheckpoint[]): string[] {
  if (!chain.some(({ metadata }) => metadata.parameters['pretraining'] === true)) return []
  return [
    'Its encoder was pre-trained on stored seconds without labels, which may be among those scored: no answer was seen there, but the market was.',
  ]
}

function lostParent(version: string): string {
  return `Checkpoint ${version}, which its weights began from, can not be read: what that was trained on is not known and not left out.`
}

const UNKNOWN =
  'What this model was trained on is not known: it was brought from outside. Seconds that it learnt from may be among those scored.'
