// The gate before a promotion: is a checkpoint better than the promoted one on the episodes that both held out?
import type { GateFigures, GateReport, GateVerdict } from '../contract/promotions.ts'
import type { HeldOutEpisode } from '../contract/validation.ts'
import { AppError } from '../core/errors.ts'
import { f1OfCounts, FEWEST_EPISODES, pairedF1, type Counts, type Pair } from './paired-f1.ts'

/** What is known of a checkpoint from its run; `episodes` null where it held nothing out, or nothing is known of it. */
export interface Evidence {
  readonly checkpoint: string
  readonly episodes: readonly HeldOutEpisode[] | null
  /** Annotation id → hash of the test case that it was trained and scored with. */
  readonly cases: ReadonlyMap<string, string>
}

/** Pairs the episodes of the same test cases, each scored by a model that never saw it, and compares F1 by call. */
export function compareHeldOut(candidate: Evidence, promoted: Evidence): GateReport {
  const pairs = pairsOf(candidate, promoted)
  const { verdict, own, other, difference, interval } = pairedF1(pairs)
  return {
    verdict,
    episodes: pairs.length,
    candidate: figuresOf(candidate.checkpoint, own),
    promoted: figuresOf(promoted.checkpoint, other),
    difference,
    interval,
  }
}

/** The 409 that carries both figures and asks for a reason. */
export function gateFailed(model: string, report: GateReport): AppError {
  const { candidate, promoted } = report
  return new AppError(
    'gate_failed',
    `Checkpoint ${candidate.checkpoint} of ${model} is not known to be better than ${promoted.checkpoint}, which is promoted: ${wordsOf(report)} Give a reason to promote it all the same; the history keeps it.`,
    { status: 409, field: 'reason', details: { ...report } },
  )
}

/** The comparison in a sentence. */
export function wordsOf({ verdict, episodes, candidate, promoted, interval }: GateReport): string {
  if (episodes === 0)
    return 'there is no episode that both held out and were scored on with the same test cases, so there is nothing to compare on.'
  const on = `on ${episodes} ${episodes === 1 ? 'episode' : 'episodes'} held out from both, F1 is ${text(candidate.f1)} against ${text(promoted.f1)}`
  if (interval === null) return `${on}; fewer than ${FEWEST_EPISODES} episodes can not tell them apart.`
  const [low, high] = interval
  return `${on} (difference ${text(low)} to ${text(high)}, 95 %): ${VERDICT_WORDS[verdict]}.`
}

const VERDICT_WORDS: Record<GateVerdict, string> = {
  better: 'better',
  worse: 'worse',
  not_distinguishable: 'not distinguishable',
  too_few: 'too few',
}

function pairsOf(candidate: Evidence, promoted: Evidence): Pair[] {
  const others = new Map(promoted.episodes?.map((episode) => [keyOf(episode, promoted), episode]))
  return (candidate.episodes ?? []).flatMap((own): Pair[] => {
    const other = others.get(keyOf(own, candidate))
    return other === undefined ? [] : [[countsOf(own), countsOf(other)]]
  })
}

/** Equal where two episodes are the same annotations, by test cases of the same content. */
function keyOf({ venue, symbol, annotation_ids }: HeldOutEpisode, { checkpoint, cases }: Evidence): string {
  const parts = annotation_ids.toSorted().map((id) => `${id} ${cases.get(id) ?? `unknown in ${checkpoint}`}`)
  return [venue, symbol, ...parts].join('\n')
}

function countsOf({ annotation_ids, hits, false_calls }: HeldOutEpisode): Counts {
  return { annotations: annotation_ids.length, hits, false_calls }
}

function figuresOf(checkpoint: string, counts: Counts): GateFigures {
  return { checkpoint, ...counts, f1: f1OfCounts(counts) }
}

function text(value: number | null): string {
  return value === null ? 'unknown' : value.toFixed(2)
}
