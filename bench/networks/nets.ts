// The networks under the clock. A model is added here, its twin in PyTorch in bench/peers.
import { cnn } from '../../src/models/cnn.ts'
import { cobRl } from '../../src/models/cob-rl.ts'
import { dqn } from '../../src/models/dqn.ts'
import { transformer } from '../../src/models/transformer.ts'
import { agentNet } from './agent.ts'
import { classifierNet } from './classifier.ts'
import type { Net } from './net.ts'

export const NETS: readonly Net[] = [
  classifierNet(cnn, 'torch_cnn.py'),
  classifierNet(transformer, 'torch_transformer.py'),
  agentNet(dqn, 'torch_dqn.py'),
  agentNet(cobRl, 'torch_cob.py'),
]
