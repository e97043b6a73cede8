// AdamW with global gradient clipping as part of the graph, and its numbers per step, computed here in doubles.
import { add, div, maximum, mul, scale, shift, sqrt, sub } from './elementwise.ts'
import { reduceSum } from './reduce.ts'
import { concat, reshape, slice } from './shape.ts'
import { constant, scalar, sizeOf, type Value } from './value.ts'

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

/** The numbers of one step that change: learningRate·decay, learningRate / (1 − β₁ᵗ), 1 / √(1 − β₂ᵗ), clip norm. */
export const HYPER_SIZE = 4

/** The hyper row of step t = 1, 2, …: float32 of numbers computed in doubles (1 − 0.999ᵗ is poor in float32). */
export function hyperRow(t: number, learningRate: number, options: AdamWOptions): Float32Array {
  return Float32Array.of(
    learningRate * options.weightDecay,
    learningRate / (1 - options.beta1 ** t),
    1 / Math.sqrt(1 - options.beta2 ** t),
    options.clipNorm,
  )
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

export interface AdamWState {
  /** All parameters end to end, their first and second moments: float32 [size]. */
  readonly weights: Value
  readonly moment1: Value
  readonly moment2: Value
}

/**
 * One step: the new state, given the gradient of all parameters end to end. Each operation is a
 * pass over all weights, so the clipping factor and the corrections are folded into numbers, and g² is made once.
 */
export function adamW(
  state: AdamWState,
  parameters: readonly Value[],
  g: Value,
  hyper: Value,
  options: Pick<AdamWOptions, 'beta1' | 'beta2' | 'epsilon' | 'weightDecay'>,
): AdamWState {
  const [decay, rate, correction, clip] = [0, 1, 2, 3].map((i) => slice(hyper, 0, i, i + 1)) as [
    Value,
    Value,
    Value,
    Value,
  ]
  const squares = mul(g, g)
  const share = clippedShare(squares, clip)
  const moment1 = moving(state.moment1, g, options.beta1, share)
  const moment2 = moving(state.moment2, squares, options.beta2, mul(share, share))
  // rate·m / (√v·correction + ε), both sides divided by the correction.
  const denominator = add(sqrt(moment2), div(scalar(options.epsilon), correction))
  const move = mul(div(moment1, denominator), div(rate, correction))
  const { weights } = state
  const kept =
    options.weightDecay === 0 ? weights : sub(weights, mul(mul(weights, decayMask(parameters)), decay))
  return { weights: sub(kept, move), moment1, moment2 }
}

/** Values in the order of the parameters, as one flat vector. */
export function endToEnd(values: readonly Value[]): Value {
  return concat(values.map(flatten), 0)
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

/** β·moment + (1 − β)·value·share, `share` one number. */
function moving(moment: Value, value: Value, beta: number, share: Value): Value {
  return add(mul(moment, scalar(beta)), mul(value, scale(share, 1 - beta)))
}

/** What the gradient is multiplied by, min(1, clip / (‖g‖ + 1e-6)), PyTorch's `clip_grad_norm_`: [1]. */
function clippedShare(squares: Value, clip: Value): Value {
  const norm = shift(sqrt(reduceSum(squares, [0], true)), 1e-6)
  return div(clip, maximum(norm, clip))
}

function decayMask(parameters: readonly Value[]): Value {
  const parts = parameters.map((value) => {
    const decays = value.source.kind === 'parameter' && value.source.decay
    return new Float32Array(sizeOf(value.shape)).fill(decays ? 1 : 0)
  })
  const mask = parts.flatMap((part) => [...part])
  return constant(mask, 'float32', [mask.length])
}

function flatten(value: Value): Value {
  return reshape(value, [sizeOf(value.shape)])
}
