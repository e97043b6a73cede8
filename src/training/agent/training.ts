// Training of an agent: demonstrations first, then trading and learning in turns; false calls become demonstrations on the way.
import { at } from '../../core/at.ts'
import { ACTIONS, type AgentDefinition, type LearnerState, type ModelInputs } from '../../models/model.ts'
import { ACCOUNT_SIZE, type AgentSettings } from '../../models/agent/agent.ts'
import { QLearner, type QNetwork } from '../../models/agent/q-learner.ts'
import { predictInChunks } from '../../models/classifier.ts'
import { Session } from '../../nn/runtime.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import { crossEntropyOf } from '../learning/cross-entropy.ts'
import type { SecondsRange } from '../data/training-data.ts'
import type { Example } from '../examples/example.ts'
import { learnerOptionsOf, type StepJob, type JobOptions } from '../learning/job.ts'
import type { EpochResult, JobTraining } from '../learning/job-training.ts'
import { mineFalseCalls } from '../learning/mining.ts'
import { PURPOSE, Random, mix } from '../data/random.ts'
import { scoreSeconds } from '../learning/score-seconds.ts'
import { Views, type StateSource } from '../learning/views.ts'
import { BatchWriter } from './batch.ts'
import { DemonstrationSet } from './demonstration-set.ts'
import { Demonstrator } from './demonstrations.ts'
import { Environment } from './environment.ts'
import { Experience } from './experience.ts'
import { heldOutFigures } from './held-out.ts'
import { Observations } from './observations.ts'
import { SecondPrices } from './prices.ts'
import { Traders, type TradersState } from './traders.ts'

/** Optimizer steps of a piece; between two a run can be cancelled, paused and saved. */
const PIECE = 50
/** Decisions of every environment, in returns of n steps, within which something must have been learnt from. */
const WARM_UP = 10
/** Errors below this, in rewards, are replayed as often as those of this size. */
const LEAST_PRIORITY = 0.05

/** Where a training stands beside its learner and its replay buffers. Plain values only. */
interface Place {
  readonly epoch: number
  /** Sum of the epoch's TD losses, and its steps. */
  readonly td: number
  readonly steps: number
  readonly traders: TradersState
  readonly mined: readonly Example[]
}

/** Opens a training with all its parts, seeded by the run and the job. */
export async function agentTraining(
  model: AgentDefinition,
  source: StateSource,
  job: StepJob,
  initial?: NamedTensors,
): Promise<JobTraining> {
  const { network } = model.agent
  const { options, number, agent: plan } = job
  const told = learnerOptionsOf(options)
  let settings: AgentSettings = { ...model.agent.settings, ...told }
  const views = new Views(source)
  const environment = new Environment(
    source.slices.map((slice) => new SecondPrices(slice)),
    settings,
  )
  const observations = await Observations.open(network, views, options.threads)
  const learner = await QLearner.open(qNetwork(model, options), {
    ...settings,
    ...told,
    seed: mix(options.seed ^ mix(PURPOSE.learner ^ (number << 8))),
    totalSteps: settings.pretrainSteps + options.epochs * settings.epochSteps,
    optimizer: settings,
    ...(initial === undefined ? {} : { initial }),
  })
  const demonstrations = new DemonstrationSet(
    {
      demonstrator: new Demonstrator(environment, plan, settings),
      environment,
      observations,
      views,
      settings,
      keys: [options.seed, number],
      augmentation: options.augmentation ?? true,
    },
    mostDemonstrations(job),
  )
  await demonstrations.addTrades(options.views)
  await demonstrations.addHolds(holdsOf(job.examples), options.views)
  if (demonstrations.size === 0) settings = { ...settings, pretrainSteps: 0 }
  const parts = { model, source, job, settings, views, environment, observations, learner, demonstrations }
  return new AgentTraining(parts)
}

function qNetwork({ agent: { network } }: AgentDefinition, { dropout }: JobOptions): QNetwork {
  return {
    state: [
      { name: 'observation', shape: network.observation },
      { name: 'account', shape: [ACCOUNT_SIZE] },
    ],
    actions: ACTIONS.length,
    values: (state, mode) =>
      network.values(
        at(state, 0),
        at(state, 1),
        mode === undefined || dropout === undefined ? mode : { ...mode, dropout },
      ),
  }
}

function holdsOf(examples: readonly Example[]): Example[] {
  return examples.filter(({ label }) => ACTIONS[label] === 'HOLD')
}

function mostDemonstrations({ agent, examples, mining, options }: StepJob): number {
  return Math.max(1, options.views * (2 * agent.marks.length + examples.length + mining.count) * 2)
}

interface Parts {
  readonly model: AgentDefinition
  readonly source: StateSource
  readonly job: StepJob
  readonly settings: AgentSettings
  readonly views: Views
  readonly environment: Environment
  readonly observations: Observations
  readonly learner: QLearner
  readonly demonstrations: DemonstrationSet
}

class AgentTraining implements JobTraining {
  readonly #parts: Parts
  readonly #experience: Experience
  readonly #batches: BatchWriter
  readonly #traders: Traders
  /** The frozen model of the weights as they are, made when first asked for. */
  #frozen: Session | undefined
  #place: Omit<Place, 'traders'> = { epoch: 0, td: 0, steps: 0, mined: [] }

