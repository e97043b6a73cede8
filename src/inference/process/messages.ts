// What the server and a process that answers for networks tell each other. Both are started from the same files.
import type { ModelInputs } from '../../models/model.ts'
import type { ServedCheckpoint } from '../../orchestrator/load-predictor.ts'
import type { Predictor } from '../../orchestrator/predictor.ts'

/** What a predictor says of itself once it is loaded. */
export type NetworkFacts = Pick<Predictor, 'readsOrderBook' | 'readsAccount' | 'rowsAtOnce'>

export interface OpenOrder {
  readonly kind: 'open'
  readonly id: number
  /** As the server numbers it; questions name it by that. */
  readonly network: number
  readonly checkpoint: ServedCheckpoint
}

export interface Question {
  readonly kind: 'ask'
  readonly id: number
  readonly network: number
  readonly inputs: ModelInputs
}

export interface CloseOrder {
  readonly kind: 'close'
  readonly network: number
}

/** Carried out one after the other, but for questions to one network that wait together: they are answered with the first of them. */
export type InferenceOrder = OpenOrder | Question | CloseOrder

/** By the `id` of the order. */
export type InferenceAnswer =
  | { readonly kind: 'opened'; readonly id: number; readonly facts: NetworkFacts }
  | { readonly kind: 'answered'; readonly id: number; readonly probabilities: Float32Array }
  | {
      readonly kind: 'failed'
      readonly id: number
      readonly error: { readonly code: string; readonly message: string; readonly status: number }
    }

/** What was answered together. */
export interface InferenceAnswers {
  readonly answers: readonly InferenceAnswer[]
  /** How long the networks ran for it. */
  readonly ms: number
}

/** @throws TypeError when it is none of ours */
export function parseAnswers(message: unknown): InferenceAnswers {
  if (typeof message === 'object' && message !== null && 'answers' in message)
    return message as InferenceAnswers
  throw new TypeError('a process that answers for networks said something that is not known')
}
