// Several questions to one network answered in one run, each with the bits that it gets by itself.
import { TENSOR_NAMES, tableOf } from '../../contract/timeframes.ts'
import { ACTIONS, type ModelInputs } from '../../models/model.ts'
import type { Predictor } from '../../orchestrator/predictor.ts'

export class BatchedNetwork {
  readonly #predictor: Pick<Predictor, 'predict'>
  /** Numbers of rows that were run together, and whether each row had the bits that it has by itself. */
  readonly #isAlike = new Map<number, boolean>()

  constructor(predictor: Pick<Predictor, 'predict'>) {
    this.#predictor = predictor
  }

  /**
   * Probabilities [count, 3] of each. Processors differ in their kernels: the first time that so many rows are run together, each question is
   * asked by itself, too, and where a bit differs so many are never run together again.
   */
  async answer(questions: readonly ModelInputs[]): Promise<Float32Array[]> {
    const rows = questions.reduce((sum, { count }) => sum + count, 0)
    if (questions.length === 1 || this.#isAlike.get(rows) === false) return this.#apart(questions)
    const together = parted(await this.#predictor.predict(joined(questions, rows)), questions)
    if (this.#isAlike.has(rows)) return together
    const apart = await this.#apart(questions)
    this.#isAlike.set(
      rows,
      apart.every((answer, i) => isSame(answer, together[i])),
    )
    return apart
  }

  async #apart(questions: readonly ModelInputs[]): Promise<Float32Array[]> {
    const answers: Float32Array[] = []
    for (const question of questions) answers.push(await this.#predictor.predict(question))
    return answers
  }
}

/** One question of all rows, in order. An account that is not told is flat, which is zeros. */
function joined(questions: readonly ModelInputs[], rows: number): ModelInputs {
  const doubles = (of: (question: ModelInputs) => Float64Array | undefined): Float64Array =>
    filled(questions, rows, of, (size) => new Float64Array(size))
  const told = questions.some(({ account }) => account !== undefined)
  const books = questions.some(({ orderBook }) => orderBook !== undefined)
  return {
    count: rows,
    tensors: tableOf(TENSOR_NAMES, (name) => doubles(({ tensors }) => tensors[name])),
    ...(books ? { orderBook: doubles(({ orderBook }) => orderBook) } : {}),
    ...(told
      ? {
          account: filled(
            questions,
            rows,
            ({ account }) => account,
            (size) => new Float32Array(size),
          ),
        }
      : {}),
  }
}

/** What each question has of one input, one after the other; zeros where it has nothing. */
function filled<T extends Float32Array | Float64Array>(
  questions: readonly ModelInputs[],
  rows: number,
  of: (question: ModelInputs) => T | undefined,
  allocate: (size: number) => T,
): T {
  const known = questions.find((question) => of(question) !== undefined)
  const size = known === undefined ? 0 : (of(known)?.length ?? 0) / known.count
  const all = allocate(rows * size)
  let at = 0
  for (const question of questions) {
    const part = of(question)
    if (part !== undefined) all.set(part, at)
    at += question.count * size
  }
  return all
}

function parted(probabilities: Float32Array, questions: readonly ModelInputs[]): Float32Array[] {
  let at = 0
  return questions.map(({ count }) => {
    const from = at
    at += count * ACTIONS.length
    return probabilities.slice(from, at)
  })
}

function isSame(one: Float32Array, other: Float32Array | undefined): boolean {
  return one.length === other?.length && one.every((value, i) => Object.is(value, other[i]))
}
