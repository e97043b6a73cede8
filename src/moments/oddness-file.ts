// What an ordinary second looks like, as the bytes that a checkpoint keeps beside what its metadata says of it.
import type { CheckpointOddness } from '../contract/checkpoint.ts'
import { decodeWeights, encodeWeights } from '../nn/weights.ts'
import { EVEN, ODD } from './compared-numbers.ts'
import type { Learnt } from './learn-oddness.ts'
import { rowDefinition } from './moment-store.ts'
import { distanceOf, type Ordinary } from './oddness.ts'

/** How unlike what it learnt from a checkpoint finds a row. */
export interface OddnessScale {
  /** 1 is a distance that half of what it learnt from exceeds. */
  of(row: Float32Array): number
  /** Past it the checkpoint abstains; null: never. */
  readonly limit: number | null
}

/** The file, in the safetensors format, and what stands in the metadata. */
export function oddnessFile({ ordinary, median, limit, rows }: Learnt): {
  bytes: Uint8Array
  facts: CheckpointOddness
} {
  const tensors = Object.entries(ordinary).map(([name, values]: [string, Float64Array]) => {
    return [name, { shape: [values.length], data: Float32Array.from(values) }] as const
  })
  return {
    bytes: encodeWeights(new Map(tensors)),
    facts: { row_definition: rowDefinition(), rows, median, limit: limit === null ? null : limit / median },
  }
}

/** Null where it was learnt from rows that meant something else than they do now: nothing is known then. */
export function oddnessScale(bytes: Uint8Array, facts: CheckpointOddness): OddnessScale | null {
  if (facts.row_definition !== rowDefinition()) return null
  const ordinary = ordinaryIn(bytes)
  if (ordinary === null) return null
  return { of: (row) => distanceOf(row, ordinary) / facts.median, limit: facts.limit }
}

function ordinaryIn(bytes: Uint8Array): Ordinary | null {
  const tensors = decodeWeights(bytes, 'oddness.safetensors')
  const of = (name: keyof Ordinary, size: number) => {
    const data = tensors.get(name)?.data
    return data?.length === size ? Float64Array.from(data) : null
  }
  const mean = of('mean', EVEN.length)
  const even = of('even', (EVEN.length * (EVEN.length + 1)) / 2)
  const odd = of('odd', (ODD.length * (ODD.length + 1)) / 2)
  return mean === null || even === null || odd === null ? null : { mean, even, odd }
}
