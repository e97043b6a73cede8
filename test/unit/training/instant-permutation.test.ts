// The instant model retrained on entries placed at random: by no job of the run but all at once, to the scores that jobs would have.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { annotate, marksOf } from '../../../scripts/scenario/annotate.ts'
import { openScenarioMarket, type ScenarioMarket } from '../../../scripts/scenario/market.ts'
import { at } from '../../../src/core/at.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { MINUTE } from '../../../src/core/time.ts'
import { joined, rangeOf } from '../../../src/market/ranges.ts'
import { SecondBars } from '../../../src/market-state/bars.ts'
import { parameterDefaults } from '../../../src/models/defaults.ts'
import { instant } from '../../../src/models/instant.ts'
import { marketData, sliceRange, type TrainingData } from '../../../src/training/data/training-data.ts'
import { sourceStretches } from '../../../src/training/examples/example.ts'
import { localJobs } from '../../../src/training/jobs/local-jobs.ts'
import type { RunJobs } from '../../../src/training/jobs/run-jobs.ts'
import { solvedFolds } from '../../../src/training/learning/solved-folds.ts'
import { stateSource } from '../../../src/training/learning/views.ts'
import { jobOptionsOf } from '../../../src/training/runs/parameters.ts'
import { planOptionsOf, planRun } from '../../../src/training/runs/plan.ts'
import { trainRun } from '../../../src/training/runs/train-run.ts'

const MARKS = 2
const AROUND = 2 * MINUTE
const parameters = { ...parameterDefaults(instant.defaults), seed: 3 }
const silent = { onEpoch: () => {}, onDone: () => {} }
let place: ScenarioMarket
let data: TrainingData

beforeAll(async () => {
  place = openScenarioMarket({ seed: 7 }, (all) => all.filter(({ genuine }) => genuine).length >= MARKS)
  const range = sliceRange(place.stretch)
  const bars = new SecondBars(await place.reader.slice(place.market, range), range)
  const whole = await annotate(place, marksOf(place, bars, 7))
  const markets = whole.markets.map((market) => {
    const around = market.marks.map(({ entry, exit }) => rangeOf(entry - AROUND, exit + AROUND))
    return marketData({ ...market, holdSpans: joined(around) })
  })
  data = { ...whole, markets }
}, 400_000)
afterAll(() => place.close())

it('says of the seconds that placements hold out what their jobs would', async () => {
  const plan = planRun(data, jobOptionsOf(parameters), { placements: 1, ...planOptionsOf(instant) })
  const [own, placed] = [at(plan.seeds, 0).jobs, at(plan.placements, 0).jobs]
  const source = stateSource(sourceStretches(data), data.states)
  const jobs = await localJobs(instant)(source, placed, silent)
  const together = await solvedFolds(instant, data, [own, placed])
  expect(together.map(({ number }) => number)).toEqual([...own, ...placed].map(({ number }) => number))
  for (const { number, scores } of jobs) {
    const same = together.find((result) => result.number === number)?.scores
    for (const [range, part] of scores.entries()) {
      const apart = part.map((score, i) => Math.abs(score - at(at(same ?? [], range), i)))
      expect(Math.max(...apart.filter((_, i) => !Number.isNaN(part[i])))).toBeLessThan(1e-5)
    }
  }
}, 400_000)

it('tells p and how well each fold fits, and gives no job to a fold', async () => {
  const given: number[] = []
  const runJobs: RunJobs = (source, jobs, events) => {
    given.push(...jobs.map(({ number }) => number))
    return localJobs(instant)(source, jobs, events)
  }
  const { patch, detail, facts } = await trainRun(data, {
    model: instant,
    parameters: { ...parameters, permutation_test: true },
    clock: systemClock,
    report: () => {},
    runJobs,
  })
  expect(given).toEqual([0])
  expect(patch.validation?.permutation).toMatchObject({ placements: 19, observed: patch.validation?.f1 })
  expect(patch.validation?.against_instant).toBeNull()
  expect(detail['folds']).toHaveLength(MARKS)
  const { volatility, volume, score } = facts.learnt_on ?? {}
  // Ten minutes around each mark and its holding, a look a minute; scores of the same time, out of fold.
  expect(volatility?.n).toBeGreaterThanOrEqual(20)
  for (const one of [volatility, volume]) expect(at(one?.edges ?? [], 0)).toBeGreaterThan(0)
  expect(score?.n).toBeGreaterThanOrEqual(10)
  for (const edge of score?.edges ?? []) expect(edge >= 0 && edge <= 1).toBe(true)
  const plan = planRun(data, jobOptionsOf(parameters), planOptionsOf(instant))
  const source = stateSource(sourceStretches(data), data.states)
  const folds = await localJobs(instant)(source, plan.jobs.slice(1), silent)
  expect(detail['folds']).toEqual(
    folds.map(({ number, epochs: [fit] }) => ({
      fold: number,
      loss: expect.closeTo(fit?.loss ?? Number.NaN, 5) as number,
      accuracy: fit?.accuracy,
    })),
  )
}, 400_000)
