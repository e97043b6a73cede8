// The instant model as a floor beside every other: the same as its own run says, on the seconds that the model spoke on, and in words.
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { annotate, marksOf } from '../../../scripts/scenario/annotate.ts'
import { openScenarioMarket, type ScenarioMarket } from '../../../scripts/scenario/market.ts'
import { foundWords } from '../../../src/contract/plain-result.ts'
import { Validation } from '../../../src/contract/validation.ts'
import { MINUTE } from '../../../src/core/time.ts'
import { joined, rangeOf } from '../../../src/market/ranges.ts'
import { SecondBars } from '../../../src/market-state/bars.ts'
import { parameterDefaults } from '../../../src/models/defaults.ts'
import { instant } from '../../../src/models/instant.ts'
import { marketData, sliceRange, type TrainingData } from '../../../src/training/data/training-data.ts'
import { sourceStretches } from '../../../src/training/examples/example.ts'
import { localJobs } from '../../../src/training/jobs/local-jobs.ts'
import type { JobResult } from '../../../src/training/learning/job.ts'
import { stateSource } from '../../../src/training/learning/views.ts'
import { instantBeside } from '../../../src/training/runs/instant-beside.ts'
import { instantFolds, type InstantFolds } from '../../../src/training/runs/instant-folds.ts'
import { jobOptionsOf } from '../../../src/training/runs/parameters.ts'
import { planOptionsOf, planRun, type Plan } from '../../../src/training/runs/plan.ts'
import { SoFar } from '../../../src/training/runs/so-far.ts'
import { validate } from '../../../src/training/runs/validation.ts'

const MARKS = 6
const SEED = 11
const TERMS = { falseCallsPerHour: 1, falseCallPrice: 0.5 }
const AROUND = 5 * MINUTE
let place: ScenarioMarket
let data: TrainingData
let plan: Plan
let own: JobResult[]
let folds: InstantFolds
/** Of a model that says what the instant model says. */
let alike: Validation

beforeAll(async () => {
  place = openScenarioMarket({ seed: 7 }, (all) => all.filter(({ genuine }) => genuine).length >= MARKS)
  const range = sliceRange(place.stretch)
  const bars = new SecondBars(await place.reader.slice(place.market, range), range)
  data = reviewedAround(await annotate(place, marksOf(place, bars, 7)))
  const options = jobOptionsOf({ ...parameterDefaults(instant.defaults), seed: SEED })
  plan = planRun(data, options, planOptionsOf(instant))
  const source = stateSource(sourceStretches(data), data.states)
  own = await localJobs(instant)(source, plan.jobs.slice(1), { onEpoch: () => {}, onDone: () => {} })
  const found = await instantFolds(data, { seed: SEED })
  if (found === null) throw new Error('six marks have folds')
  folds = found
  alike = validated((score) => score)
}, 400_000)
afterAll(() => place.close())

/** Reviewed five minutes either side of the marks alone: the hours between cost time and show nothing more. */
function reviewedAround(whole: TrainingData): TrainingData {
  const markets = whole.markets.map((market) => {
    const around = market.marks.map(({ entry, exit }) => rangeOf(entry - AROUND, exit + AROUND))
    return marketData({ ...market, holdSpans: joined(around) })
  })
  return { ...whole, markets }
}

/** What a model that says `change` of each out-of-fold score is worth. */
function validated(change: (score: number, i: number) => number): Validation {
  const results = own.map((result) => ({ ...result, scores: result.scores.map((part) => part.map(change)) }))
  const { validation } = validate(data, plan, results, TERMS, folds)
  if (validation === null) throw new Error('six marks are validated')
  return validation
}

function floorOf(validation: Validation) {
  const floor = validation.floors?.find(({ id }) => id === 'instant')
  if (floor === undefined) throw new Error('no instant floor')
  return floor
}

it('says of every held-out second what a run of the instant model says', () => {
  expect(folds.results.map(({ number }) => number)).toEqual(own.map(({ number }) => number))
  let seconds = 0
  for (const [fold, { scores }] of own.entries()) {
    for (const [range, part] of scores.entries()) {
      const same = folds.results[fold]?.scores[range]
      expect(same).toHaveLength(part.length)
      const apart = part.map((score, i) => Math.abs(score - (same?.[i] ?? Number.NaN)))
      expect(Math.max(...apart.filter((_, i) => !Number.isNaN(part[i])))).toBeLessThan(1e-5)
      seconds += part.length / 3
    }
  }
  expect(seconds).toBeGreaterThan(5000)
})

describe('beside a model', () => {
  it('that says the same, it is not distinguishable, and has its figures', () => {
    const validation = alike
    const { all } = floorOf(validation).scores.calls
    const { calls, hits, false_calls, missed } = validation
    expect(hits).toBeGreaterThan(3)
    expect(all).toMatchObject({ calls, hits, false_calls, missed })
    expect(validation.against_instant).toMatchObject({
      verdict: 'not_distinguishable',
      episodes: MARKS,
      difference: 0,
      interval: [0, 0],
    })
    const f1 = validation.f1?.toFixed(2)
    expect(validation.against_instant?.words).toBe(
      `Not distinguishable from the instant model, which trains in seconds: F1 ${f1} against ${f1} on the same held-out seconds (difference 0.00 to 0.00, 95 %, ${MARKS} episodes).`,
    )
    const errors = Compile(Validation).Errors(JSON.parse(JSON.stringify(validation)))
    expect(errors.map(({ instancePath, message }) => `${instancePath} ${message}`)).toEqual([])
  })
  it('that never calls, it is better, and the model is said to be worse', () => {
    const validation = validated((_score, i) => (i % 3 === 2 ? 1 : 0))
    expect(validation.hits).toBe(0)
    expect(validation.against_instant?.verdict).toBe('worse')
    expect(validation.against_instant?.words).toMatch(
      /^Worse than the instant model, .* F1 0\.00 against [01]\.\d\d/,
    )
  })
  it('that abstains on half the seconds, it is silent there, too', () => {
    const half = validated((score, i) => (Math.floor(i / 3) % 2 === 0 ? score : Number.NaN))
    const seconds = (validation: Validation) => floorOf(validation).scores.seconds?.accuracy.n ?? 0
    expect(seconds(half)).toBe(half.n)
    expect(half.n).toBeLessThan(0.6 * alike.n)
  })
})

it('leaves a run whole where it can not be solved, and says so', async () => {
  const markets = data.markets.map((market) => marketData({ ...market, stretches: [] }))
  const beside = await instantBeside({ ...data, markets }, { seed: SEED }, {})
  expect(beside.folds).toBeNull()
  expect(beside.warnings).toHaveLength(1)
  expect(beside.warnings[0]).toMatch(
    /^What the instant model reaches could not be told, the run itself is whole: No HOLD/,
  )
})

it('tells after each fold, in whatever order, what the folds so far have found', () => {
  const soFar = new SoFar(plan, TERMS)
  const told = own.toReversed().map((fold) => soFar.with(fold))
  expect(told[0]).toMatch(/^[01] of 1 marked trades found, \d+ false calls? in \d+ min$/)
  expect(told.at(-1)).toBe(foundWords(alike))
  expect(new Set(told).size).toBeGreaterThan(2)
})
