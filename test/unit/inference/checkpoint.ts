// A real checkpoint of an untrained network: its answers mean nothing, but they are a network's.
import { cnn } from '../../../src/models/cnn.ts'
import { Checkpoints } from '../../../src/orchestrator/checkpoints.ts'
import type { CallRule, Calibration } from '../../../src/signals/signal.ts'

export interface Decision {
  rule: CallRule
  calibration: Calibration | null
}

/** Opens a call at once and keeps it: every score is above 0. */
export const EAGER: CallRule = { on: 0, off: 0, pauseSeconds: 3 }

export async function publishUntrained(root: string, { rule, calibration }: Decision): Promise<string> {
  const learner = await cnn.createLearner({
    seed: 1,
    batchSize: 32,
    learningRate: 0.001,
    threads: 1,
    totalSteps: 1,
  })
  const onnx = cnn.exportOnnx(learner.weights())
  await learner.close()
  return new Checkpoints(root).publish('cnn', {
    weights: Uint8Array.from([1]),
    onnx,
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
  })
}
