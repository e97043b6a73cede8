// What a user's own ONNX file must take and give (design, section 8), and what is said when it does not.
import { FIELDS, TENSOR_NAMES, WINDOW } from '../../contract/timeframes.ts'
import { AppError } from '../../core/errors.ts'
import type { DeclaredTensor } from '../../nn/runtime.ts'
import { ACTIONS } from '../../models/model.ts'

/** What a model file says of itself. */
export interface ModelPorts {
  readonly inputs: readonly DeclaredTensor[]
  readonly outputs: readonly DeclaredTensor[]
}

const BATCH = 'batch'
const candles = TENSOR_NAMES.map((name): DeclaredTensor => ({
  name,
  type: 'float64',
  shape: [BATCH, WINDOW, FIELDS],
}))
const orderBook: DeclaredTensor = { name: 'order_book', type: 'float64', shape: [BATCH, WINDOW, 40] }
const probabilities: DeclaredTensor = {
  name: 'probabilities',
  type: 'float32',
  shape: [BATCH, ACTIONS.length],
}

/** The input that a model may have besides the candles. */
export const ORDER_BOOK = orderBook.name

/** @throws AppError `invalid_model_file` (422) naming every name, type and shape that is not as expected */
export function requireInterface(file: string, { inputs, outputs }: ModelPorts): void {
  const known = [...candles, orderBook]
  const faults = [
    ...candles.flatMap((expected) => faultsOf('input', expected, inputs)),
    ...inputs.filter(({ name }) => name === ORDER_BOOK).flatMap(() => faultsOf('input', orderBook, inputs)),
    ...inputs
      .filter(({ name }) => !known.some((port) => port.name === name))
      .map((port) => `it has an input ${wordsOf(port)} that nothing is known to feed`),
    ...faultsOf('output', probabilities, outputs),
  ]
  if (faults.length > 0) throw invalidFile(file, faults, { inputs, outputs })
}

function faultsOf(
  kind: 'input' | 'output',
  expected: DeclaredTensor,
  found: readonly DeclaredTensor[],
): string[] {
  const port = found.find(({ name }) => name === expected.name)
  if (port === undefined) return [`${kind} ${wordsOf(expected)} is missing`]
  if (port.type === expected.type && fits(port.shape, expected.shape)) return []
  return [`${kind} ${expected.name} must be ${formOf(expected)}, but is ${formOf(port)}`]
}

/** A free dimension fits anything; the batch may also be fixed at 1, which is what live inference asks for. */
function fits(shape: DeclaredTensor['shape'], expected: DeclaredTensor['shape']): boolean {
  if (shape.length !== expected.length) return false
  return shape.every((size, i) => {
    const wanted = expected[i]
    const free = typeof size === 'string' || size < 0
    return free || (wanted === BATCH ? size === 1 : size === wanted)
  })
}

function wordsOf(port: DeclaredTensor): string {
  return `${port.name} (${formOf(port)})`
}

function formOf({ type, shape }: DeclaredTensor): string {
  const sizes = shape.map((size) => (typeof size === 'number' && size < 0 ? 'free' : size))
  return `${type} [${sizes.join(', ')}]`
}

const RECIPE = 'docs/recipes/bring-your-own-model.md shows how to export one.'

/** A file that cannot be a model here. */
export function invalidFile(file: string, faults: readonly string[], found?: ModelPorts): AppError {
  const has =
    found === undefined
      ? ''
      : ` Found: inputs ${listOf(found.inputs)}; outputs ${listOf(found.outputs)}. Expected: inputs ${listOf(candles)}, and ${wordsOf(orderBook)} where it is used; output ${wordsOf(probabilities)}.`
  const words = faults.join('; ')
  const end = /[.?!]$/.test(words) ? '' : '.'
  return new AppError('invalid_model_file', `${file}: ${words}${end}${has} ${RECIPE}`, { status: 422 })
}

function listOf(ports: readonly DeclaredTensor[]): string {
  return ports.length === 0 ? 'none' : ports.map(wordsOf).join(', ')
}

/** @throws AppError `invalid_model_file` unless each row of [count, 3] is a probability distribution */
export function requireProbabilities(file: string, values: Float32Array, count: number): void {
  if (values.length !== count * ACTIONS.length) {
    throw invalidFile(file, [
      `probabilities has ${values.length} numbers for ${count} rows, expected 3 a row`,
    ])
  }
  for (let row = 0; row < count; row++) {
    const own = values.subarray(row * ACTIONS.length, (row + 1) * ACTIONS.length)
    const sum = own.reduce((total, p) => total + p, 0)
    if (own.every((p) => p >= 0 && p <= 1) && Math.abs(sum - 1) < 1e-3) continue
    const numbers = [...own].map((p) => p.toPrecision(4)).join(', ')
    throw invalidFile(file, [
      `on a trial market state it answered ${numbers}, which are no probabilities of BUY, SELL and HOLD (each 0 to 1, together 1): is a softmax missing?`,
    ])
  }
}
