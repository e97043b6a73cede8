// One training run from its data to what a checkpoint needs: plan, jobs, validation, metrics on the way.
import type { CheckpointFacts } from '../contract/checkpoint.ts'
import type { EpochMetrics } from '../contract/training.ts'
import type { TrainingParameters } from '../contract/training-parameters.ts'
import type { Clock } from '../core/clock.ts'
import { SECOND, toIso } from '../core/time.ts'
import { ACTIONS, type ModelDefinition } from '../models/model.ts'
import type { NamedTensors } from '../nn/weights.ts'
import { allStretches, type Example } from './examples.ts'
import type { TrainingData } from './data.ts'
import type { Job, JobResult } from './job.ts'
import type { EpochResult } from './job-training.ts'
import { isSimulated } from './load.ts'
import type { RunPatch } from './messages.ts'
import { jobOptionsOf } from './parameters.ts'
import { planRun, type Plan } from './plan.ts'
import { validate, type Outcome } from './validation.ts'
import { stateSource, type StateSource } from './views.ts'

/** Does jobs, several at a time or one after the other; the results are the same. In the order of the jobs. */
export type RunJobs = (
  source: StateSource,
  jobs: readonly Job[],
  events: { onEpoch(job: Job, epoch: EpochResult): void; onDone(job: Job): void },
) => Promise<JobResult[]>

export interface RunContext {
  readonly model: ModelDefinition
  readonly parameters: TrainingParameters
  readonly clock: Clock
  readonly runJobs: RunJobs
  readonly report: (patch: RunPatch) => void
}

export interface FinishedRun {
  readonly patch: RunPatch
  readonly weights: NamedTensors
  readonly facts: CheckpointFacts
  /** What the result file says beyond the run itself. */
  readonly detail: Record<string, unknown>
}

/** Under this training loss a model that does badly out of fold has memorised its examples. */
const LOW_LOSS = 0.2
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
  const start = startPatch(data, plan)
  report(start)
  const progress = new Progress(plan, context)
  const source = stateSource(allStretches(data.markets), data.states)
  const results = await context.runJobs(source, plan.jobs, progress)
  const [own, ...folds] = results
  report({ phase: 'choosing when calls open' })
  const outcome = validate(data, plan, folds, parameters.false_calls_per_hour)
  return finish(data, plan, own!, folds, outcome, progress.epochs, start, context)
}

function startPatch(data: TrainingData, plan: Plan) {
  const examples = plan.jobs[0]!.examples
  const [first] = data.markets
  return {
    phase: `epoch 1 of ${plan.jobs[0]!.options.epochs}`,
    examples: examples.length,
    majority_floor: majorityFloor(examples),
    test_cases: data.cases.length,
    left_out: [...data.leftOut],
    hold_source: data.markets.some(({ holdSource }) => holdSource === 'assumed') ? 'assumed' : 'reviewed',
    warnings: warningsOf(data),
    symbol: data.markets.length === 1 ? first!.market.symbol : null,
    venue: data.markets.length === 1 ? first!.market.venue : null,
  } satisfies RunPatch
}

function warningsOf(data: TrainingData): string[] {
  const assumed = data.markets.some(({ holdSource }) => holdSource === 'assumed')
  return [
    ...data.warnings,
    ...(assumed
      ? [
          'Nothing is marked as reviewed, so HOLD is assumed for 30 minutes either side of each annotation. If you would trade there too, mark reviewed spans (R).',
        ]
      : []),
  ]
}

function majorityFloor(examples: readonly Example[]): number {
  const counts = ACTIONS.map((_, label) => examples.filter((example) => example.label === label).length)
  return Math.max(...counts) / examples.length
}

/** Turns what the jobs say into what the trader sees. */
class Progress {
  readonly epochs: EpochMetrics[] = []
  readonly #plan: Plan
  readonly #context: RunContext
  readonly #started: number
  #lastEpoch: number
  #done = 0
  #folds = 0

  constructor(plan: Plan, context: RunContext) {
    this.#plan = plan
    this.#context = context
    this.#started = context.clock.now()
    this.#lastEpoch = this.#started
  }

  onEpoch(job: Job, { epoch, loss, accuracy }: EpochResult): void {
    this.#done += 1
    const now = this.#context.clock.now()
    if (job.number !== 0) return this.#context.report({ seconds_left: this.#secondsLeft(now) })
    this.epochs.push({ epoch, loss, accuracy, duration_seconds: (now - this.#lastEpoch) / SECOND })
    this.#lastEpoch = now
    const next = Math.min(epoch + 1, job.options.epochs)
    this.#context.report({
      phase: epoch === job.options.epochs ? this.#foldsPhase() : `epoch ${next} of ${job.options.epochs}`,
      current_epoch: epoch,
      loss,
      accuracy,
      epochs: [...this.epochs],
      seconds_left: this.#secondsLeft(now),
    })
  }

  onDone(job: Job): void {
    if (job.number === 0) return
    this.#folds += 1
    const ownIsDone = this.epochs.length === job.options.epochs
    this.#context.report(ownIsDone ? { phase: this.#foldsPhase() } : {})
  }

  #foldsPhase(): string {
    const folds = this.#plan.jobs.length - 1
    return folds === 0 ? 'finishing' : `validating: ${this.#folds} of ${folds} folds done`
  }

  #secondsLeft(now: number): number {
    const all = this.#plan.jobs.reduce((sum, { options }) => sum + options.epochs, 0)
    return Math.round(((now - this.#started) / SECOND) * (all / this.#done - 1))
  }
}

function finish(
  data: TrainingData,
  plan: Plan,
  own: JobResult,
  folds: readonly JobResult[],
  outcome: Outcome,
  epochs: readonly EpochMetrics[],
  start: ReturnType<typeof startPatch>,
  { model, parameters }: RunContext,
): FinishedRun {
  const last = own.epochs.at(-1)!
  const examples = [...plan.jobs[0]!.examples, ...own.mined]
  const memorised = last.loss < LOW_LOSS && (outcome.validation?.f1 ?? 0) < LOW_F1
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
      memorised,
    },
    weights: own.weights!,
    facts: {
      schema_version: 1,
      model: model.id,
      name: model.name,
      symbol: start.symbol,
      venue: start.venue,
      simulated: data.markets.some(({ market }) => isSimulated(market)),
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
