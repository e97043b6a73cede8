// One training run from its data to what a checkpoint needs: plan, jobs, validation, metrics on the way.
import type { EpochMetrics } from '../../contract/training.ts'
import type { TrainingParameters } from '../../contract/training-parameters.ts'
import { at } from '../../core/at.ts'
import type { Clock } from '../../core/clock.ts'
import { isClosedForm, type ClosedFormDefinition, type ModelDefinition } from '../../models/model.ts'
import type { KnownRows } from '../../moments/known-rows.ts'
import type { TrainingData } from '../data/training-data.ts'
import type { RunJobs } from '../jobs/run-jobs.ts'
import type { Spending } from '../jobs/spending.ts'
import type { JobResult } from '../learning/job.ts'
import { solvedFolds } from '../learning/solved-folds.ts'
import { sourceOf, type StateSource } from '../learning/views.ts'
import { probeExamples } from '../learning/warm-start.ts'
import { effortOf } from './effort.ts'
import {
  finishedRun,
  provisionalRun,
  validatedRun,
  type CheckpointOfRun,
  type FinishedRun,
} from './finished-run.ts'
import { instantBeside, NOTHING_BESIDE, type Beside } from './instant-beside.ts'
import { inTrainingOrder } from './fold-order.ts'
import type { RunPatch } from './messages.ts'
import { callTermsOf, jobOptionsOf } from './parameters.ts'
import { planOptionsOf, planRun, type Plan } from './plan.ts'
import { Progress, epochPhase } from './progress.ts'
import { SoFar } from './so-far.ts'
import { startPatch } from './start-patch.ts'
import { judge, provisional, type Outcome } from './judgement.ts'
import { compare } from './validation.ts'

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
  /** Given the checkpoint as soon as it is trained, before it is validated; the run ends no sooner than this resolves. */
  readonly onTrained?: (trained: CheckpointOfRun) => Promise<void>
  /** Given it again once its folds are judged, before it is compared with anything. */
  readonly onValidated?: (validated: CheckpointOfRun) => Promise<void>
  /** Where the time of the run's own process goes, told in `detail` beside that of its jobs. */
  readonly spending?: Spending
  /** Ends what the run's own process solves; its jobs end by themselves. */
  readonly signal?: AbortSignal
  /** Rows of the same data. */
  readonly known?: KnownRows
  /** What an earlier process reported, before the run was paused or interrupted. */
  readonly earlier?: readonly EpochMetrics[]
}

export interface TrainRunResult extends FinishedRun {
  /** Processor time of jobs in processes of their own, in ms. */
  readonly spent: Progress['spent']
}

/** Random placements of the permutation test: with 19, no placement as good means p = 0.05. */
const PLACEMENTS = 19

/** @throws AppError `no_hold_examples` */
export async function trainRun(data: TrainingData, context: RunContext): Promise<TrainRunResult> {
  const { model, parameters, report, clock, pattern = null, processes = 1, earlier = [], spending } = context
  spending?.turnTo('planning')
  const plan = planRun(data, jobOptionsOf(parameters), {
    seeds: parameters.seeds,
    placements: parameters.permutation_test ? PLACEMENTS : 0,
    mostFolds: parameters.folds,
    ...planOptionsOf(model),
  })
  const fresh = sourceOf(data)
  const { source, own } = withWarmStart(data, fresh, plan)
  const start = startPatch(data, plan.jobs, epochPhase(own, 0))
  report(start)
  spending?.turnTo(isClosedForm(model) ? 'own training' : 'waiting for jobs')
  // What is solved at once is solved for all its folds together: a second of the market is looked at once.
  const jobs = isClosedForm(model) ? [own] : [own, ...inTrainingOrder([...plan.seeds, ...plan.placements])]
  let published: Promise<void> | undefined
  const onTrained = (trained: JobResult) => {
    const outcome = provisional(data, plan, trained, callTermsOf(parameters))
    const run = { model, parameters, pattern, data, plan, start, outcome, own: trained }
    published = context.onTrained?.(provisionalRun(run))
    // A fault is met below, where it is waited for.
    published?.catch(() => {})
  }
  const soFar = new SoFar(plan, callTermsOf(parameters))
  const progress = new Progress(jobs, {
    clock,
    report,
    processes,
    effort: effortOf(model),
    earlier,
    onTrained,
    soFar: (result) => soFar.with(result),
  })
  const results = await context.runJobs(source, jobs, progress)
  await published
  spending?.turnTo('solving folds')
  const held = isClosedForm(model) ? await solveFolds(model, context, data, plan) : byNumber(results.slice(1))
  report({ phase: 'choosing when calls open' })
  spending?.turnTo('figures')
  const terms = callTermsOf(parameters)
  const judgement = judge(data, plan, held, terms)
  // Nothing but their scores is told of placements that were solved.
  const folds = held.filter(({ epochs }) => epochs.length > 0)
  const run = { model, parameters, pattern, data, plan, start, own: at(results, 0), folds }
  await context.onValidated?.(validatedRun({ ...run, outcome: judgement.outcome }))
  report({ phase: 'comparing with simple rules', ...validationOf(judgement.outcome) })
  spending?.turnTo('instant model beside')
  const { folds: instant, warnings } = await besideOf(context, data)
  spending?.turnTo('floors')
  const outcome = compare(judgement, { data, plan, results: held, terms }, instant)
  const finished = finishedRun({ ...run, outcome, epochs: progress.epochs, warnings })
  spending?.turnTo('publishing')
  return { ...finished, spent: progress.spent }
}

async function besideOf(context: RunContext, data: TrainingData): Promise<Beside> {
  const { model, parameters } = context
  if (isClosedForm(model)) return NOTHING_BESIDE
  const like = { seed: parameters.seed, mostFolds: parameters.folds }
  return instantBeside(data, like, solvingOf(context))
}

/** By what the run's own process solves. */
function solvingOf({ signal, known }: RunContext): Pick<RunContext, 'signal' | 'known'> {
  return { ...(signal === undefined ? {} : { signal }), ...(known === undefined ? {} : { known }) }
}

/** What is known of it before it is compared. */
function validationOf({ validation, reason }: Outcome): RunPatch {
  return { validation, validation_reason: reason }
}

/** Of the run's seeds, and of entries placed at random. */
async function solveFolds(
  model: ClosedFormDefinition,
  context: RunContext,
  data: TrainingData,
  { seeds, placements }: Plan,
): Promise<JobResult[]> {
  const sets = [...seeds, ...placements].map((set) => set.jobs)
  if (sets.length === 0) return []
  const random = placements.length === 0 ? '' : `, and ${placements.length} random placements`
  context.report({ phase: `validating: ${at(sets, 0).length} folds${random}` })
  return solvedFolds(model, data, sets, { fitsOf: seeds.length, ...solvingOf(context) })
}

/** As planned, in whatever order they were trained. */
function byNumber(results: readonly JobResult[]): JobResult[] {
  return results.toSorted((a, b) => a.number - b.number)
}

/** Folds start from fresh weights, pre-trained or not: those of the parent have seen what is held out. */
function withWarmStart({ warmStart }: TrainingData, source: StateSource, { jobs }: Plan) {
  const own = at(jobs, 0)
  if (warmStart === undefined) return { source, own }
  const { pretraining: _, ...rest } = own
  return {
    source: { ...source, initial: warmStart.weights },
    own: { ...rest, warmStart: probeExamples(warmStart) },
  }
}
