// One seed of the scenario: train on a few annotations, test on another market, beside a rule, chance, a ceiling and controls.
import { systemClock } from '../../src/core/clock.ts'
import { HOUR, SECOND, epochMs } from '../../src/core/time.ts'
import type { Breakout } from '../../src/market/demo/ground-truth.ts'
import { cnn } from '../../src/models/cnn.ts'
import type { CallRule } from '../../src/signals/signal.ts'
import { SecondBars } from '../../src/market-state/bars.ts'
import { sliceRange } from '../../src/training/data/training-data.ts'
import { allStretches } from '../../src/training/examples/example.ts'
import { callsOf } from '../../src/training/evaluation/score-calls.ts'
import { runJob } from '../../src/training/jobs/run-job.ts'
import { localJobs } from '../../src/training/jobs/local-jobs.ts'
import { jobOptionsOf, resolveParameters } from '../../src/training/runs/parameters.ts'
import { planRun } from '../../src/training/runs/plan.ts'
import { RuleScores } from '../../src/market-state/plain-rule.ts'
import { PURPOSE, Random } from '../../src/training/data/random.ts'
import { trainRun } from '../../src/training/runs/train-run.ts'
import { stateSource } from '../../src/training/learning/views.ts'
import { annotate, randomMarks, marksOf, type Mark } from './annotate.ts'
import { openScenarioMarket, type ScenarioMarket } from './market.ts'
import { predictStretch } from './predict.ts'
import { mean, scoreCalls, type PlainCall, type Score, type Terms } from './score.ts'

export interface TrialOptions {
  readonly seed: number
  /** True breakouts, and false ones, that the test has at least. */
  readonly breakouts: number
  /** Annotations of the ceiling; 0 leaves it out. */
  readonly ceiling: number
}

export interface TrialResult {
  readonly seed: number
  readonly training: Trained
  readonly test: { readonly hours: number; readonly genuine: number; readonly failed: number }
  readonly model: Score
  readonly tunedRule: Score & { readonly k: number }
  readonly oracleRule: Score & { readonly k: number }
  readonly chance: Score
  readonly ceiling:
    (Score & { readonly annotations: number; readonly views: number; readonly loss: number }) | null
  readonly randomEntries: Score & { readonly loss: number }
  /** The same model on a market without a single true breakout. */
  readonly noTruth: { readonly hours: number; readonly falseCallsPerHour: number }
}

interface Trained {
  readonly annotations: number
  readonly hours: number
  readonly examples: number
  readonly loss: number
  readonly on: number
  /** Out of fold, against the annotations. */
  readonly recall: number | null
  readonly f1: number | null
  readonly falseCallsPerHour: number | null
  readonly seconds: number
}

interface CallingModel {
  readonly onnx: Uint8Array
  readonly rule: CallRule
}

interface TrainedModel extends CallingModel {
  readonly summary: Trained
}

/** Test markets have other seeds than any training market. */
const TEST_SEEDS = 1000
const CEILING_SEEDS = 2000
const NO_TRUTH_SEEDS = 3000
const EPOCHS = 10
const VIEWS = cnn.defaults.views
/** A thousand annotations need no 32 views of each to fill an epoch. */
const CEILING_VIEWS = 4
const CHANCE_DRAWS = 200

