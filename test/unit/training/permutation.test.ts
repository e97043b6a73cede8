// Several seeds and entries placed at random: which jobs are planned, and what becomes of their scores. A real learner on a simulated market.
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { annotate, marksOf } from '../../../scripts/scenario/annotate.ts'
import { openScenarioMarket, type ScenarioMarket } from '../../../scripts/scenario/market.ts'
import { MINUTE } from '../../../src/core/time.ts'
import { Validation } from '../../../src/contract/validation.ts'
import { clip, joined, rangeOf } from '../../../src/market/ranges.ts'
import { SecondBars } from '../../../src/market-state/bars.ts'
import { closeIn, sliceRange, type TrainingData } from '../../../src/training/data/training-data.ts'
import { episodesOf } from '../../../src/training/examples/episodes.ts'
import { allStretches } from '../../../src/training/examples/example.ts'
import type { JobResult } from '../../../src/training/learning/job.ts'
import { localJobs } from '../../../src/training/jobs/local-jobs.ts'
import { placedAtRandom } from '../../../src/training/examples/placements.ts'
import { planRun, type Plan } from '../../../src/training/runs/plan.ts'
import { Random } from '../../../src/training/data/random.ts'
import { labelSpan } from '../../../src/training/data/targets.ts'
import { validate } from '../../../src/training/runs/validation.ts'
import { MODELS } from '../../loop/training-models.ts'

const MARKS = 6
/** Room for entries placed at random; every second of it is scored. */
const AROUND = 8 * MINUTE
const TERMS = { falseCallsPerHour: 1, falseCallPrice: 0.5 }
const options = { seed: 11, epochs: 2, batchSize: 32, learningRate: 0.3, views: 2, threads: 1 }
let place: ScenarioMarket
let data: TrainingData
let plan: Plan
let results: JobResult[]
let validation: Validation

beforeAll(async () => {
  place = openScenarioMarket({ seed: 7 }, (all) => all.filter(({ genuine }) => genuine).length >= MARKS)
  const range = sliceRange(place.stretch)
  const bars = new SecondBars(await place.reader.slice(place.market, range), range)
  const marks = marksOf(place, bars, 7)
  const reviewed = marks.map(({ entry, exit }) => rangeOf(entry - AROUND, exit + AROUND))
  data = await annotate(place, marks, undefined, undefined, clip(joined(reviewed), place.stretch))
  plan = planRun(data, options, { seeds: 2, placements: 2 })
  const source = { slices: allStretches(data.markets).map(({ slice }) => slice), frozen: data.states }
  results = await localJobs(MODELS[0]!)(source, plan.jobs, { onEpoch: () => {}, onDone: () => {} })
  validation = validate(data, plan, results.slice(1), TERMS).validation!
})
afterAll(() => place.close())

describe('a plan', () => {
  it('has the folds of each seed and of each placement once, each at its number', () => {
    expect(plan.jobs.map(({ number }) => number)).toEqual(plan.jobs.map((_, i) => i))
    expect(plan.seeds.map(({ jobs }) => jobs.length)).toEqual([MARKS, MARKS])
    expect(plan.placements).toHaveLength(2)
    expect(plan.seeds.map(({ jobs }) => jobs[0]!.options.seed)).toEqual([11, 12])
    const holds = plan.seeds.map(({ jobs }) => jobs[0]!.examples.filter(({ markId }) => markId === null))
    expect(holds[0]).not.toEqual(holds[1])
  })
  it('trains the first seed as it does alone', () => {
    const alone = planRun(data, options)
    expect(plan.jobs.slice(0, MARKS + 1)).toEqual(alone.jobs)
    expect(alone.placements).toEqual([])
  })
})

describe('entries placed at random', () => {
  it('stay inside the reviewed spans, apart from each other, as long and as many, on the side that paid', () => {
    for (let i = 0; i < 20; i++) {
      const [market] = placedAtRandom(data, new Random(i)).markets
      const own = data.markets[0]!
      expect(market!.marks).toHaveLength(MARKS)
      const lengths = (marks: typeof own.marks) =>
        marks.map(({ entry, exit }) => exit - entry).sort((a, b) => a - b)
      expect(lengths(market!.marks)).toEqual(lengths(own.marks))
      for (const mark of market!.marks) {
        const { from, to } = labelSpan(mark)
        expect(market!.holdSpans.some((span) => from >= span.from && to <= span.to)).toBe(true)
        expect(mark.direction === 'LONG').toBe(mark.exitPrice > mark.entryPrice)
        expect(mark.entryPrice).toBe(closeIn(own.stretches, mark.entry))
      }
      expect(episodesOf([market!])).toHaveLength(episodesOf([own]).length)
    }
    const entries = (seed: number) =>
      placedAtRandom(data, new Random(seed)).markets[0]!.marks.map(({ entry }) => entry)
    expect(entries(1)).toEqual(entries(1))
    expect(entries(1)).not.toEqual(entries(2))
  })
})

describe('a validation', () => {
  it('tells the seeds apart and the placements together', () => {
    const { seeds, permutation, model, floors } = validation
    expect(seeds!.count).toBe(2)
    const f1 = seeds!.figures.find(({ name }) => name === 'f1')!
    expect(f1.values[0]).toBe(model!.calls.all.f1.value)
    expect(f1.mean).toBeCloseTo((f1.values[0]! + f1.values[1]!) / 2, 12)
    expect(permutation).toMatchObject({ placements: 2, score: 'f1', observed: validation.f1 })
    expect(permutation!.permuted).toHaveLength(2)
    const asHigh = permutation!.permuted.filter((score) => score >= validation.f1!).length
    expect(permutation!.p).toBeCloseTo((1 + asHigh) / 3, 12)
    expect(floors!.map(({ id }) => id)).toEqual(['majority', 'random', 'plain_rule', 'logistic_regression'])
  })
  it('is what the contract says', () => {
    const errors = Compile(Validation).Errors(JSON.parse(JSON.stringify(validation)))
    expect(errors.map(({ instancePath, message }) => `${instancePath} ${message}`)).toEqual([])
  })
  it('shows the same counts above and in the figures', () => {
    const { calls, hits, false_calls, missed } = validation
    expect(validation.model!.calls.all).toMatchObject({ calls, hits, false_calls, missed })
    expect(validation.annotations).toBe(MARKS)
    expect(validation.effective_n).toBeCloseTo(MARKS, 9)
    for (const { scores } of validation.floors!) expect(scores.calls.all.annotations).toBe(MARKS)
  })
  it('is the same without the rest', () => {
    const alone = planRun(data, options)
    const less = validate(data, alone, results.slice(1, MARKS + 1), TERMS).validation
    expect({ ...validation, seeds: null, permutation: null }).toEqual(less)
  })
})
