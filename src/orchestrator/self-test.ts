// A checkpoint's self-test: made-up market states, and what its network answered to them when it was made. Asked again before it goes live.
import Type, { type Static } from 'typebox'
import { Checker } from '../core/checker.ts'
import { AppError } from '../core/errors.ts'
import { FIELDS, TENSOR_NAMES, WINDOW } from '../contract/timeframes.ts'
import { predictInChunks } from '../models/classifier.ts'
import { ACTIONS, type ModelInputs } from '../models/model.ts'
import { BOOK_COLUMNS } from '../models/order-book-features.ts'
import { Session } from '../nn/runtime.ts'
import { SELF_TEST_FILE, type LoadedCheckpoint } from './checkpoints.ts'
import type { Predictor } from './predictor.ts'
import { trialInputs } from './trial-inputs.ts'

const Numbers = Type.Array(Type.Number())
/** Row-major: candles [count, 100, 5], order books [count, 100, 40], probabilities [count, 3]. */
const SelfTest = Type.Object({
  schema_version: Type.Literal(1),
  count: Type.Integer({ minimum: 1 }),
  candles: Type.Object(Object.fromEntries(TENSOR_NAMES.map((name) => [name, Numbers]))),
  order_book: Type.Optional(Numbers),
  probabilities: Numbers,
})
type SelfTest = Static<typeof SelfTest>
const schema = new Checker(SelfTest)

const STATES = 3
/** Processors differ in the last bits of a float32, and sums of them a little more; another network differs by far more. */
const TOLERANCE = 1e-4

/** The file of a network's self-test; null where its answers are no numbers, or it does not open and so never goes live. */
export async function selfTestOf(onnx: Uint8Array): Promise<Uint8Array | null> {
  const session = await Session.open(onnx, { threads: 1 }).catch(() => null)
  if (session === null) return null
  try {
    const inputs = trialInputs(session.takes('order_book'), STATES)
    return selfTestFile(inputs, await predictInChunks(session, inputs))
  } finally {
    await session.close()
  }
}

/** The same of states and answers that are known; null where the answers are no numbers. */
export function selfTestFile(
  { count, tensors, orderBook }: ModelInputs,
  probabilities: Float32Array,
): Uint8Array | null {
  if (!probabilities.every(Number.isFinite)) return null
  const test: SelfTest = {
    schema_version: 1,
    count,
    candles: Object.fromEntries(TENSOR_NAMES.map((name) => [name, [...tensors[name]]])),
    ...(orderBook === undefined ? {} : { order_book: [...orderBook] }),
    probabilities: [...probabilities],
  }
  return Buffer.from(`${JSON.stringify(test)}\n`)
}

/**
 * Asks again what stands in the checkpoint; one of before there were self-tests passes.
 * @throws AppError `self_test_failed`, with what stands there and what is answered now
 */
export async function requireSelfTest(
  { model, version, selfTest }: Pick<LoadedCheckpoint, 'model' | 'version' | 'selfTest'>,
  predictor: Pick<Predictor, 'predict' | 'readsOrderBook'>,
): Promise<void> {
  if (selfTest === null) return
  const test = parse(selfTest, predictor.readsOrderBook)
  if (test === null) throw failed(model, version, `${SELF_TEST_FILE} is not as expected`)
  const answer = await predictor.predict(inputsOf(test))
  const wrong = test.probabilities.findIndex(
    (stored, i) => !(Math.abs(stored - (answer[i] ?? NaN)) <= TOLERANCE),
  )
  if (wrong < 0 && answer.length === test.probabilities.length) return
  const row = Math.max(0, Math.floor(wrong / ACTIONS.length)) * ACTIONS.length
  const words = (values: Iterable<number>) =>
    [...values]
      .slice(row, row + ACTIONS.length)
      .map((value) => value.toFixed(4))
      .join(', ')
  throw failed(
    model,
    version,
    `it answers ${words(answer)} where ${words(test.probabilities)} stands in ${SELF_TEST_FILE}`,
  )
}

/** Null where it is not as expected, or its states are of another shape than it says. */
function parse(bytes: Uint8Array, withBook: boolean): SelfTest | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString())
    return schema.check(value) && isWhole(value, withBook) ? value : null
  } catch {
    return null
  }
}

function isWhole({ count, candles, order_book: book, probabilities }: SelfTest, withBook: boolean): boolean {
  const rows = count * WINDOW
  return (
    TENSOR_NAMES.every((name) => candles[name]?.length === rows * FIELDS) &&
    (book?.length ?? 0) === (withBook ? rows * BOOK_COLUMNS : 0) &&
    probabilities.length === count * ACTIONS.length
  )
}

function inputsOf({ count, candles, order_book: book }: SelfTest): ModelInputs {
  const tensors = Object.fromEntries(
    TENSOR_NAMES.map((name) => [name, Float64Array.from(candles[name] ?? [])]),
  ) as ModelInputs['tensors']
  return { count, tensors, ...(book === undefined ? {} : { orderBook: Float64Array.from(book) }) }
}

function failed(model: string, version: string, why: string): AppError {
  return new AppError(
    'self_test_failed',
    `Checkpoint ${version} of ${model} fails its self-test and does not go live: ${why}. Its network, or ONNX Runtime on this machine, computes something else than when it was made: put its files back from a backup, or train again and use the new checkpoint.`,
    { status: 409 },
  )
}
