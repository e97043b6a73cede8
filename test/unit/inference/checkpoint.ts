// A real checkpoint of an untrained network: its answers mean nothing, but they are a network's.
import { cnn } from '../../../src/models/cnn.ts'
import { Checkpoints, type CheckpointContent } from '../../../src/orchestrator/checkpoints.ts'
import { selfTestOf } from '../../../src/orchestrator/self-test.ts'
import type { CallRule, Calibration } from '../../../src/signals/signal.ts'

export interface Decision {
  rule: CallRule
  calibration: Calibration | null
}

/** Opens a call at once and keeps it: every score is above 0. */
export const EAGER: CallRule = { on: 0, off: 0, pauseSeconds: 3 }

export async function publishUntrained(root: string, decision: Decision): Promise<string> {
  return new Checkpoints(root).publish('cnn', await untrained(decision))
}

/** The same network, which says another rule of itself, as after its validation. */
export async function restateUntrained(root: string, version: string, decision: Decision): Promise<void> {
  await new Checkpoints(root).restate('cnn', version, await untrained(decision))
}

/** The network of a CNN as its seed drew it. */
export async function untrainedCnn(seed: number): Promise<Uint8Array> {
  const learner = await cnn.createLearner({
    seed,
    batchSize: 32,
    learningRate: 0.001,
    threads: 1,
    totalSteps: 1,
  })
  const onnx = cnn.exportOnnx(learner.weights())
  await learner.close()
  return onnx
}

async function untrained({ rule, calibration }: Decision): Promise<CheckpointContent> {
  const onnx = await untrainedCnn(1)
  return {
    weights: Uint8Array.from([1]),
    onnx,
    selfTest: await selfTestOf(onnx),
    metadata: {
      schema_version: 1,
      model: 'cnn',
      name: 'StandardizedCNN',
      symbol: 'ETH/USDT',
      venue: 'demo-1',
      simulated: true,
      seed: 1,
      threads: 1,
      platform: 'linux-x64',
      hyperparameters: {},
      parameters: {},
      data: { test_cases: [], left_out: [], holds: 0, hold_source: null },
      rule,
      calibration,
      validation: null,
      validation_reason: 'not trained',
    },
  }
}
