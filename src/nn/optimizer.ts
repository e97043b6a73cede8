// AdamW with global gradient clipping: its settings, its numbers per step, computed here in doubles, and the learning rate's way.
import type { UpdateNumbers } from './adamw.ts'
import { reshape, slice } from './shape.ts'
import { sizeOf, type Value } from './value.ts'

/** Loshchilov and Hutter 2019, algorithm 2 (AdamW), as PyTorch computes it. */
export interface AdamWOptions {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Decoupled: weights shrink by learningRate·weightDecay a step; parameters without decay are left alone. */
  readonly weightDecay: number
  /** Gradients are scaled down so that their joint L2 norm is at most this. */
  readonly clipNorm: number
}

/**
 * What step t = 1, 2, … multiplies by (1 − 0.999ᵗ is poor in floats). Of rate·m / (√v·correction + ε) both sides of the fraction are
 * divided by the correction, so that it is a number of the step alone.
 * @param norm of the gradient; above `clipNorm` it is scaled down as PyTorch's `clip_grad_norm_` does
 */
export function updateNumbers(
  t: number,
  learningRate: number,
  norm: number,
  options: AdamWOptions,
): UpdateNumbers {
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = options
  const share = Math.min(1, clipNorm / (norm + 1e-6))
  const correction = Math.sqrt(1 - beta2 ** t)
  return {
    beta1,
    share1: (1 - beta1) * share,
    beta2,
    share2: (1 - beta2) * share * share,
    epsilon: epsilon * correction,
    rate: (learningRate / (1 - beta1 ** t)) * correction,
    decay: learningRate * weightDecay,
  }
}

/** How the learning rate goes on from its peak: half a cosine or a straight line down to 0, or not at all. */
export type Schedule = 'cosine' | 'linear' | 'constant'

/** Linear warm-up over the first `warmup` share of the steps, then by the schedule. Step t = 1 … total. */
export function learningRateAt(
  t: number,
  total: number,
  peak: number,
  warmup: number,
  schedule: Schedule = 'cosine',
): number {
  const rising = Math.max(1, Math.round(total * warmup))
  if (t <= rising) return (peak * t) / rising
  const progress = Math.min(1, (t - rising) / Math.max(1, total - rising))
  if (schedule === 'constant') return peak
  return schedule === 'linear' ? peak * (1 - progress) : (peak * (1 + Math.cos(Math.PI * progress))) / 2
}

/** Each parameter as its part of the flat vector. */
export function unflatten(flat: Value, parameters: readonly Value[]): Map<Value, Value> {
  let at = 0
  return new Map(
    parameters.map((value) => {
      const start = at
      at += sizeOf(value.shape)
      return [value, reshape(slice(flat, 0, start, at), value.shape)]
    }),
  )
}

/** 1 for each number of the flat vector that decays, else 0. */
export function decaysOf(parameters: readonly Value[]): Float32Array {
  const sizes = parameters.map((value) => sizeOf(value.shape))
  const decays = new Float32Array(sizes.reduce((sum, size) => sum + size, 0))
  let at = 0
  parameters.forEach(({ source }, i) => {
    const end = at + sizes[i]!
    if (source.kind === 'parameter' && source.decay) decays.fill(1, at, end)
    at = end
  })
  return decays
}
