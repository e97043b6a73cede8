// What demonstrations count: the uniqueness of their annotation, and nothing else changes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NO_INPUTS, START, jobOn, sliceOf } from '../../../../bench/agents/market.ts'
import { SECOND, epochMs } from '../../../../src/core/time.ts'
import { allocateInputs } from '../../../../src/market-state/tensors.ts'
import { dqn, dqnNetwork } from '../../../../src/models/dqn.ts'
import { BatchWriter } from '../../../../src/training/agent/batch.ts'
import { DemonstrationSet } from '../../../../src/training/agent/demonstration-set.ts'
import { Demonstrator } from '../../../../src/training/agent/demonstrations.ts'
import { Environment } from '../../../../src/training/agent/environment.ts'
import { Experience } from '../../../../src/training/agent/experience.ts'
import { Observations } from '../../../../src/training/agent/observations.ts'
import { agentPlan } from '../../../../src/training/agent/plan.ts'
import { SecondPrices } from '../../../../src/training/agent/prices.ts'
import { marketData, stretchOf } from '../../../../src/training/data/training-data.ts'
import type { Example } from '../../../../src/training/examples/example.ts'
import { Random } from '../../../../src/training/data/random.ts'
import type { Mark } from '../../../../src/training/data/targets.ts'
import { Views } from '../../../../src/training/learning/views.ts'

const at = (second: number) => epochMs(START + second * SECOND)
const SECONDS = 2400
const slice = sliceOf(Array.from({ length: SECONDS }, (_, i) => 100 + Math.sin(i / 40)))
const range = { from: at(0), to: at(SECONDS) }

/** The plan of a job on longs of two minutes that are entered at these seconds. */
function planOf(...entries: readonly number[]) {
  const marks = entries.map((second, i): Mark => ({
    id: String(i),
    direction: 'LONG',
    entry: at(second),
    exit: at(second + 120),
    entryPrice: 100,
    exitPrice: 200,
    trained: true,
  }))
  const { market } = slice
  const stretches = [stretchOf(slice, range)]
  const data = marketData({ market, marks, holdSpans: [range], holdSource: 'reviewed', stretches })
  return agentPlan({ markets: [data], cases: [], states: allocateInputs(0), leftOut: [], warnings: [] }, null)
}

describe('the marks of a plan', () => {
  it('weigh exactly 1 where no annotations overlap', () => {
    expect(planOf(300, 900, 1500).marks.map(({ weight }) => weight)).toEqual([1, 1, 1])
  })

  it('share their weight where they do', () => {
    expect(planOf(300, 300, 1500).marks.map(({ weight }) => weight)).toEqual([0.5, 0.5, 1])
    const [first, second] = planOf(300, 360).marks
    expect(first!.weight).toBeGreaterThan(0.5)
    expect(first!.weight).toBeLessThan(1)
    expect(second!.weight).toBeCloseTo(first!.weight, 4)
  })
})

describe('a batch', () => {
  const ROWS = 32
  const { settings } = dqn.agent
  const views = new Views({ slices: [slice], frozen: NO_INPUTS })
  const hold: Example = {
    source: 'random',
    label: 2,
    stretch: 0,
    instant: at(1800),
    seconds: 5,
    row: null,
    markId: null,
    weight: 1,
  }
  let observations: Observations
  beforeAll(async () => {
    observations = await Observations.open(dqnNetwork, views, 1)
  })
  afterAll(() => observations.close())

  /** A batch of demonstrations of two trades and a HOLD, errors known of some; and what the replay buffer drew for it. */
  async function drawn(weight: number) {
    const { marks, ...plan } = planOf(300, 900)
    const weighed = { ...jobOn(plan).agent, marks: marks.map((mark) => ({ ...mark, weight })) }
    const environment = new Environment([new SecondPrices(slice)], settings)
    const demonstrator = new Demonstrator(environment, weighed, settings)
    const parts = { demonstrator, environment, observations, views, settings, keys: [5, 0] }
    const demonstrations = new DemonstrationSet({ ...parts, augmentation: true }, 64)
    await demonstrations.addTrades(4)
    await demonstrations.addHolds([hold], 4)
    demonstrations.update([0, 1, 2, 9], [3, 0.5, 0, 7])
    const experience = new Experience({ capacity: 8, exponent: 0.6, least: 0.05 })
    const writer = new BatchWriter(
      { observations, demonstrations, experience },
      { rows: ROWS, size: observations.size, share: 0.5 },
    )
    const { batch } = await writer.draw(0.7, new Random(1))
    const random = new Random(1)
    const replay = demonstrations.draw(ROWS, 0.7, () => random.uniform())
    const isHold = [...replay.rows].map((row) => row >= demonstrations.size - 4)
    return { batch, replay, isHold }
  }

  it('has the importance weights to the bit where nothing overlaps', async () => {
    const { batch, replay } = await drawn(1)
    expect(new Set(replay.weights).size).toBeGreaterThan(2)
    expect(batch.weights).toEqual(replay.weights)
  })

  it('weighs demonstrations that share their seconds less, HOLDs and everything else stay', async () => {
    const { batch, replay, isHold } = await drawn(0.5)
    expect(new Set(isHold)).toEqual(new Set([true, false]))
    expect([...batch.weights]).toEqual([...replay.weights].map((each, i) => (isHold[i]! ? each : each / 2)))
    const { batch: unshared } = await drawn(1)
    expect({ ...batch, weights: unshared.weights }).toEqual(unshared)
  })
})
