// What a run comes to: its last figures, what its checkpoint says of itself, and what its result file says besides.
import type { CheckpointFacts } from '../../contract/checkpoint.ts'
import { isSimulated } from '../../contract/market-name.ts'
import type { EpochMetrics } from '../../contract/training.ts'
import type { TrainingParameters } from '../../contract/training-parameters.ts'
import { at } from '../../core/at.ts'
import { toIso } from '../../core/time.ts'
import { rangeOut } from '../../market/ranges.ts'
import { isAgent, type ModelDefinition } from '../../models/model.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import { heldOutTrading } from '../agent/summary.ts'
import { labelledSpans, type TrainingData } from '../data/training-data.ts'
import { allStretches, type Example } from '../examples/example.ts'
import type { JobResult } from '../learning/job.ts'
import type { EpochResult } from '../learning/job-training.ts'
import { warmStartOut } from '../learning/warm-start.ts'
import { learntOn, type LabelledTime } from './learnt-on.ts'
import type { RunPatch } from './messages.ts'
import type { Plan } from './plan.ts'
import { majorityFloor, type StartPatch } from './start-patch.ts'
import type { Outcome } from './judgement.ts'

/** Under this training loss a model that does badly out of fold has memorised its examples. */
const LOW_LOSS = 0.2
/** The same of an agent, whose loss is of other things: over this accuracy. */
const HIGH_ACCURACY = 0.95
/** An F1 under this, or none at all, counts as doing badly. */
const LOW_F1 = 0.5

/** All that a run has when its jobs are done. */
export interface DoneRun {
  readonly model: ModelDefinition
  readonly parameters: TrainingParameters
  /** First tag of what was trained on, where it was one. */
  readonly pattern: string | null
  readonly data: TrainingData
  readonly plan: Plan
  /** Null where no state can be made of it. */
  readonly labelledTime: LabelledTime | null
  /** Of the checkpoint's own training, and of the folds. */
  readonly own: JobResult
  readonly folds: readonly JobResult[]
  readonly outcome: Outcome
  readonly epochs: readonly EpochMetrics[]
  readonly start: StartPatch
  /** What else a trader should know, beside what was known at the start. */
  readonly warnings: readonly string[]
}

export interface FinishedRun {
  readonly patch: RunPatch
  readonly weights: NamedTensors
  readonly facts: CheckpointFacts
  /** What the result file says beyond the run itself. */
  readonly detail: Record<string, unknown>
}

/** What a checkpoint is before its folds are done. */
export type TrainedRun = Omit<DoneRun, 'folds' | 'epochs' | 'warnings'>

/** Weights, and what the checkpoint says of itself: before the folds are done, and once they are judged. */
export type CheckpointOfRun = Pick<FinishedRun, 'weights' | 'facts'>

export function provisionalRun(run: TrainedRun): CheckpointOfRun {
  return { weights: weightsOf(run.own), facts: factsOf(run, []) }
}

export function validatedRun(run: TrainedRun & Pick<DoneRun, 'folds'>): CheckpointOfRun {
  return { weights: weightsOf(run.own), facts: factsOf(run, validatedFolds(run)) }
}

export function finishedRun(run: DoneRun): FinishedRun {
  return { ...validatedRun(run), patch: patchOf(run), detail: detailOf(run) }
}

function weightsOf({ weights }: JobResult): NamedTensors {
  if (weights === null) throw new TypeError("the checkpoint's own training brought no weights")
  return weights
}

function patchOf(run: DoneRun): RunPatch {
  const { data, own, outcome, epochs, start } = run
  const last = lastEpochOf(own)
  const examples = examplesOf(run)
  const trading = heldOutTrading(validatedFolds(run))
  return {
    ...start,
    warnings: [...start.warnings, ...run.warnings, ...notBetter(outcome)],
    current_epoch: last.epoch,
    loss: last.loss,
    accuracy: last.accuracy,
    epochs: [...epochs],
    examples: examples.length,
    majority_floor: majorityFloor(examples),
    validation: outcome.validation,
    validation_reason: outcome.reason,
    ...(trading === null ? {} : { trading }),
    memorised: isMemorised(run, last),
    warm_start: data.warmStart === undefined ? null : warmStartOut(data.warmStart, own.probed),
  }
}

/** `folds`: whose held-out scores its summary of what it learnt on holds. */
function factsOf(run: TrainedRun, folds: readonly JobResult[]): CheckpointFacts {
  const { model, parameters, pattern, data, outcome, start } = run
  return {
    schema_version: 1,
    state: outcome.validation === null ? 'provisional' : 'validated',
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
    platform: PLATFORM,
    hyperparameters: fixedHyperparameters(model),
    parameters: { ...parameters },
    data: {
      test_cases: testCasesOf(data),
      left_out: [...data.leftOut],
      holds: holdsOf(run).length,
      hold_source: start.hold_source,
      labelled: data.markets.flatMap((each) =>
        labelledSpans(each).map((span) => ({
          venue: each.market.venue,
          symbol: each.market.symbol,
          ...rangeOut(span),
        })),
      ),
    },
    rule: outcome.rule,
    calibration: outcome.calibration,
    validation: summaryOf(outcome),
    validation_reason: outcome.reason,
    ...(run.labelledTime === null ? {} : { learnt_on: learntOn(run.labelledTime, folds) }),
  }
}

function detailOf(run: DoneRun): Record<string, unknown> {
  const { model, data, folds, outcome } = run
  return {
    hyperparameters: fixedHyperparameters(model),
    platform: PLATFORM,
    data: { test_cases: testCasesOf(data), holds: holdsOut(data, holdsOf(run)) },
    rule: outcome.rule,
    calibration: outcome.calibration,
    folds: folds.map((fold) => {
      const { loss, accuracy } = lastEpochOf(fold)
      return { fold: fold.number, loss, accuracy }
    }),
  }
}

const PLATFORM = `${process.platform}-${process.arch}`

function lastEpochOf({ epochs }: JobResult): EpochResult {
  return at(epochs, -1)
}

/** Of the checkpoint's own training, with the false calls that it found. */
function examplesOf({ plan, own }: TrainedRun): readonly Example[] {
  return [...at(plan.jobs, 0).examples, ...own.mined]
}

function holdsOf(run: TrainedRun): readonly Example[] {
  return examplesOf(run).filter(({ source }) => source !== 'annotation')
}

function validatedFolds({ plan, folds }: Pick<DoneRun, 'plan' | 'folds'>): readonly JobResult[] {
  const validated = new Set(plan.seeds[0]?.jobs.map(({ number }) => number))
  return folds.filter(({ number }) => validated.has(number))
}

/** A network that the instant model may be as good as is said to be so. */
function notBetter({ validation }: Outcome): string[] {
  const beside = validation?.against_instant ?? null
  return beside === null || beside.verdict === 'better' ? [] : [beside.words]
}

function isMemorised({ model, outcome }: DoneRun, last: EpochResult): boolean {
  const fits = isAgent(model) ? last.accuracy > HIGH_ACCURACY : last.loss < LOW_LOSS
  return fits && (outcome.validation?.f1 ?? 0) < LOW_F1
}

function testCasesOf({ cases }: TrainingData) {
  return cases.map(({ testCaseId, sha256 }) => ({ test_case_id: testCaseId, sha256 }))
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
  return holds.map(({ stretch, instant, seconds, source }) => {
    const { venue, symbol } = at(stretches, stretch).market
    return { venue, symbol, timestamp: toIso(instant), seconds, source }
  })
}
