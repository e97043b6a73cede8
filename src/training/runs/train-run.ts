// One training run from its data to what a checkpoint needs: plan, jobs, validation, metrics on the way.
import type { EpochMetrics } from '../../contract/training.ts'
import type { TrainingParameters } from '../../contract/training-parameters.ts'
import { at } from '../../core/at.ts'
import type { Clock } from '../../core/clock.ts'
import { isClosedForm, type ClosedFormDefinition, type ModelDefinition } from '../../models/model.ts'
import type { KnownRows } from '../../moments/known-rows.ts'
import type { TrainingData } from '../data/training-data.ts'
import type { CoresOfFirst } from '../jobs/first-alone.ts'
import type { RunJobs } from '../jobs/run-jobs.ts'
import type { Spending } from '../jobs/spending.ts'
import type { CallTerms } from '../evaluation/choose-rule.ts'
import type { Job, JobResult } from '../learning/job.ts'
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
  type TrainedRun,
} from './finished-run.ts'
import { instantBeside, NOTHING_BESIDE, type Beside } from './instant-beside.ts'
import { inTrainingOrder } from './fold-order.ts'
import { labelledTime, type LabelledTime } from './learnt-on.ts'
import type { RunPatch } from './messages.ts'
import { callTermsOf, jobOptionsOf } from './parameters.ts'
import { planOptionsOf, planRun, type Plan } from './plan.ts'
import { Progress, epochPhase } from './progress.ts'
import { SoFar } from './so-far.ts'
import { startPatch } from './start-patch.ts'
import { judge, provisional, type Judgement, type Outcome } from './judgement.ts'
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
  /** As `runJobs` does them; none where absent. */
  readonly coresOfFirst?: CoresOfFirst
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
  const { model, parameters, spending } = context
  spending?.turnTo('planning')
  const plan = planRun(data, jobOptionsOf(parameters), {
    seeds: parameters.seeds,
    placements: parameters.permutation_test ? PLACEMENTS : 0,
    mostFolds: parameters.folds,
    ...planOptionsOf(model),
  })
  return new RunInProgress(data, plan, context).run()
}

/** What stands before anything is trained. */
type Begun = Omit<TrainedRun, 'own' | 'outcome' | 'labelledTime'>

/** The jobs are done. */
interface Trained {
  readonly own: JobResult
  /** Of all other jobs, in any order. */
  readonly held: readonly JobResult[]
}

class RunInProgress {
  readonly #context: RunContext
  readonly #begun: Begun
  readonly #terms: CallTerms
  readonly #source: StateSource
  readonly #jobs: readonly Job[]
  readonly #progress: Progress
  #published: Promise<void> | undefined
  #labelledTime: LabelledTime | null = null

  constructor(data: TrainingData, plan: Plan, context: RunContext) {
    const { model, parameters, pattern = null } = context
    const { source, own } = withWarmStart(data, sourceOf(data), plan)
    const start = startPatch(data, plan.jobs, epochPhase(own, 0))
    this.#context = context
    this.#begun = { model, parameters, pattern, data, plan, start }
    this.#terms = callTermsOf(parameters)
    this.#source = source
    // What is solved at once is solved for all its folds together: a second of the market is looked at once.
    const others = isClosedForm(model) ? [] : inTrainingOrder([...plan.seeds, ...plan.placements])
    this.#jobs = [own, ...others]
    this.#progress = this.#progressOf()
  }

  async run(): Promise<TrainRunResult> {
    const { report, spending, onValidated } = this.#context
    const { data, plan, start } = this.#begun
    report(start)
    const { own, held } = await this.#train()
    report({ phase: 'choosing when calls open' })
    spending?.turnTo('figures')
    const judgement = judge(data, plan, held, this.#terms)
    const folds = held.filter(({ epochs }) => epochs.length > 0)
    await onValidated?.(validatedRun({ ...this.#trained(own, judgement.outcome), folds }))
    report({ phase: 'comparing with simple rules', ...validationOf(judgement.outcome) })
    const { outcome, warnings } = await this.#compare(judgement, held)
    const { epochs, spent } = this.#progress
    const finished = finishedRun({ ...this.#trained(own, outcome), folds, epochs, warnings })
    spending?.turnTo('publishing')
    return { ...finished, spent }
  }

  #progressOf(): Progress {
    const { model, clock, report, processes = 1, coresOfFirst = () => 0, earlier = [] } = this.#context
    const soFar = new SoFar(this.#begun.plan, this.#terms)
    return new Progress(this.#jobs, {
      clock,
      report,
      processes,
      coresOfFirst: coresOfFirst(this.#jobs.length),
      effort: effortOf(model),
      earlier,
      onTrained: (own) => this.#publish(own),
      soFar: (result) => soFar.with(result),
    })
  }

  async #train(): Promise<Trained> {
    const { model, spending, runJobs } = this.#context
    spending?.turnTo(isClosedForm(model) ? 'own training' : 'waiting for jobs')
    const results = await runJobs(this.#source, this.#jobs, this.#progress)
    await this.#published
    spending?.turnTo('solving folds')
    const { plan } = this.#begun
    const held = isClosedForm(model)
      ? await this.#solve(model, plan.seeds, { phase: 'validating', fitsOf: plan.seeds.length })
      : byNumber(results.slice(1))
    return { own: at(results, 0), held }
  }

  /** Of entries placed at random, where they are solved: when the checkpoint is validated, which they say nothing of. Other models' are among the jobs. */
  async #placed(): Promise<JobResult[]> {
    const { model } = this.#context
    const { placements } = this.#begun.plan
    if (!isClosedForm(model)) return []
    return this.#solve(model, placements, { phase: `comparing with ${placements.length} random placements` })
  }

  /** @param phase what is told of it meanwhile */
  async #solve(
    model: ClosedFormDefinition,
    sets: Plan['placements'],
    { phase, fitsOf = 0 }: { readonly phase: string; readonly fitsOf?: number },
  ): Promise<JobResult[]> {
    const [first] = sets
    if (first === undefined) return []
    this.#context.report({ phase: fitsOf > 0 ? `${phase}: ${first.jobs.length} folds` : phase })
    const jobs = sets.map((set) => set.jobs)
    return solvedFolds(model, this.#begun.data, jobs, { fitsOf, ...solvingOf(this.#context) })
  }

  /** Before its folds are done. */
  #publish(own: JobResult): void {
    const { data, plan } = this.#begun
    const outcome = provisional(data, plan, own, this.#terms)
    this.#published = this.#context.onTrained?.(provisionalRun(this.#trained(own, outcome)))
    // A fault is met where it is waited for.
    this.#published?.catch(() => {})
  }

  #trained(own: JobResult, outcome: Outcome): TrainedRun {
    this.#labelledTime ??= labelledTime(this.#begun.data)
    return { ...this.#begun, labelledTime: this.#labelledTime, own, outcome }
  }

  async #compare(judgement: Judgement, held: readonly JobResult[]) {
    const { spending } = this.#context
    const { data, plan } = this.#begun
    spending?.turnTo('instant model beside')
    const { folds: instant, warnings } = await besideOf(this.#context, data)
    spending?.turnTo('floors')
    const judged = { data, plan, results: [...held, ...(await this.#placed())], terms: this.#terms }
    return { outcome: compare(judgement, judged, instant), warnings }
  }
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
