// What the parts of the agents' method bring, on a simulated market whose swings can be traded at a profit.
import { SECOND, epochMs } from '../src/core/time.ts'
import type { AgentSettings } from '../src/models/agent/agent.ts'
import { dqn } from '../src/models/dqn.ts'
import { randomFrom } from '../src/nn/random.ts'
import { agentTraining } from '../src/training/agent/training.ts'
import { NO_INPUTS, START, jobOn, sliceOf, swingsOf } from './agents/market.ts'
import { stepJob } from '../src/training/learning/job.ts'
import type { Effort, Row } from './bench.ts'

export const title =
  'DQN agent without demonstrations: return of 55 unseen minutes of noisy swings, mean of 3 seeds'
export const onRequest = true

interface Work {
  readonly seeds: readonly number[]
  readonly epochs: number
  readonly epochSteps: number
  /** Of the variants, from the first on. */
  readonly variants: number
}
const WORK: Readonly<Record<Effort, Work>> = {
  full: { seeds: [1, 2, 3], epochs: 3, epochSteps: 350, variants: 5 },
  short: { seeds: [1], epochs: 1, epochSteps: 4, variants: 1 },
}
const HOUR = 3600
/** Two minutes up by 1 % and two down, on a random walk of 0.01 % a second. */
const SWING = { amplitude: 0.01, noise: 0.0001 }
/** Short episodes and a short horizon, as the swings are. */
const SETTINGS: Partial<AgentSettings> = {
  pretrainSteps: 0,
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

export async function run(effort: Effort): Promise<Row[]> {
  const work = WORK[effort]
  const rows: Row[] = []
  let chance: number[] = []
  for (const [name, change] of VARIANTS.slice(0, work.variants)) {
    const results: HeldOut[] = []
    for (const seed of work.seeds) results.push(await heldOut(seed, work, change))
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

/** Returns of the held-out minutes in percent: the agent's, and a random trader's. */
interface HeldOut {
  readonly own: number
  readonly random: number
}

async function heldOut(
  seed: number,
  { epochs, epochSteps }: Work,
  change: Partial<AgentSettings>,
): Promise<HeldOut> {
  const at = (second: number) => epochMs(START + second * SECOND)
  const slice = sliceOf(swingsOf(4 * HOUR, SWING.amplitude, SWING.noise, randomFrom(seed)))
  const ranges = [{ stretch: 0, from: at(0), to: at(3 * HOUR) }]
  const options = {
    seed,
    epochs,
    batchSize: 64,
    learningRate: 2e-3,
    views: 1,
    threads: 1,
    dropout: 0,
  }
  const settings = { ...dqn.agent.settings, ...SETTINGS, epochSteps, ...change }
  const training = await agentTraining(
    { ...dqn, agent: { ...dqn.agent, settings } },
    { slices: [slice], frozen: NO_INPUTS },
    stepJob(
      jobOn(
        { ranges, reviewed: ranges },
        { options, evaluate: [{ stretch: 0, from: at(3 * HOUR + 300), to: at(4 * HOUR) }] },
      ),
    ),
  )
  for (let done = 0; done < epochs;) if ((await training.advance()) !== null) done += 1
  const { held_out_return_pct: own, held_out_random_pct: random } = (await training.conclude?.()) ?? {}
  await training.close()
  if (own === undefined || random === undefined)
    throw new Error('The training concluded without the returns of its held-out minutes.')
  return { own, random }
}
