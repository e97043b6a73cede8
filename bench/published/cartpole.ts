// CartPole-v1, and the DQN agent's learner trained on it.
import { concat } from '../../src/nn/shape.ts'
import { dueling, hiddenLayer, outputLayer } from '../../src/models/agent/dueling.ts'
import { NStep, type Transition } from '../../src/models/agent/n-step.ts'
import { PrioritizedReplay } from '../../src/models/agent/prioritized-replay.ts'
import { QLearner, type QBatch, type QNetwork } from '../../src/models/agent/q-learner.ts'
import { randomFrom } from '../../src/nn/random.ts'

/**
 * The cart and pole of Barto, Sutton and Anderson (1983), as Gym's CartPole-v1 computes it: Euler's method at 50 Hz, a
 * force of ±10 N, an episode is over at 12° or 2.4 m and cut off after 500 steps; each step is a reward of 1.
 */
export class CartPole {
  /** Position, velocity, angle, angular velocity. */
  state: [number, number, number, number]
  steps = 0

  constructor(random: () => number) {
    const draw = (): number => random() * 0.1 - 0.05
    this.state = [draw(), draw(), draw(), draw()]
  }

  /** @param action 0 pushes left, 1 right */
  step(action: number): { terminated: boolean; truncated: boolean } {
    const [x, v, angle, spin] = this.state
    const force = action === 1 ? 10 : -10
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    const push = (force + POLE_MASS_LENGTH * spin ** 2 * sin) / TOTAL_MASS
    const spinning =
      (GRAVITY * sin - cos * push) / (HALF_LENGTH * (4 / 3 - (POLE_MASS * cos ** 2) / TOTAL_MASS))
    const moving = push - (POLE_MASS_LENGTH * spinning * cos) / TOTAL_MASS
    this.state = [x + TAU * v, v + TAU * moving, angle + TAU * spin, spin + TAU * spinning]
    this.steps += 1
    const [position, , tilt] = this.state
    return {
      terminated: Math.abs(position) > 2.4 || Math.abs(tilt) > (12 * 2 * Math.PI) / 360,
      truncated: this.steps >= LONGEST,
    }
  }
}

const GRAVITY = 9.8
const POLE_MASS = 0.1
const TOTAL_MASS = 1 + POLE_MASS
/** Half the pole's length. */
const HALF_LENGTH = 0.5
const POLE_MASS_LENGTH = POLE_MASS * HALF_LENGTH
const TAU = 0.02
const LONGEST = 500

const hyperparameters = {
  units: 64,
  batchSize: 64,
  learningRate: 1e-3,
  discount: 0.99,
  nStep: 3,
  targetEvery: 250,
  replaySize: 32768,
  priorityExponent: 0.5,
  importanceFrom: 0.4,
  /** Decisions before the first optimizer step. */
  warmUp: 1000,
  /** Decisions in which random actions go from all to few. */
  exploring: 8000,
  exploreLast: 0.04,
  /** Decisions between optimizer steps. */
  trainEvery: 1,
  mostSteps: 60_000,
  /** Every so many decisions the agent is tried on so many episodes of its own; the best is kept. */
  tryEvery: 2000,
  tries: 20,
} as const
const hp = hyperparameters

const network: QNetwork = {
  state: [{ name: 'state', shape: [4] }],
  actions: 2,
  values: ([state]) => {
    const scaled = hiddenLayer('hidden2', hiddenLayer('hidden1', concat([state!], 1), hp.units), hp.units)
    return dueling(outputLayer('value', scaled, 1), outputLayer('advantage', scaled, 2))
  },
}

type CartState = readonly number[]

export interface CartPoleResult {
  readonly seed: number
  /** Over 100 episodes that no decision of the training rests on. */
  readonly meanReturn: number
  /** Decisions until the agent that was evaluated. */
  readonly steps: number
  readonly seconds: number
}

