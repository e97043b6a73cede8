// One training run from its data to what a checkpoint needs: plan, jobs, validation, metrics on the way.
import type { CheckpointFacts } from '../../contract/checkpoint.ts'
import { isSimulated } from '../../contract/market-name.ts'
import type { EpochMetrics } from '../../contract/training.ts'
import type { TrainingParameters } from '../../contract/training-parameters.ts'
import type { Clock } from '../../core/clock.ts'
import { toIso } from '../../core/time.ts'
import { ACTIONS, isAgent, type ModelDefinition } from '../../models/model.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import { heldOutTrading } from '../agent/summary.ts'
import { effortOf } from './effort.ts'
import { allStretches, sourceStretches, type Example } from '../examples/example.ts'
import type { TrainingData } from '../data/training-data.ts'
import type { Job, JobResult } from '../learning/job.ts'
import type { RunJobs } from '../jobs/run-jobs.ts'
import type { RunPatch } from './messages.ts'
import { jobOptionsOf } from './parameters.ts'
import { planRun, type Plan } from './plan.ts'
import { Progress, epochPhase } from './progress.ts'
import { probeExamples, warmStartOut } from '../learning/warm-start.ts'
import { validate, type Outcome } from './validation.ts'
import { stateSource, type StateSource } from '../learning/views.ts'

export interface RunContext {
  readonly model: ModelDefinition
  readonly parameters: TrainingParameters
  readonly clock: Clock
  readonly runJobs: RunJobs
  readonly report: (patch: RunPatch) => void
  /** First tag of what is trained on, where it is one. */
  readonly pattern?: string | null
  /** Jobs done at a time, for the time left; 1 where absent. */
  readonly processes?: number
  /** What an earlier process reported, before the run was paused or interrupted. */
  readonly earlier?: readonly EpochMetrics[]
}

export interface FinishedRun {
  readonly patch: RunPatch
  readonly weights: NamedTensors
  readonly facts: CheckpointFacts
  /** What the result file says beyond the run itself. */
  readonly detail: Record<string, unknown>
}

const WARM_VALIDATION =
  'Validation is of models trained from fresh weights on the same data: those of the parent have seen what is held out.'
const NOTHING_STORED =
  'Nothing is pre-trained: less than an hour of seconds is stored of the annotated markets.'
/** Under this training loss a model that does badly out of fold has memorised its examples. */
const LOW_LOSS = 0.2
/** The same of an agent, whose loss is of other things: over this accuracy. */
const HIGH_ACCURACY = 0.95
/** Random placements of the permutation test: with 19, no placement as good means p = 0.05. */
const PLACEMENTS = 19
/** An F1 under this, or none at all, counts as doing badly. */
const LOW_F1 = 0.5

/** @throws AppError `no_hold_examples` */
export async function trainRun(data: TrainingData, context: RunContext): Promise<FinishedRun> {
  const { parameters, report } = context
  const plan = planRun(data, jobOptionsOf(parameters), {
    seeds: parameters.seeds,
    placements: parameters.permutation_test ? PLACEMENTS : 0,
  })
  const { source, jobs } = withWarmStart(data, stateSource(sourceStretches(data), data.states), plan.jobs)
  const start = startPatch(data, plan, jobs)
  report(start)
  const { clock, processes = 1, earlier = [] } = context
  const progress = new Progress(jobs, { clock, report, processes, effort: effortOf(context.model), earlier })
  const results = await context.runJobs(source, jobs, progress)
  const [own, ...folds] = results
  report({ phase: 'choosing when calls open' })
  const outcome = validate(data, plan, folds, parameters.false_calls_per_hour)
  return finish(data, plan, own!, folds, outcome, progress.epochs, start, context)
}

/** Folds start from fresh weights, pre-trained or not: those of the parent have seen what is held out. */
function withWarmStart(
  { warmStart }: TrainingData,
  source: StateSource,
  [own, ...folds]: readonly Job[],
): { source: StateSource; jobs: readonly Job[] } {
  if (warmStart === undefined) return { source, jobs: [own!, ...folds] }
  const { pretraining: _, ...rest } = own!
  return {
    source: { ...source, initial: warmStart.weights },
    jobs: [{ ...rest, warmStart: probeExamples(warmStart) }, ...folds],
  }
}

function startPatch(data: TrainingData, plan: Plan, jobs: readonly Job[]) {
  const examples = plan.jobs[0]!.examples
  const [first] = data.markets
  return {
    phase: epochPhase(jobs[0]!, 0),
    examples: examples.length,
    majority_floor: majorityFloor(examples),
    test_cases: data.cases.length,
    left_out: [...data.leftOut],
    hold_source: data.markets.some(({ holdSource }) => holdSource === 'assumed') ? 'assumed' : 'reviewed',
    warnings: [...warningsOf(data), ...pretrainingWarnings(plan.jobs)],
    symbol: data.markets.length === 1 ? first!.market.symbol : null,
    venue: data.markets.length === 1 ? first!.market.venue : null,
  } satisfies RunPatch
}

