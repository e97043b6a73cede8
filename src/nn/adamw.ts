// The update of all weights in one pass, in WebAssembly: ONNX Runtime takes a pass for each of its operations.
import * as wasm from './wasm.ts'

const [WEIGHTS, MOMENT1, MOMENT2, GRADIENT, DECAYS] = [0, 1, 2, 3, 4]
const VECTOR = 16

/** What an update multiplies by; see `updateNumbers`. */
export interface UpdateNumbers {
  readonly beta1: number
  /** (1 − β₁) times the share of the gradient that clipping leaves. */
  readonly share1: number
  readonly beta2: number
  readonly share2: number
  readonly epsilon: number
  readonly rate: number
  readonly decay: number
}

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer }
  squares(): number
  update(...numbers: number[]): void
}

/**
 * Weights, moments and gradient end to end in one memory, which stays where it is: what is computed on is never copied. Numbers below
 * the normal ones are 0 once the thread has opened a session (`set_denormal_as_zero`), here as there.
 */
export class AdamWVectors {
  readonly weights: Float32Array
  readonly moment1: Float32Array
  readonly moment2: Float32Array
  /** To be written before `update`. */
  readonly gradient: Float32Array
  readonly #kernel: Kernel

  /** @param decays 1 for each weight that decays, else 0 */
  constructor(decays: Float32Array) {
    const bytes = Math.ceil((decays.length * 4) / VECTOR) * VECTOR
    this.#kernel = wasm.instantiate(wasm.moduleOf([squares(bytes), update(bytes)], 5 * bytes)) as Kernel
    const { buffer } = this.#kernel.memory
    const part = (i: number): Float32Array => new Float32Array(buffer, i * bytes, decays.length)
    this.weights = part(WEIGHTS)
    this.moment1 = part(MOMENT1)
    this.moment2 = part(MOMENT2)
    this.gradient = part(GRADIENT)
    part(DECAYS).set(decays)
  }

  /** ‖gradient‖² */
  squares(): number {
    return this.#kernel.squares()
  }

  update(n: UpdateNumbers): void {
    this.#kernel.update(n.beta1, n.share1, n.beta2, n.share2, n.epsilon, n.rate, n.decay)
  }
}

/** In doubles: a sum of many floats loses more than the sum's last bit. */
function squares(bytes: number): wasm.WasmFunction {
  const { get, set, load } = wasm
  const [at, g, first, last] = [0, 1, 2, 3]
  const body = [
    [get(at), load(GRADIENT * bytes), wasm.tee(g), get(g), wasm.mul, set(g)],
    [get(first), get(g), wasm.asDoubles, wasm.addDoubles, set(first)],
    [get(last), get(g), get(g), wasm.lastTwo, wasm.asDoubles, wasm.addDoubles, set(last)],
  ].flat(2)
  const both = [get(first), get(last), wasm.addDoubles, wasm.tee(first), wasm.double(0)].flat()
  return {
    name: 'squares',
    parameters: [],
    result: 'f64',
    locals: ['i32', 'v128', 'v128', 'v128'],
    code: [
      ...wasm.forVectors(at, bytes, body),
      ...both,
      ...get(first),
      ...wasm.double(1),
      ...wasm.addNumbers,
    ],
  }
}

/** Parameters as `UpdateNumbers`. */
function update(bytes: number): wasm.WasmFunction {
  const { get, set, tee, load, store, add, sub, mul, div, sqrt } = wasm
  const [at, m, v, g, w] = [7, 8, 9, 10, 11]
  const [beta1, share1, beta2, share2, epsilon, rate, decay] = [12, 13, 14, 15, 16, 17, 18]
  const spread = [0, 1, 2, 3, 4, 5, 6].flatMap((i) => [...get(i), ...wasm.splat, ...set(beta1 + i)])
  const of = (part: number): wasm.Code => [...get(at), ...load(part * bytes)]
  const body = [
    [of(MOMENT1), get(beta1), mul, of(GRADIENT), tee(g), get(share1), mul, add, set(m)],
    [of(MOMENT2), get(beta2), mul, get(g), get(g), mul, get(share2), mul, add, set(v)],
    [get(at), get(m), store(MOMENT1 * bytes), get(at), get(v), store(MOMENT2 * bytes)],
    [get(at), of(WEIGHTS), tee(w), get(w), of(DECAYS), mul, get(decay), mul, sub],
    [get(m), get(v), sqrt, get(epsilon), add, div, get(rate), mul, sub, store(WEIGHTS * bytes)],
  ].flat(2)
  return {
    name: 'update',
    parameters: ['f32', 'f32', 'f32', 'f32', 'f32', 'f32', 'f32'],
    locals: ['i32', ...new Array<wasm.Type>(11).fill('v128')],
    code: [...spread, ...wasm.forVectors(at, bytes, body)],
  }
}
