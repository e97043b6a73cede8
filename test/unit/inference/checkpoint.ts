// A real checkpoint of an untrained network: its answers mean nothing, but they are a network's.
import { QLearner } from '../../../src/models/agent/q-learner.ts'
import { cnn } from '../../../src/models/cnn.ts'
import { cobRl } from '../../../src/models/cob-rl.ts'
import { dqn } from '../../../src/models/dqn.ts'
import { instant } from '../../../src/models/instant.ts'
import { ROW_SIZE } from '../../../src/models/moment-row.ts'
import type { AgentDefinition } from '../../../src/models/model.ts'
import { transformer } from '../../../src/models/transformer.ts'
import type { oddnessFile } from '../../../src/moments/oddness-file.ts'
import { Checkpoints, type CheckpointContent } from '../../../src/orchestrator/checkpoints.ts'
import { selfTestOf } from '../../../src/orchestrator/self-test.ts'
import { randomFrom } from '../../../src/nn/random.ts'
import type { CallRule, Calibration } from '../../../src/signals/signal.ts'
import { lineWeights } from '../../../src/training/learning/ridge.ts'

export interface Decision {
  rule: CallRule
  calibration: Calibration | null
  /** Of its metadata, other than what is usual here. */
  data?: {
    test_cases: { test_case_id: string; sha256: string }[]
    hold_source: string | null
    labelled?: { venue: string; symbol: string; from: string; to: string }[]
  }
  parent?: string
  /** What an ordinary second of its training looked like; it has none where absent. */
  oddness?: ReturnType<typeof oddnessFile>
  /** First tag of what it would have been trained on. */
  pattern?: string
}

/** Opens a call at once and keeps it: every score is above 0. */
export const EAGER: CallRule = { on: 0, off: 0, pauseSeconds: 3 }

export type Untrained = 'cnn' | 'transformer' | 'dqn' | 'cob_rl'

export async function publishUntrained(
  root: string,
  decision: Decision,
  model: Untrained = 'cnn',
): Promise<string> {
  return new Checkpoints(root).publish(model, await untrained(decision, model))
}

/** The same network, which says another rule of itself, as after its validation. */
export async function restateUntrained(root: string, version: string, decision: Decision): Promise<void> {
  await new Checkpoints(root).restate('cnn', version, await untrained(decision, 'cnn'))
}

/**
 * A checkpoint of the instant model with weights that nobody solved for.
 * @param times of its weights: the more, the surer it is of a side; below 0 it says SELL wherever those above say BUY
 */
export async function publishInstant(root: string, decision: Decision, times = 1): Promise<string> {
  const random = randomFrom(5)
  const weights = Float64Array.from({ length: ROW_SIZE }, () => 0.01 * times * (random() - 0.5))
  const onnx = instant.exportOnnx(lineWeights({ weights, bias: 0.25 }))
  return new Checkpoints(root).publish('instant', await described('instant', onnx, decision))
}

async function untrained(decision: Decision, model: Untrained): Promise<CheckpointContent> {
  return described(model, await networkOf(model), decision)
}

async function described(
  model: Untrained | 'instant',
  onnx: Uint8Array,
  { rule, calibration, data, parent, oddness, pattern }: Decision,
): Promise<CheckpointContent> {
  return {
    weights: Uint8Array.from([1]),
    onnx,
    selfTest: await selfTestOf(onnx),
    oddness: oddness?.bytes ?? null,
    metadata: {
      schema_version: 1,
      model,
      name: model === 'cnn' ? 'StandardizedCNN' : model,
      symbol: 'ETH/USDT',
      venue: 'demo-1',
      simulated: true,
      ...(parent === undefined ? {} : { parent }),
      ...(pattern === undefined ? {} : { pattern }),
      seed: 1,
      threads: 1,
      platform: 'linux-x64',
      hyperparameters:
        model === 'dqn' || model === 'cob_rl' ? { fee: 0.001, halfSpread: 0.00002, decisionSeconds: 5 } : {},
      parameters: {},
      data: { test_cases: [], left_out: [], holds: 0, hold_source: null, ...data },
      rule,
      calibration,
      validation: null,
      validation_reason: 'not trained',
      ...(oddness === undefined ? {} : { oddness: oddness.facts }),
    },
  }
}

async function networkOf(model: Untrained): Promise<Uint8Array> {
  if (model === 'cnn' || model === 'transformer') return classifierOf(model === 'cnn' ? cnn : transformer, 1)
  return agentOf(model === 'dqn' ? dqn : cobRl)
}

/** The network of a CNN as its seed drew it. */
export function untrainedCnn(seed: number): Promise<Uint8Array> {
  return classifierOf(cnn, seed)
}

async function classifierOf({ createLearner, exportOnnx }: typeof cnn, seed: number): Promise<Uint8Array> {
  const learner = await createLearner({
    seed,
    batchSize: 32,
    learningRate: 0.001,
    threads: 1,
    totalSteps: 1,
  })
  const onnx = exportOnnx(learner.weights())
  await learner.close()
  return onnx
}

async function agentOf({ agent, exportOnnx }: AgentDefinition): Promise<Uint8Array> {
  const { network, settings } = agent
  const learner = await QLearner.open(
    {
      state: [
        { name: 'observation', shape: network.observation },
        { name: 'account', shape: [3] },
      ],
      actions: 3,
      values: ([observation, account], mode) => network.values(observation!, account!, mode),
    },
    {
      seed: 1,
      threads: 1,
      batchSize: 8,
      learningRate: 1e-3,
      warmup: 0,
      totalSteps: 1,
      targetEvery: 1,
      marginWeight: 1,
      conservative: 0,
      optimizer: settings,
    },
  )
  const onnx = exportOnnx(learner.weights())
  await learner.close()
  return onnx
}
