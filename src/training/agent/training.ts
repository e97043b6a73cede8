// Training of an agent: demonstrations first, then trading and learning in turns; false calls become demonstrations on the way.
import { ACTIONS, type AgentDefinition, type LearnerState } from '../../models/model.ts'
import { ACCOUNT_SIZE, type AgentSettings } from '../../models/agent/agent.ts'
import { NStep, type Step } from '../../models/agent/n-step.ts'
import { QLearner, type QNetwork } from '../../models/agent/q-learner.ts'
import { predictInChunks } from '../../models/classifier.ts'
import { Session } from '../../nn/runtime.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import { logEquity } from '../../signals/paper-account.ts'
import { crossEntropyOf } from '../classifier-training.ts'
import type { SecondsRange } from '../data.ts'
import type { Example } from '../examples.ts'
import type { Job, JobOptions } from '../job.ts'
import type { EpochResult, JobTraining } from '../job-training.ts'
import { mineFalseCalls } from '../mining.ts'
import { PURPOSE, Random, mix } from '../random.ts'
import { scoreSeconds } from '../score-seconds.ts'
import { Views, type StateSource } from '../views.ts'
import { BatchWriter } from './batch.ts'
import { DemonstrationSet } from './demonstration-set.ts'
import { Demonstrator } from './demonstrations.ts'
import { Environment, drawEpisode, type EpisodeState, type Move } from './environment.ts'
import { Experience, type AgentState } from './experience.ts'
import { bestOf, heldOutFigures } from './held-out.ts'
import { Observations, type Observation } from './observations.ts'
import { SecondPrices } from './prices.ts'

/** Optimizer steps of a piece; between two a run can be cancelled, paused and saved. */
const PIECE = 50
/** Starts drawn for an episode before none is begun. */
const DRAWS = 20
/** Decisions of every environment, in returns of n steps, within which something must have been learnt from. */
const WARM_UP = 10
/** Errors below this, in rewards, are replayed as often as those of this size. */
const LEAST_PRIORITY = 0.05

/** An episode that goes on. Plain values only. */
interface Running {
  readonly state: EpisodeState
  readonly waiting: readonly Step<AgentState>[]
}

/** An action that was chosen, and what it does. */
interface Decided {
  readonly run: Running
  readonly action: number
  readonly isRandom: boolean
  readonly move: Move
}

/** What is counted over an epoch. Plain values only. */
interface Tally {
  readonly td: number
  readonly steps: number
  /** Log returns of the episodes that ended. */
  readonly returned: number
  readonly episodes: number
  /** By action: what was chosen, not drawn at random. */
  readonly chosen: readonly number[]
}

/** Where a training stands beside its learner and its replay buffers. Plain values only. */
interface Place {
  readonly epoch: number
  readonly running: readonly (Running | null)[]
  readonly tally: Tally
  readonly mined: readonly Example[]
}

const NOTHING: Tally = { td: 0, steps: 0, returned: 0, episodes: 0, chosen: [0, 0, 0] }