export async function runTrial(options: TrialOptions, say: (what: string) => void): Promise<TrialResult> {
  const { seed } = options
  const place = openScenarioMarket({ seed }, hasFiveEach)
  const placeBars = await barsOf(place)
  const marks = marksOf(place, placeBars, seed)
  say(`training on ${marks.length} annotations`)
  const trained = await trainOn(place, marks, seed, VIEWS)
  say(`loss ${trained.summary.loss.toFixed(4)}, on ${trained.rule.on.toFixed(3)}; control of random entries`)
  const other = openScenarioMarket({ seed }, hasFiveEach)
  const random = await trainBlind(other, randomMarks(place, placeBars, seed), seed, trained.rule)
  other.close()
  const ceiling = options.ceiling > 0 ? await trainCeiling(options, say) : null
  const test = openScenarioMarket({ seed: seed + TEST_SEEDS }, hasBoth(options.breakouts))
  const terms = await termsOf(test, marks)
  say(`testing ${terms.hours.toFixed(0)} hours`)
  const models = [trained, random, ...(ceiling === null ? [] : [ceiling])]
  const scores = await scoreModels(test, models, terms)
  const noTruth = await scoreNoTruth(options, trained)
  say('done')
  const k = bestK(
    await rulesOf(place, placeBars),
    place,
    { ...terms, bars: placeBars, hours: hoursOf(place) },
    trained.rule,
  )
  const testRules = await rulesOf(test, terms.bars)
  const oracle = bestK(testRules, test, terms, trained.rule)
  const result: TrialResult = {
    seed,
    training: trained.summary,
    test: {
      hours: terms.hours,
      genuine: test.breakouts.filter(({ genuine }) => genuine).length,
      failed: test.breakouts.filter(({ genuine }) => !genuine).length,
    },
    model: scores[0]!,
    tunedRule: { ...scoreRule(testRules, k, test, terms, trained.rule), k },
    oracleRule: { ...scoreRule(testRules, oracle, test, terms, trained.rule), k: oracle },
    chance: chanceOf(scores[0]!.calls, test, terms, seed),
    ceiling:
      ceiling === null
        ? null
        : {
            ...scores[2]!,
            annotations: ceiling.summary.annotations,
            views: CEILING_VIEWS,
            loss: ceiling.summary.loss,
          },
    randomEntries: { ...scores[1]!, loss: random.loss },
    noTruth,
  }
  place.close()
  test.close()
  return result
}

async function trainOn(
  place: ScenarioMarket,
  marks: readonly Mark[],
  seed: number,
  views: number,
): Promise<TrainedModel> {
  const began = performance.now()
  const run = await trainRun(await annotate(place, marks), {
    model: cnn,
    parameters: resolveParameters({ model: cnn.id, epochs: EPOCHS, seed, views }, cnn, () => seed),
    clock: systemClock,
    report: () => {},
    runJobs: localJobs(cnn),
  })
  const { validation } = run.patch
  return {
    onnx: cnn.exportOnnx(run.weights),
    rule: run.facts.rule,
    summary: {
      annotations: marks.length,
      hours: hoursOf(place),
      examples: run.patch.examples!,
      loss: run.patch.loss!,
      on: run.facts.rule.on,
      recall: validation?.recall ?? null,
      f1: validation?.f1 ?? null,
      falseCallsPerHour: validation?.false_calls_per_hour ?? null,
      seconds: (performance.now() - began) / SECOND,
    },
  }
}

/** Without validation: the control calls by the rule that it is compared with. */
async function trainBlind(
  place: ScenarioMarket,
  marks: readonly Mark[],
  seed: number,
  rule: CallRule,
): Promise<CallingModel & { loss: number }> {
  const data = await annotate(place, marks)
  const body = { model: cnn.id, epochs: EPOCHS, seed, views: VIEWS }
  const options = jobOptionsOf(resolveParameters(body, cnn, () => seed))
  const source = stateSource(allStretches(data.markets), data.states)
  const { weights, epochs } = await runJob(cnn, source, planRun(data, options).jobs[0]!, {
    onEpoch: () => {},
  })
  return { onnx: cnn.exportOnnx(weights!), rule, loss: epochs.at(-1)!.loss }
}

async function trainCeiling(
  { seed, ceiling }: TrialOptions,
  say: (what: string) => void,
): Promise<TrainedModel> {
  const count = (all: readonly Breakout[]) => all.filter(({ genuine }) => genuine).length
  const place = openScenarioMarket({ seed: seed + CEILING_SEEDS }, (all) => count(all) >= ceiling)
  say(`ceiling: ${ceiling} annotations of ${hoursOf(place).toFixed(0)} hours`)
  const trained = await trainOn(place, marksOf(place, await barsOf(place), seed), seed, CEILING_VIEWS)
  place.close()
  return trained
}

async function scoreModels(
  test: ScenarioMarket,
  models: readonly CallingModel[],
  terms: Terms,
): Promise<Score[]> {
  const calls = await modelCalls(test, models)
  return calls.map((of) => scoreCalls(of, test.breakouts, terms))
}