  constructor(parts: Parts) {
    const { settings, job, observations, demonstrations } = parts
    this.#parts = parts
    this.#experience = new Experience({
      capacity: settings.replaySize,
      exponent: settings.priorityExponent,
      least: LEAST_PRIORITY,
    })
    this.#batches = new BatchWriter(
      { observations, demonstrations, experience: this.#experience },
      { rows: job.options.batchSize, size: observations.size, share: settings.demonstrations },
    )
    this.#traders = new Traders({ ...parts, plan: job.agent, experience: this.#experience })
  }

  async advance(): Promise<EpochResult | null> {
    await this.#thaw()
    const { pretrainSteps, epochSteps } = this.#parts.settings
    const end = pretrainSteps + (this.#place.epoch + 1) * epochSteps
    for (let i = 0; i < PIECE && this.#parts.learner.steps < end; i++) await this.#step()
    return this.#parts.learner.steps < end ? null : this.#finishEpoch()
  }

  async score(range: SecondsRange, stride: number): Promise<Float32Array> {
    return scoreSeconds(this.#parts.views, (inputs) => this.#predict(inputs), range, stride)
  }

  async probabilities(examples: readonly Example[]): Promise<Float32Array> {
    return this.#predict(this.#parts.views.plain(examples))
  }

  mined(): readonly Example[] {
    return this.#place.mined
  }

  weights(): NamedTensors {
    return this.#parts.learner.weights()
  }

  save(): LearnerState {
    const learner = this.#parts.learner.save()
    const experience = this.#experience.save()
    const { highest, priorities } = this.#parts.demonstrations.save()
    const place: Place = { ...this.#place, traders: this.#traders.save() }
    return {
      facts: { learner: learner.facts, experience: experience.facts, highest, place },
      arrays: { ...learner.arrays, ...experience.arrays, demonstrated: priorities },
    }
  }

  async restore({ facts, arrays }: LearnerState): Promise<void> {
    await this.#thaw()
    const { learner, experience, highest, place } = facts as {
      learner: LearnerState['facts']
      experience: LearnerState['facts']
      highest: number
      place: Place
    }
    this.#parts.learner.restore({ facts: learner, arrays })
    this.#experience.restore({ facts: experience, arrays })
    await this.#parts.demonstrations.addHolds(place.mined, this.#parts.job.options.views)
    this.#parts.demonstrations.restore({ highest, priorities: arrays['demonstrated'] as Float64Array })
    const { traders, ...own } = place
    this.#traders.restore(traders)
    this.#place = own
  }

  async close(): Promise<void> {
    await this.#thaw()
    await this.#parts.observations.close()
    await this.#parts.learner.close()
  }

  /** One optimizer step, and the decisions that are due before it. */
  async #step(): Promise<void> {
    const { learner, settings } = this.#parts
    const traded = learner.steps - settings.pretrainSteps
    const due = (steps: number): number => Math.floor(Math.max(0, steps) * settings.decisionsPerStep)
    for (let i = due(traded); i < due(traded + 1); i++)
      await this.#traders.decide(this.#random(4, i), this.#exploring())
    if (this.#parts.demonstrations.size === 0) await this.#warmUp()
    const importance = settings.importanceFrom + (1 - settings.importanceFrom) * this.#progress()
    const random = this.#random(3, learner.steps)
    const { batch, learnt } = await this.#batches.draw(importance, random)
    const { td, errors } = await learner.step(batch)
    learnt(errors)
    this.#place = { ...this.#place, td: this.#place.td + td, steps: this.#place.steps + 1 }
  }

  /** Without demonstrations there must be something of its own to learn from. */
  async #warmUp(): Promise<void> {
    const most = WARM_UP * this.#parts.settings.nStep
    for (let i = 0; this.#experience.size === 0 && i < most; i++) {
      await this.#traders.decide(this.#random(6, i), this.#exploring())
    }
    if (this.#experience.size === 0)
      throw new RangeError('There is nothing to trade and nothing to learn from.')
  }

  /** Share of random actions. */
  #exploring(): number {
    const { exploreFirst, exploreLast } = this.#parts.settings
    return exploreFirst + (exploreLast - exploreFirst) * this.#progress()
  }

  async #finishEpoch(): Promise<EpochResult> {
    const { job, learner, demonstrations } = this.#parts
    const { td, steps } = this.#place
    const epoch = this.#place.epoch + 1
    let { mined } = this.#place
    if (epoch === job.mining.afterEpoch && job.mining.count > 0) {
      mined = await mineFalseCalls(job.mining, (range, stride) => this.score(range, stride))
      await demonstrations.addHolds(mined, job.options.views)
    }
    this.#place = { epoch, td: 0, steps: 0, mined }
    const { accuracy } = await this.#measure()
    const figures = {
      ...this.#traders.figures(),
      agreement: await this.#batches.agreement((states, rows) => learner.values(states, rows)),
    }
    return { epoch, loss: td / Math.max(1, steps), accuracy, figures }
  }

  async conclude(): Promise<Record<string, number>> {
    return heldOutFigures(this.#parts)
  }

  async #measure(): Promise<{ accuracy: number }> {
    const examples = [...this.#parts.job.examples, ...this.#place.mined]
    const labels = examples.map(({ label }) => label)
    return crossEntropyOf(await this.probabilities(examples), labels)
  }

  async #predict(inputs: ModelInputs): Promise<Float32Array> {
    const { model, job } = this.#parts
    const { threads } = job.options
    this.#frozen ??= await Session.open(model.exportOnnx(this.weights()), { threads })
    return predictInChunks(this.#frozen, inputs)
  }

  /** Before the weights change. */
  async #thaw(): Promise<void> {
    await this.#frozen?.close()
    this.#frozen = undefined
  }

  /** How much of the training is done, 0 to 1. */
  #progress(): number {
    const { learner, settings, job } = this.#parts
    const total = job.options.epochs * settings.epochSteps
    return Math.min(1, Math.max(0, learner.steps - settings.pretrainSteps) / total)
  }

  /** A stream of its own for each use and step, so that no state of it needs to be kept. */
  #random(use: number, step: number): Random {
    const { options, number } = this.#parts.job
    return new Random(options.seed, number, PURPOSE.agent, use, step)
  }
}