/** Opens a training with all its parts, seeded by the run and the job. */
export async function agentTraining(
  model: AgentDefinition,
  source: StateSource,
  job: Job,
  initial?: NamedTensors,
): Promise<JobTraining> {
  const { network } = model.agent
  let settings = settingsOf(model.agent.settings, job.options)
  const { options, number, agent: plan } = job
  const views = new Views(source)
  const environment = new Environment(
    source.slices.map((slice) => new SecondPrices(slice)),
    settings,
  )
  const observations = await Observations.open(network, views, options.threads)
  const learner = await QLearner.open(qNetwork(model, options), {
    ...settings,
    seed: mix(options.seed ^ mix(PURPOSE.learner ^ (number << 8))),
    threads: options.threads,
    batchSize: options.batchSize,
    learningRate: options.learningRate,
    totalSteps: settings.pretrainSteps + options.epochs * settings.epochSteps,
    optimizer: settings,
    ...(options.schedule === undefined ? {} : { schedule: options.schedule }),
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

/** The model's settings with what the run says otherwise. */
function settingsOf(settings: AgentSettings, { weightDecay, clipNorm, warmup }: JobOptions): AgentSettings {
  return {
    ...settings,
    ...(weightDecay === undefined ? {} : { weightDecay }),
    ...(clipNorm === undefined ? {} : { clipNorm }),
    ...(warmup === undefined ? {} : { warmup }),
  }
}

function qNetwork({ agent: { network } }: AgentDefinition, { dropout }: JobOptions): QNetwork {
  return {
    state: [
      { name: 'observation', shape: network.observation },
      { name: 'account', shape: [ACCOUNT_SIZE] },
    ],
    actions: ACTIONS.length,
    values: ([observation, account], mode) =>
      network.values(
        observation!,
        account!,
        mode === undefined || dropout === undefined ? mode : { ...mode, dropout },
      ),
  }
}

function holdsOf(examples: readonly Example[]): Example[] {
  return examples.filter(({ label }) => ACTIONS[label] === 'HOLD')
}

function mostDemonstrations({ agent, examples, mining, options }: Job): number {
  return Math.max(1, options.views * (2 * agent.marks.length + examples.length + mining.count) * 2)
}

interface Parts {
  readonly model: AgentDefinition
  readonly source: StateSource
  readonly job: Job
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
  #place: Place

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
    const running = Array.from({ length: settings.environments }, () => null)
    this.#place = { epoch: 0, running, tally: NOTHING, mined: [] }
  }

  async advance(): Promise<EpochResult | null> {
    const { pretrainSteps, epochSteps } = this.#parts.settings
    const end = pretrainSteps + (this.#place.epoch + 1) * epochSteps
    for (let i = 0; i < PIECE && this.#parts.learner.steps < end; i++) await this.#step()
    return this.#parts.learner.steps < end ? null : this.#finishEpoch()
  }

  async score(range: SecondsRange, stride: number): Promise<Float32Array> {
    return this.#withPredictor((predict) => scoreSeconds(this.#parts.views, predict, range, stride))
  }

  async probabilities(examples: readonly Example[]): Promise<Float32Array> {
    return this.#withPredictor((predict) => predict(this.#parts.views.plain(examples)))
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
    return {
      facts: { learner: learner.facts, experience: experience.facts, highest, place: this.#place },
      arrays: { ...learner.arrays, ...experience.arrays, demonstrated: priorities },
    }
  }

  async restore({ facts, arrays }: LearnerState): Promise<void> {
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
    this.#place = place
  }

  async close(): Promise<void> {
    await this.#parts.observations.close()
    await this.#parts.learner.close()
  }

  /** One optimizer step, and the decisions that are due before it. */
  async #step(): Promise<void> {
    const { learner, settings } = this.#parts
    const traded = learner.steps - settings.pretrainSteps
    const due = (steps: number): number => Math.floor(Math.max(0, steps) * settings.decisionsPerStep)
    for (let i = due(traded); i < due(traded + 1); i++) await this.#decide(this.#random(4, i))
    if (this.#parts.demonstrations.size === 0) await this.#warmUp()
    const importance = settings.importanceFrom + (1 - settings.importanceFrom) * this.#progress()
    const random = this.#random(3, learner.steps)
    const { batch, learnt } = await this.#batches.draw(importance, random)
    const { td, errors } = await learner.step(batch)
    learnt(errors)
    const { tally } = this.#place
    this.#count({ td: tally.td + td, steps: tally.steps + 1 })
  }

  /** Without demonstrations there must be something of its own to learn from. */
  async #warmUp(): Promise<void> {
    const most = WARM_UP * this.#parts.settings.nStep
    for (let i = 0; this.#experience.size === 0 && i < most; i++) await this.#decide(this.#random(6, i))
    if (this.#experience.size === 0)
      throw new RangeError('There is nothing to trade and nothing to learn from.')
  }

  /** One decision of every environment; new episodes where there are none. */
  async #decide(random: Random): Promise<void> {
    const { environment, observations, settings } = this.#parts
    const running = await this.#begun(random)
    const seen = await observations.at(running.flatMap((run) => (run === null ? [] : [run.state])))
    const explore = settings.exploreFirst + (settings.exploreLast - settings.exploreFirst) * this.#progress()
    const values = await this.#values(running, seen)
    const moves = running.map((run, row) => {
      const isRandom = random.uniform() < explore
      const drawn = random.below(ACTIONS.length)
      const best = bestOf(values.subarray(row * ACTIONS.length, (row + 1) * ACTIONS.length))
      const action = isRandom ? drawn : best
      return run === null ? null : { run, action, isRandom, move: environment.step(run.state, action) }
    })
    const after = await observations.at(moves.flatMap((move) => (move === null ? [] : [move.move.next])))
    let at = 0
    const next = moves.map((move) => (move === null ? null : this.#take(move, seen[at]!, after[at++]!)))
    this.#place = { ...this.#place, running: next }
  }

  /** What becomes of an episode by an action; null where it ends. */
  #take(
    { run, action, isRandom, move }: Decided,
    seen: Observation,
    after: Observation | null,
  ): Running | null {
    const { settings } = this.#parts
    const returns = new NStep<AgentState>(settings.nStep, settings.discount, run.waiting)
    const state = this.#stateOf(run.state, seen)
    for (const transition of returns.ready(state, isRandom)) this.#experience.add(transition)
    if (!isRandom) this.#choose(action)
    if (after === null) return this.#end(returns.cut(state), run.state)
    returns.add({ state, action, reward: move.reward, random: isRandom })
    const next = this.#stateOf(move.next, after)
    if (move.truncated) return this.#end(returns.cut(next), move.next)
    return { state: move.next, waiting: returns.waiting }
  }

  #end(transitions: ReturnType<NStep<AgentState>['cut']>, { account, stretch, second }: EpisodeState): null {
    for (const transition of transitions) this.#experience.add(transition)
    const mark = this.#parts.environment.markOf({ stretch, second })
    const { tally } = this.#place
    this.#count({
      returned: tally.returned + logEquity(account, mark),
      episodes: tally.episodes + 1,
    })
    return null
  }

  /** Running episodes, and new ones in the place of those that ended. */
  async #begun(random: Random): Promise<(Running | null)[]> {
    const { job, settings, observations } = this.#parts
    const all: (Running | null)[] = []
    for (const run of this.#place.running) {
      let begun = run
      for (let draw = 0; begun === null && draw < DRAWS; draw++) {
        const state = drawEpisode(job.agent, settings, random)
        if (state !== null && (await observations.at([state]))[0] != null) begun = { state, waiting: [] }
      }
      all.push(begun)
    }
    return all
  }

  async #values(
    running: readonly (Running | null)[],
    seen: readonly (Observation | null)[],
  ): Promise<Float32Array> {
    const { observations, learner, environment } = this.#parts
    const states = new Float32Array(running.length * observations.size)
    const accounts = new Float32Array(running.length * ACCOUNT_SIZE)
    let at = 0
    for (const [row, run] of running.entries()) {
      if (run === null) continue
      const own = seen[at++]!
      states.set(own.seen, row * observations.size)
      accounts.set(environment.accountOf(run.state, own.volatility), row * ACCOUNT_SIZE)
    }
    return learner.values([states, accounts], running.length)
  }

  #stateOf(state: EpisodeState, { volatility }: Observation): AgentState {
    const { stretch, second } = state
    return { stretch, second, row: this.#parts.environment.accountOf(state, volatility) }
  }

  async #finishEpoch(): Promise<EpochResult> {
    const { job, learner, demonstrations } = this.#parts
    const { tally, running } = this.#place
    const epoch = this.#place.epoch + 1
    let { mined } = this.#place
    if (epoch === job.mining.afterEpoch && job.mining.count > 0) {
      mined = await mineFalseCalls(job.mining, (range, stride) => this.score(range, stride))
      await demonstrations.addHolds(mined, job.options.views)
    }
    this.#place = { epoch, running, tally: NOTHING, mined }
    const { accuracy } = await this.#measure()
    const last = epoch === job.options.epochs && job.evaluate.length > 0
    const figures = {
      ...tradingFigures(tally),
      agreement: await this.#batches.agreement((states, rows) => learner.values(states, rows)),
      ...(last ? await heldOutFigures(this.#parts) : {}),
    }
    return { epoch, loss: tally.td / Math.max(1, tally.steps), accuracy, figures }
  }

  async #measure(): Promise<{ accuracy: number }> {
    const examples = [...this.#parts.job.examples, ...this.#place.mined]
    const labels = examples.map(({ label }) => label)
    return crossEntropyOf(await this.probabilities(examples), labels)
  }

  async #withPredictor<T>(
    use: (predict: (inputs: Parameters<typeof predictInChunks>[1]) => Promise<Float32Array>) => Promise<T>,
  ): Promise<T> {
    const { model, job } = this.#parts
    const session = await Session.open(model.exportOnnx(this.weights()), { threads: job.options.threads })
    return use((inputs) => predictInChunks(session, inputs)).finally(() => session.close())
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

  #choose(action: number): void {
    const { chosen } = this.#place.tally
    this.#count({ chosen: chosen.map((count, i) => (i === action ? count + 1 : count)) })
  }

  #count(change: Partial<Tally>): void {
    this.#place = { ...this.#place, tally: { ...this.#place.tally, ...change } }
  }
}

function tradingFigures({ returned, episodes, chosen }: Tally): Record<string, number> {
  const decisions = chosen.reduce((sum, count) => sum + count, 0)
  const shares = ACTIONS.map((action, i) => [
    `share_${action.toLowerCase()}`,
    decisions === 0 ? 0 : chosen[i]! / decisions,
  ])
  const meanReturn = episodes === 0 ? 0 : 100 * Math.expm1(returned / episodes)
  return { episodes, mean_return_pct: meanReturn, ...(Object.fromEntries(shares) as Record<string, number>) }
}
