// Q-learning of any network: double DQN with a delayed target, the trader's margin, a conservative term where asked for.
import { at, named } from '../../core/at.ts'
import { add, mul, scale, sub, log, exp, stopGradient } from '../../nn/elementwise.ts'
import { emit } from '../../nn/emit.ts'
import { parametersOf } from '../../nn/gradient.ts'
import { huber } from '../../nn/loss.ts'
import { learningRateAt, unflatten, type AdamWOptions, type Schedule } from '../../nn/optimizer.ts'
import { reduceMax } from '../../nn/pool.ts'
import { reduceMean, reduceSum } from '../../nn/reduce.ts'
import { float32, int64, Session, type DataTensor } from '../../nn/runtime.ts'
import { argMax, select } from '../../nn/select.ts'
import { unsqueeze } from '../../nn/shape.ts'
import { Trainer } from '../../nn/trainer.ts'
import { input, sizeOf, type Value } from '../../nn/value.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import { beginFrom } from '../classifier.ts'
import type { TrainingMode } from '../training-mode.ts'
import type { LearnerState } from '../model.ts'

/** What is to be learnt: the value of every action, given what a state consists of. */
export interface QNetwork {
  /** The parts of a state: name and shape of each, without the batch; float32. */
  readonly state: readonly { readonly name: string; readonly shape: readonly number[] }[]
  readonly actions: number
  /** float32 [batch, actions]. With `mode`, dropout is on. */
  values(state: readonly Value[], mode?: TrainingMode): Value
}

export interface QLearnerOptions {
  readonly seed: number
  readonly threads: number
  readonly batchSize: number
  readonly learningRate: number
  readonly warmup: number
  /** Half a cosine where absent. */
  readonly schedule?: Schedule
  readonly totalSteps: number
  /** Steps after which the target network becomes a copy of the one in training. */
  readonly targetEvery: number
  /** Weight of the large-margin loss on demonstrations (DQfD). */
  readonly marginWeight: number
  /** Weight of the conservative term (CQL); 0 leaves it out of the graph. */
  readonly conservative: number
  readonly optimizer: AdamWOptions
  /** Weights to begin from; drawn by `seed` where absent. */
  readonly initial?: NamedTensors
}

/** Rows of as many states, one array for each part. */
export type States = readonly Float32Array[]

/** Exactly `batchSize` transitions. */
export interface QBatch {
  readonly states: States
  readonly actions: Int32Array
  /** n-step returns. */
  readonly returns: Float32Array
  readonly nexts: States
  /** What the value of the next state counts: γᵏ, 0 at the end of an episode. */
  readonly discounts: Float32Array
  /** Importance weights. */
  readonly weights: Float32Array
  /** 1 where the action is the trader's. */
  readonly demonstrated: Float32Array
  /** [batch, actions]: by how much the demonstrated action must exceed each other; 0 for itself and for its equals. */
  readonly margins: Float32Array
}

export interface QStep {
  /** What was minimised. */
  readonly loss: number
  /** The weighted mean Huber loss of the errors. */
  readonly td: number
  /** Q(s, a) less its target, of each row. */
  readonly errors: Float32Array
}

/** The training loss and what it is fed; exported so that its numbers can be checked by hand. */
export function qLoss(
  network: QNetwork,
  options: Pick<QLearnerOptions, 'batchSize' | 'marginWeight' | 'conservative'>,
  mode?: TrainingMode,
) {
  const { batchSize: rows } = options
  const { actions } = network
  const states = stateInputs(network, '', rows)
  const nexts = stateInputs(network, 'next_', rows)
  const column = (name: string): Value => input(name, 'float32', [rows])
  const taken = input('actions', 'int64', [rows])
  const [returns, discounts, weights, demonstrated] = [
    column('returns'),
    column('discounts'),
    column('row_weights'),
    column('demonstrated'),
  ]
  const margins = input('margins', 'float32', [rows, actions])
  const q = network.values(states, mode)
  const choosing = network.values(nexts)
  const delayed = network.values(nexts)
  // Van Hasselt et al. 2016, eq. 4: the network in training chooses, the delayed one values.
  const value = select(delayed, stopGradient(argMax(choosing)))
  const target = stopGradient(add(returns, mul(discounts, value)))
  const chosen = select(q, taken)
  const errors = sub(chosen, target)
  const td = huber(errors)
  // Hester et al. 2018, eq. 1.
  const best = reduceMax(add(q, margins), [1])
  const margin = mul(demonstrated, sub(best, chosen))
  const terms = [td, scale(margin, options.marginWeight)]
  if (options.conservative > 0) terms.push(scale(conservativeTerm(q, chosen), options.conservative))
  const loss = reduceMean(mul(weights, terms.reduce(add)), [0])
  return {
    loss,
    td: reduceMean(mul(weights, td), [0]),
    errors,
    inputs: [...states, ...nexts, taken, returns, discounts, weights, demonstrated, margins],
    parameters: parametersOf([q]),
    shared: parametersOf([choosing]),
    delayed: parametersOf([delayed]),
  }
}

/** Kumar et al. 2020, eq. 4 (CQL(H)): log Σ exp Q(s, ·) − Q(s, a). */
function conservativeTerm(q: Value, chosen: Value): Value {
  const most = stopGradient(reduceMax(q, [1]))
  const sum = reduceSum(exp(sub(q, unsqueeze(most, 1))), [1])
  return sub(add(log(sum), most), chosen)
}

