// Named weight tensors and the safetensors file that holds them.

/** A float32 tensor, row-major. */
export interface WeightTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Weights by name, in a fixed order. */
export type NamedTensors = ReadonlyMap<string, WeightTensor>