function warningsOf(data: TrainingData): string[] {
  const assumed = data.markets.some(({ holdSource }) => holdSource === 'assumed')
  return [
    ...data.warnings,
    ...(data.warmStart === undefined ? [] : [WARM_VALIDATION]),
    ...(assumed
      ? [
          'Nothing is marked as reviewed, so HOLD is assumed for 30 minutes either side of each annotation. If you would trade there too, mark reviewed spans (R).',
        ]
      : []),
  ]
}

function pretrainingWarnings([own, ...folds]: readonly Job[]): string[] {
  if (own!.options.pretraining !== true) return []
  if (own!.pretraining === undefined) return [NOTHING_STORED]
  const without = folds.filter(({ pretraining }) => pretraining === undefined).length
  if (without === 0) return []
  return [
    `${without} of ${folds.length} folds are not pre-trained: less than an hour is stored beyond what they hold out. Validation speaks for them, too.`,
  ]
}

function majorityFloor(examples: readonly Example[]): number {
  const counts = ACTIONS.map((_, label) => examples.filter((example) => example.label === label).length)
  return Math.max(...counts) / examples.length
}

function finish(
  data: TrainingData,
  plan: Plan,
  own: JobResult,
  folds: readonly JobResult[],
  outcome: Outcome,
  epochs: readonly EpochMetrics[],
  start: ReturnType<typeof startPatch>,
  { model, parameters, pattern = null }: RunContext,
): FinishedRun {
  const last = own.epochs.at(-1)!
  const examples = [...plan.jobs[0]!.examples, ...own.mined]
  const fits = isAgent(model) ? last.accuracy > HIGH_ACCURACY : last.loss < LOW_LOSS
  const memorised = fits && (outcome.validation?.f1 ?? 0) < LOW_F1
  const validated = new Set(plan.seeds[0]?.jobs.map(({ number }) => number))
  const trading = heldOutTrading(folds.filter(({ number }) => validated.has(number)))
  const holds = examples.filter(({ source }) => source !== 'annotation')
  const testCases = data.cases.map(({ testCaseId, sha256 }) => ({ test_case_id: testCaseId, sha256 }))
  return {
    patch: {
      ...start,
      current_epoch: last.epoch,
      loss: last.loss,
      accuracy: last.accuracy,
      epochs: [...epochs],
      examples: examples.length,
      majority_floor: majorityFloor(examples),
      validation: outcome.validation,
      validation_reason: outcome.reason,
      ...(trading === null ? {} : { trading }),
      memorised,
      warm_start: data.warmStart === undefined ? null : warmStartOut(data.warmStart, own.probed),
    },
    weights: own.weights!,
    facts: {
      schema_version: 1,
      model: model.id,
      name: model.name,
      symbol: start.symbol,
      venue: start.venue,
      simulated: data.markets.some(({ market }) => isSimulated(market)),
      markets: data.markets.map(({ market: { venue, symbol } }) => ({ venue, symbol })),
      pattern,
      parent: data.warmStart?.checkpoint ?? null,
      seed: parameters.seed,
      threads: parameters.threads,
      platform: `${process.platform}-${process.arch}`,
      hyperparameters: fixedHyperparameters(model),
      parameters: { ...parameters },
      data: {
        test_cases: testCases,
        left_out: [...data.leftOut],
        holds: holds.length,
        hold_source: start.hold_source,
      },
      rule: outcome.rule,
      calibration: outcome.calibration,
      validation: summaryOf(outcome),
      validation_reason: outcome.reason,
    },
    detail: {
      hyperparameters: fixedHyperparameters(model),
      platform: `${process.platform}-${process.arch}`,
      data: { test_cases: testCases, holds: holdsOut(data, holds) },
      rule: outcome.rule,
      calibration: outcome.calibration,
      folds: folds.map(({ number, epochs: run }) => ({
        fold: number,
        loss: run.at(-1)!.loss,
        accuracy: run.at(-1)!.accuracy,
      })),
    },
  }
}

/** Those that a run can not set: what it was run with stands in its parameters. */
function fixedHyperparameters({ hyperparameters, defaults }: ModelDefinition) {
  return Object.fromEntries(Object.entries(hyperparameters).filter(([name]) => !(name in defaults)))
}

function summaryOf({ validation }: Outcome): CheckpointFacts['validation'] {
  if (validation === null) return null
  const { method, accuracy, majority_floor, n, loss, calls, hits, false_calls, missed } = validation
  return { method, accuracy, majority_floor, n, loss, calls, hits, false_calls, missed }
}

function holdsOut(data: TrainingData, holds: readonly Example[]) {
  const stretches = allStretches(data.markets)
  return holds.map(({ stretch, instant, seconds, source }) => ({
    venue: stretches[stretch]!.market.venue,
    symbol: stretches[stretch]!.market.symbol,
    timestamp: toIso(instant),
    seconds,
    source,
  }))
}
