// An agent as ONNX: raw market inputs and its account in, probabilities out (design, section 8).
import { scale } from '../../nn/elementwise.ts'
import { emit } from '../../nn/emit.ts'
import { parametersOf } from '../../nn/gradient.ts'
import { softmax } from '../../nn/loss.ts'
import { BATCH, input } from '../../nn/value.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import { frozen } from '../classifier.ts'
import { ACTIONS } from '../model.ts'
import { ACCOUNT_SIZE, type AgentNetwork } from './agent.ts'

/** `probabilities` are e^(value / temperature), normalised: of a flat agent what it would rather do, as any model's. */
export function exportAgent(network: AgentNetwork, weights: NamedTensors, temperature: number): Uint8Array {
  const inputs = network.inputs(BATCH)
  const account = input('account', 'float32', [BATCH, ACCOUNT_SIZE])
  const values = network.values(network.perceive(inputs), account)
  return emit({
    name: 'agent',
    inputs: [...inputs, account],
    outputs: { probabilities: softmax(scale(values, 1 / temperature)) },
    replace: frozen(parametersOf([values]), weights),
    metadata: { classes: ACTIONS.join(',') },
  })
}

/** Market inputs to observations float32 [rows, ...observation], `rows` at a time. */
export function exportPerception(network: AgentNetwork, rows: number): Uint8Array {
  const inputs = network.inputs(rows)
  return emit({ name: 'perception', inputs, outputs: { observation: network.perceive(inputs) } })
}