/** Trains one agent and evaluates it, greedy, on 100 new episodes. */
export async function solveCartPole(seed: number, mostSteps: number = hp.mostSteps): Promise<CartPoleResult> {
  const started = performance.now()
  const learner = await QLearner.open(network, {
    seed,
    threads: 1,
    batchSize: hp.batchSize,
    learningRate: hp.learningRate,
    warmup: 0,
    totalSteps: mostSteps / hp.trainEvery,
    targetEvery: hp.targetEvery,
    marginWeight: 0,
    conservative: 0,
    optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: 10 },
  })
  const random = randomFrom(seed * 7919 + 1)
  const memory = new Memory()
  let pole = new CartPole(random)
  let pending = new NStep<CartState>(hp.nStep, hp.discount)
  let best = { state: learner.save(), score: -1, steps: 0 }
  for (let step = 1; step <= mostSteps; step++) {
    const explore = Math.max(hp.exploreLast, 1 - (step - hp.warmUp) / hp.exploring)
    const isRandom = random() < explore
    const state = [...pole.state]
    memory.addAll(pending.ready(state, false))
    const action = isRandom ? Math.floor(random() * 2) : await greedy(learner, [state]).then(([a]) => a!)
    const { terminated, truncated } = pole.step(action)
    pending.add({ state, action, reward: 1, random: isRandom })
    if (terminated || truncated) {
      memory.addAll(terminated ? pending.end([...pole.state]) : pending.cut([...pole.state]))
      pole = new CartPole(random)
      pending = new NStep<CartState>(hp.nStep, hp.discount)
    }
    if (step > hp.warmUp && step % hp.trainEvery === 0) {
      const importance = hp.importanceFrom + (1 - hp.importanceFrom) * (step / mostSteps)
      await memory.train(learner, importance, random)
    }
    if (step > hp.exploring && step % hp.tryEvery === 0) {
      const score = mean(await play(learner, hp.tries, randomFrom(seed * 104729 + step)))
      if (score > best.score) best = { state: learner.save(), score, steps: step }
      if (score === LONGEST) break
    }
  }
  learner.restore(best.state)
  const returns = await play(learner, 100, randomFrom(seed * 15485863 + 17))
  await learner.close()
  return {
    seed,
    meanReturn: mean(returns),
    steps: best.steps,
    seconds: (performance.now() - started) / 1000,
  }
}

/** Transitions by row, and batches of them. */
class Memory {
  readonly #replay = new PrioritizedReplay({
    capacity: hp.replaySize,
    exponent: hp.priorityExponent,
    least: 1e-3,
  })
  readonly #rows: Transition<CartState>[] = []

  addAll(transitions: readonly Transition<CartState>[]): void {
    for (const transition of transitions) this.#rows[this.#replay.add()] = transition
  }

  async train(learner: QLearner, importance: number, random: () => number): Promise<void> {
    const { rows, weights } = this.#replay.draw(hp.batchSize, importance, random)
    const drawn = Array.from(rows, (row) => this.#rows[row]!)
    const zeros = new Float32Array(hp.batchSize)
    const batch: QBatch = {
      states: [Float32Array.from(drawn.flatMap(({ state }) => state))],
      actions: Int32Array.from(drawn, ({ action }) => action),
      returns: Float32Array.from(drawn, (transition) => transition.return),
      nexts: [Float32Array.from(drawn.flatMap(({ next }) => next))],
      discounts: Float32Array.from(drawn, ({ discount }) => discount),
      weights,
      demonstrated: zeros,
      margins: new Float32Array(2 * hp.batchSize),
    }
    this.#replay.update(rows, (await learner.step(batch)).errors)
  }
}

/** Returns of so many episodes, all at once. */
async function play(learner: QLearner, count: number, random: () => number): Promise<number[]> {
  const poles = Array.from({ length: count }, () => new CartPole(random))
  const over = new Set<CartPole>()
  while (over.size < count) {
    const actions = await greedy(
      learner,
      poles.map(({ state }) => state),
    )
    for (const [i, pole] of poles.entries()) {
      if (over.has(pole)) continue
      const { terminated, truncated } = pole.step(actions[i]!)
      if (terminated || truncated) over.add(pole)
    }
  }
  return poles.map(({ steps }) => steps)
}

async function greedy(learner: QLearner, states: readonly CartState[]): Promise<number[]> {
  const values = await learner.values([Float32Array.from(states.flat())], states.length)
  return states.map((_, i) => (values[2 * i + 1]! > values[2 * i]! ? 1 : 0))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
