// The instant model as a floor: solved in closed form on the same annotations, judged on the same seconds, compared in pairs of episodes.
import type { AgainstInstant, Floor, HeldOutEpisode } from '../../contract/validation.ts'
import { at } from '../../core/at.ts'
import { ACTIONS } from '../../models/model.ts'
import {
  f1OfCounts,
  FEWEST_EPISODES,
  pairedF1,
  type Counts,
  type PairedF1,
} from '../../orchestrator/paired-f1.ts'
import type { Episode } from '../examples/episodes.ts'
import { chooseRule } from './choose-rule.ts'
import { heldOutEpisodes } from './held-out-episodes.ts'
import { callsOf, type CallReport, type ScoredSeconds } from './score-calls.ts'
import { scorecardOf, type Exam } from './scorecard.ts'

/** What the instant model reaches, and how the model compares with it. */
export interface InstantFloor {
  readonly floor: Floor
  readonly comparison: AgainstInstant
}

/**
 * @param said out-of-fold scores of the instant model, of the same ranges as the model's
 * @param report of the model
 */
export function instantFloor(
  exam: Exam,
  said: readonly ScoredSeconds[],
  episodes: readonly Episode[],
  report: CallReport,
): InstantFloor {
  const seconds = exam.seconds.map((model, i) => whereSpoken(model, at(said, i)))
  const chosen = chooseRule(seconds, exam.marks, exam.markets, exam)
  const floor: Floor = {
    id: 'instant',
    name: 'Instant',
    about:
      "Model instant, solved at once on the same annotations, fold by fold; its threshold is chosen as the model's is.",
    scores: scorecardOf(exam, callsOf(seconds, chosen.rule), chosen.report, seconds),
  }
  // Both are judged on the same seconds, so that every false call counts, however far from a mark.
  const episodesOf = (of: CallReport) => heldOutEpisodes(episodes, exam.marks, of, Infinity)
  return { floor, comparison: comparisonOf(episodesOf(report), episodesOf(chosen.report)) }
}

/** Silent where the model is: nobody is judged on a second that the model abstains on. */
function whereSpoken(model: ScoredSeconds, said: ScoredSeconds): ScoredSeconds {
  const scores = said.scores.map((score, i) => {
    const first = i - (i % ACTIONS.length)
    return Number.isNaN(model.scores[first]) ? Number.NaN : score
  })
  return { ...said, scores }
}

/** @param own of the model, and `other` of the instant model, in the same order */
function comparisonOf(own: readonly HeldOutEpisode[], other: readonly HeldOutEpisode[]): AgainstInstant {
  const paired = pairedF1(own.map((episode, i) => [countsOf(episode), countsOf(at(other, i))] as const))
  const { verdict, difference, interval } = paired
  return { verdict, episodes: own.length, difference, interval, words: wordsOf(paired, own.length) }
}

function countsOf({ annotation_ids, hits, false_calls }: HeldOutEpisode): Counts {
  return { annotations: annotation_ids.length, hits, false_calls }
}

function wordsOf({ verdict, own, other, interval }: PairedF1, episodes: number): string {
  const figures = `F1 ${text(f1OfCounts(own))} against ${text(f1OfCounts(other))} on the same held-out seconds`
  if (interval === null)
    return `Not told apart from the instant model, which trains in seconds: ${figures}; fewer than ${FEWEST_EPISODES} episodes can not tell them apart.`
  const [low, high] = interval
  return `${VERDICT[verdict]} the instant model, which trains in seconds: ${figures} (difference ${text(low)} to ${text(high)}, 95 %, ${episodes} episodes).`
}

const VERDICT: Record<AgainstInstant['verdict'], string> = {
  better: 'Better than',
  worse: 'Worse than',
  not_distinguishable: 'Not distinguishable from',
  too_few: 'Not told apart from',
}

function text(value: number | null): string {
  return value === null ? 'unknown' : value.toFixed(2).replace('-', '−')
}
