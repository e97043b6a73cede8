// COB RL on one market: trained on some of its marks, its calls scored over every second of the others' surroundings.
import { ceilTo, epochMs, SECOND } from '../../src/core/time.ts'
import { cobRl } from '../../src/models/cob-rl.ts'
import { SecondBars } from '../../src/market-state/bars.ts'
import { sliceRange } from '../../src/training/data/training-data.ts'
import { marksIn, report, type ScoredSeconds } from '../../src/training/evaluation/score-calls.ts'
import { allStretches } from '../../src/training/examples/example.ts'
import { localJobs } from '../../src/training/jobs/local-jobs.ts'
import { jobOptionsOf, resolveParameters } from '../../src/training/runs/parameters.ts'
import { planRun } from '../../src/training/runs/plan.ts'
import { stateSource } from '../../src/training/learning/views.ts'
import { annotate, marksOf, randomMarks, type Mark } from './annotate.ts'
import { recordBooks } from './books.ts'
import { openScenarioMarket, type ScenarioMarket } from './market.ts'

/**
 * `planted`: entries at random, each with an imbalance of the book before it. `random`: the same entries, nothing planted. `breakouts`: the
 * market's true breakouts, its own book.
 */
export type BookTrialKind = 'planted' | 'random' | 'breakouts'

export interface BookTrialOptions {
  readonly kind: BookTrialKind
  readonly marks: number
  readonly epochs: number
  readonly seed: number
  /** Models that share the marks: each is trained on those of the others. */
  readonly folds: number
  readonly batchSize?: number
}

export interface BookTrial {
  readonly marks: number
  readonly hits: number
  readonly falseCalls: number
  readonly hours: number
}

/** Calls open at this probability. */
const ON = 0.6
const OFF = 0.4

export async function bookTrial(options: BookTrialOptions): Promise<BookTrial> {
  const { kind, seed } = options
  const place = openScenarioMarket(
    { seed },
    (all) => all.filter(({ genuine }) => genuine).length >= options.marks,
  )
  try {
    const marks = await marksFor(place, kind, seed)
    recordBooks(place, seed, place.stretch, kind === 'planted' ? marks : [])
    return await trained(place, marks, options)
  } finally {
    place.close()
  }
}

async function marksFor(place: ScenarioMarket, kind: BookTrialKind, seed: number): Promise<Mark[]> {
  const range = sliceRange(place.stretch)
  const bars = new SecondBars(await place.reader.slice(place.market, range), range)
  return kind === 'breakouts' ? marksOf(place, bars, seed) : randomMarks(place, bars, seed)
}

async function trained(
  place: ScenarioMarket,
  marks: readonly Mark[],
  { epochs, folds, batchSize }: BookTrialOptions,
): Promise<BookTrial> {
  const data = await annotate(place, marks, cobRl)
  const body = { model: cobRl.id, epochs, ...(batchSize === undefined ? {} : { batch_size: batchSize }) }
  const parameters = resolveParameters(body, cobRl, () => 1)
  const plan = planRun(data, jobOptionsOf(parameters), { mostFolds: folds })
  const jobs = plan.jobs.slice(1)
  const stretches = allStretches(data.markets)
  const results = await localJobs(cobRl)(stateSource(stretches, data.states), jobs, {
    onEpoch: () => undefined,
    onDone: () => undefined,
  })
  const scored = jobs.flatMap(({ evaluate }, i) =>
    evaluate.map(({ stretch, from }, k): ScoredSeconds => ({
      market: stretches[stretch]!.market,
      from: epochMs(ceilTo(from, SECOND)),
      scores: results[i]!.scores[k]!,
    })),
  )
  const known = marksIn(scored, data.markets)
  const rule = { on: ON, off: OFF, pauseSeconds: plan.pauseSeconds }
  const { hits, falseCalls, hours } = report(scored, known, data.markets, rule)
  return { marks: known.length, hits: hits.length, falseCalls: falseCalls.length, hours }
}
