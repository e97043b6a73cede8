// What a checkpoint may hold, for tests that do not train one.
import type { CheckpointContent } from '../../../src/orchestrator/checkpoints.ts'

export function contentOf(seed: number): CheckpointContent {
  return {
    weights: Uint8Array.from([1, 2, 3, seed]),
    onnx: Uint8Array.from([9, 8, 7, seed]),
    metadata: {
      schema_version: 1,
      model: 'cnn',
      name: 'StandardizedCNN',
      symbol: 'ETH/USDT',
      venue: 'demo-1',
      simulated: true,
      seed,
      threads: 1,
      platform: 'linux-x64',
      hyperparameters: { channels: 32, dropout: 0.1 },
      parameters: { epochs: 10, batch_size: 32, learning_rate: 0.001 },
      data: { test_cases: [], left_out: [], holds: 0, hold_source: 'reviewed' },
      rule: { on: 0.6, off: 0.4, pauseSeconds: 10 },
      calibration: null,
      validation: null,
      validation_reason: 'one episode only',
    },
  }
}
