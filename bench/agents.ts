// What the parts of the agents' method bring, on a simulated market whose swings can be traded at a profit.
import { SECOND, epochMs } from '../src/core/time.ts'
import type { AgentSettings } from '../src/models/agent/agent.ts'
import { dqn } from '../src/models/dqn.ts'
import { randomFrom } from '../src/nn/random.ts'
import { agentTraining } from '../src/training/agent/training.ts'
import { NO_INPUTS, START, jobOn, sliceOf, swingsOf } from './agents/market.ts'
import type { Row } from './bench.ts'

export const title =
  'DQN agent without demonstrations: return of 55 unseen minutes of noisy swings, mean of 3 seeds'
export const onRequest = true

const SEEDS = [1, 2, 3]
const EPOCHS = 3
const HOUR = 3600
/** Two minutes up by 1 % and two down, on a random walk of 0.01 % a second. */
const SWING = { amplitude: 0.01, noise: 0.0001 }
/** Short episodes and a short horizon, as the swings are. */
const SETTINGS: Partial<AgentSettings> = {
  pretrainSteps: 0,
  epochSteps: 350,
  episodeLeast: 3,
  episodeMost: 10,
  nStep: 3,
  discount: 0.95,
  decisionsPerStep: 0.5,
  targetEvery: 50,
  exploreFirst: 0.5,
}

const VARIANTS: readonly (readonly [string, Partial<AgentSettings>])[] = [
  ['as it is', {}],
  ['with a conservative term (CQL) of weight 0.1', { conservative: 0.1 }],
  ['with a conservative term of weight 1', { conservative: 1 }],
  ['without priorities', { priorityExponent: 0 }],
  ['one-step returns', { nStep: 1 }],
]

export async function run(): Promise<Row[]> {
  const rows: Row[] = []
  let chance: number[] = []
  for (const [name, change] of VARIANTS) {
    const results: { own: number; random: number }[] = []
    for (const seed of SEEDS) results.push(await heldOut(seed, change))
    if (chance.length === 0) chance = results.map(({ random }) => random)
    rows.push(
      rowOf(
        name,
        results.map(({ own }) => own),
      ),
    )
  }
  return [...rows, rowOf('random trader of the same rate', chance)]
}

function rowOf(name: string, returns: readonly number[]): Row {
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length
  return {
    name,
    value: mean,
    unit: '%',
    note: `seeds ${returns.map((value) => value.toFixed(1)).join(', ')}`,
  }
}

async function heldOut(
  seed: number,
  change: Partial<AgentSettings>,
): Promise<{ own: number; random: number }> {
  const at = (second: number) => epochMs(START + second * SECOND)
  const slice = sliceOf(swingsOf(4 * HOUR, SWING.amplitude, SWING.noise, randomFrom(seed)))
  const ranges = [{ stretch: 0, from: at(0), to: at(3 * HOUR) }]
  const options = {
    seed,
    epochs: EPOCHS,
    batchSize: 64,
    learningRate: 2e-3,
    views: 1,
    threads: 1,
    dropout: 0,
  }
  const settings = { ...dqn.agent.settings, ...SETTINGS, ...change }
  const training = await agentTraining(
    { ...dqn, agent: { ...dqn.agent, settings } },
    { slices: [slice], frozen: NO_INPUTS },
    jobOn(
      { ranges, reviewed: ranges },
      { options, evaluate: [{ stretch: 0, from: at(3 * HOUR + 300), to: at(4 * HOUR) }] },
    ),
  )
  for (let epoch = 1; ;) {
    const result = await training.advance()
    if (result === null) continue
    if (epoch++ < EPOCHS) continue
    await training.close()
    const { held_out_return_pct: own, held_out_random_pct: random } = result.figures!
    return { own: own!, random: random! }
  }
}