function stateInputs(network: QNetwork, prefix: string, rows: number): Value[] {
  return network.state.map(({ name, shape }) => input(`${prefix}${name}`, 'float32', [rows, ...shape]))
}

export class QLearner {
  readonly #network: QNetwork
  readonly #options: QLearnerOptions
  readonly #trainer: Trainer
  readonly #sizes: readonly number[]
  /** Compiled for a number of rows each, when first asked for. */
  readonly #valuers = new Map<number, Session>()
  #delayed: Float32Array

  private constructor(network: QNetwork, options: QLearnerOptions, trainer: Trainer) {
    this.#network = network
    this.#options = options
    this.#trainer = trainer
    this.#sizes = network.state.map(({ shape }) => sizeOf(shape))
    this.#delayed = trainer.flat.slice()
  }

  static async open(network: QNetwork, options: QLearnerOptions): Promise<QLearner> {
    const step = input('step', 'int64', [])
    const graph = qLoss(network, options, { step, seed: options.seed })
    const size = graph.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
    const target = input('target', 'float32', [size])
    const trainer = await Trainer.open({
      loss: graph.loss,
      inputs: [...graph.inputs, target],
      stepInput: step,
      seed: options.seed,
      threads: options.threads,
      optimizer: options.optimizer,
      parameters: graph.parameters,
      replace: (weights) =>
        new Map([...unflatten(weights, graph.shared), ...unflatten(target, graph.delayed)]),
      outputs: { td: graph.td, errors: graph.errors },
    })
    if (options.initial !== undefined) beginFrom(trainer, options.initial)
    return new QLearner(network, options, trainer)
  }

  /** Steps taken. */
  get steps(): number {
    return this.#trainer.steps
  }

  async step(batch: QBatch): Promise<QStep> {
    const { learningRate, totalSteps, warmup, targetEvery, schedule } = this.#options
    const rate = learningRateAt(this.steps + 1, totalSteps, learningRate, warmup, schedule)
    const result = await this.#trainer.stepAll(this.#feeds(batch), rate)
    if (this.steps % targetEvery === 0) this.#delayed = this.#trainer.flat.slice()
    const output = (name: string): Float32Array => named(result, name) as Float32Array
    return { loss: at(output('loss'), 0), td: at(output('td'), 0), errors: output('errors') }
  }

  /** Values [rows, actions] by the weights as they are, without dropout. One network is compiled for each number of rows. */
  async values(states: States, rows: number): Promise<Float32Array> {
    const session = this.#valuers.get(rows) ?? (await this.#compile(rows))
    const weights = this.#trainer.flat
    const result = await session.run({
      ...this.#stateFeeds(states, '', rows),
      weights: float32(weights, [weights.length]),
    })
    return result['values'] as Float32Array
  }

  /** A copy of the current weights. */
  weights(): NamedTensors {
    return this.#trainer.weights()
  }

  save(): LearnerState {
    const { step, weights, moment1, moment2 } = this.#trainer.state()
    return { facts: { step }, arrays: { weights, moment1, moment2, delayed: this.#delayed } }
  }

  restore({ facts, arrays }: LearnerState): void {
    const array = (name: string): Float32Array => named(arrays, name) as Float32Array
    this.#trainer.restore({
      step: Number(facts['step']),
      weights: array('weights'),
      moment1: array('moment1'),
      moment2: array('moment2'),
    })
    this.#delayed = array('delayed')
  }

  async close(): Promise<void> {
    for (const session of this.#valuers.values()) await session.close()
    this.#valuers.clear()
    await this.#trainer.close()
  }

  async #compile(rows: number): Promise<Session> {
    const states = stateInputs(this.#network, '', rows)
    const values = this.#network.values(states)
    const parameters = parametersOf([values])
    const size = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
    const weights = input('weights', 'float32', [size])
    const graph = emit({
      name: 'values',
      inputs: [...states, weights],
      outputs: { values },
      replace: unflatten(weights, parameters),
    })
    const session = await Session.open(graph, { threads: this.#options.threads })
    this.#valuers.set(rows, session)
    return session
  }

  #stateFeeds(states: States, prefix: string, rows: number): Record<string, DataTensor> {
    return Object.fromEntries(
      this.#network.state.map(({ name, shape }, part) => {
        const data = at(states, part).subarray(0, rows * at(this.#sizes, part))
        return [`${prefix}${name}`, float32(data, [rows, ...shape])]
      }),
    )
  }

  #feeds(batch: QBatch): Record<string, DataTensor> {
    const { batchSize: rows } = this.#options
    const { actions } = this.#network
    return {
      ...this.#stateFeeds(batch.states, '', rows),
      ...this.#stateFeeds(batch.nexts, 'next_', rows),
      actions: int64([...batch.actions], [rows]),
      returns: float32(batch.returns, [rows]),
      discounts: float32(batch.discounts, [rows]),
      row_weights: float32(batch.weights, [rows]),
      demonstrated: float32(batch.demonstrated, [rows]),
      margins: float32(batch.margins, [rows, actions]),
      target: float32(this.#delayed, [this.#delayed.length]),
    }
  }
}