async function modelCalls(place: ScenarioMarket, models: readonly CallingModel[]): Promise<PlainCall[][]> {
  const slice = await place.reader.slice(place.market, sliceRange(place.stretch))
  const onnx = models.map((model) => model.onnx)
  const scores = await predictStretch(onnx, slice, place.stretch)
  return models.map(({ rule }, i) =>
    callsOf([{ market: place.market, from: place.stretch.from, scores: scores[i]! }], rule),
  )
}

async function scoreNoTruth(
  { seed, breakouts }: TrialOptions,
  trained: CallingModel,
): Promise<TrialResult['noTruth']> {
  const options = { seed: seed + NO_TRUTH_SEEDS, genuineShare: 0 }
  const place = openScenarioMarket(options, (all) => all.length >= breakouts)
  const [calls] = await modelCalls(place, [trained])
  const hours = hoursOf(place)
  place.close()
  return { hours, falseCallsPerHour: calls!.length / hours }
}

/** The k whose calls have the best F1, of 0 to 5 by steps of 0.05. */
function bestK(rules: RuleScores, place: ScenarioMarket, terms: Terms, rule: CallRule): number {
  let best = { k: 0, f1: -1 }
  for (let step = 0; step <= 100; step++) {
    const k = step / 20
    const { f1 } = scoreRule(rules, k, place, terms, rule)
    if (f1 > best.f1) best = { k, f1 }
  }
  return best.k
}

function scoreRule(rules: RuleScores, k: number, place: ScenarioMarket, terms: Terms, rule: CallRule): Score {
  return scoreCalls(rules.calls(k, rule.pauseSeconds, place.stretch), place.breakouts, terms)
}

/** As many calls as the model made, at random seconds and sides: the mean of many draws. */
function chanceOf(count: number, { stretch, breakouts }: ScenarioMarket, terms: Terms, seed: number): Score {
  const random = new Random(seed, PURPOSE.caller)
  const seconds = (stretch.to - stretch.from) / SECOND
  const draws = Array.from({ length: CHANCE_DRAWS }, () => {
    const calls = Array.from({ length: count }, (): PlainCall => ({
      action: random.uniform() < 0.5 ? 'BUY' : 'SELL',
      opensAt: epochMs(stretch.from + random.below(seconds) * SECOND),
    }))
    return scoreCalls(
      calls.sort((a, b) => a.opensAt - b.opensAt),
      breakouts,
      terms,
    )
  })
  const over = (key: keyof Score) =>
    mean(draws.map((draw) => draw[key]).filter((value) => !Number.isNaN(value)))
  return {
    calls: count,
    hits: over('hits'),
    falseCalls: over('falseCalls'),
    missed: over('missed'),
    recall: over('recall'),
    precision: over('precision'),
    f1: over('f1'),
    falseCallsPerHour: over('falseCallsPerHour'),
    moveLeft: over('moveLeft'),
    netPct: over('netPct'),
  }
}

async function barsOf(place: ScenarioMarket): Promise<SecondBars> {
  const range = sliceRange(place.stretch)
  return new SecondBars(await place.reader.slice(place.market, range), range)
}

async function rulesOf(place: ScenarioMarket, bars: SecondBars): Promise<RuleScores> {
  return new RuleScores(await place.reader.slice(place.market, sliceRange(place.stretch)), bars)
}

/** A position is kept as long as the median annotated trade was. */
async function termsOf(test: ScenarioMarket, marks: readonly Mark[]): Promise<Terms> {
  const holdings = marks.map(({ entry, exit }) => exit - entry).sort((a, b) => a - b)
  return {
    bars: await barsOf(test),
    hours: hoursOf(test),
    holding: holdings[Math.floor(holdings.length / 2)]!,
  }
}

function hoursOf({ stretch }: ScenarioMarket): number {
  return (stretch.to - stretch.from) / HOUR
}

function hasFiveEach(breakouts: readonly Breakout[]): boolean {
  const count = (direction: Breakout['direction']) =>
    breakouts.filter((breakout) => breakout.genuine && breakout.direction === direction).length
  return count('UP') >= 5 && count('DOWN') >= 5
}

function hasBoth(wanted: number) {
  return (breakouts: readonly Breakout[]): boolean => {
    const genuine = breakouts.filter((breakout) => breakout.genuine).length
    return genuine >= wanted && breakouts.length - genuine >= wanted
  }
}
