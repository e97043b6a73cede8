// What a training changes with each step: the weights end to end, the two moments of their gradients.
import { randomFrom } from './random.ts'
import { float32, type DataTensor } from './runtime.ts'
import { sizeOf, type Value } from './value.ts'
import type { NamedTensors } from './weights.ts'

/** Everything a step depends on besides its feeds. */
export interface TrainerState {
  /** Steps taken. */
  readonly step: number
  readonly weights: Float32Array
  readonly moment1: Float32Array
  readonly moment2: Float32Array
}

export type Vectors = Omit<TrainerState, 'step'>

/** Before the names of what a step makes of the vectors. */
export const NEW = 'new_'

/** The initial weights of the parameters, each drawn in order from one seeded stream. */
export function initialWeights(parameters: readonly Value[], seed: number): Float32Array {
  const random = randomFrom(seed)
  const flat = new Float32Array(parameters.reduce((sum, value) => sum + sizeOf(value.shape), 0))
  let at = 0
  for (const { source, shape } of parameters) {
    if (source.kind !== 'parameter') throw new TypeError('initialWeights: not a parameter.')
    const values = source.initial(sizeOf(shape), random)
    flat.set(values, at)
    at += values.length
  }
  return flat
}

/** A flat vector cut into named tensors (copies). */
export function byName(parameters: readonly Value[], flat: Float32Array): NamedTensors {
  let at = 0
  return new Map(
    parameters.map(({ source, shape }) => {
      const start = at
      at += sizeOf(shape)
      return [source.kind === 'parameter' ? source.name : '', { shape, data: flat.slice(start, at) }]
    }),
  )
}

/** What a training begins with. */
export function beginning(weights: Float32Array): Vectors {
  const zeros = (): Float32Array => new Float32Array(weights.length)
  return { weights, moment1: zeros(), moment2: zeros() }
}

export function copyOf({ weights, moment1, moment2 }: Vectors): Vectors {
  return { weights: weights.slice(), moment1: moment1.slice(), moment2: moment2.slice() }
}

/** As a step's graph names them, what is new with `NEW` before it. */
export function tensorsOf(
  { weights, moment1, moment2 }: Vectors,
  prefix: string,
): Record<string, DataTensor> {
  return Object.fromEntries(
    Object.entries({ weights, moment1, moment2 }).map(([name, vector]) => [
      `${prefix}${name}`,
      float32(vector, [vector.length]),
    ]),
  )
}
