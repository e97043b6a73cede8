// Several questions to one network answered in one run, each with the bits that it gets by itself.
import { TENSOR_NAMES, tableOf } from '../../contract/timeframes.ts'
import { at } from '../../core/at.ts'
import { ACTIONS, type ModelInputs } from '../../models/model.ts'
import type { Predictor } from '../../orchestrator/predictor.ts'

/** A number of rows that was not run together yet, as far as it is compared. */
interface Doubt {
  readonly questions: readonly ModelInputs[]
  readonly rows: number
  together: readonly Float32Array[] | null
  /** Questions whose answers were found alike. */
  alike: number
}

export class BatchedNetwork {
  readonly #predictor: Pick<Predictor, 'predict'>
  /** Numbers of rows that were run together, and whether each row had the bits that it has by itself. */
  readonly #isAlike = new Map<number, boolean>()
  #doubt: Doubt | null = null

  constructor(predictor: Pick<Predictor, 'predict'>) {
    this.#predictor = predictor
  }

  /**
   * Probabilities [count, 3] of each. Processors differ in their kernels: only numbers of rows whose bits were compared are run together, so
   * a number that is new is answered in several runs of numbers that are not, and compared later (`compare`).
   */
  async answer(questions: readonly ModelInputs[]): Promise<Float32Array[]> {
    const rows = rowsOf(questions)
    if (questions.length > 1 && !this.#isAlike.has(rows))
      this.#doubt ??= { questions, rows, together: null, alike: 0 }
    const answers: Float32Array[] = []
    for (let rest = questions; rest.length > 0;) {
      const together = rest.slice(0, this.#mostTogether(rest))
      answers.push(...(await this.#run(together)))
      rest = rest.slice(together.length)
    }
    return answers
  }

  /** One run of comparing a number of rows that is new, for when nobody waits. Whether there was anything to compare. */
  async compare(): Promise<boolean> {
    const doubt = this.#doubt
    if (doubt === null) return false
    const { questions, rows, together, alike } = doubt
    if (together === null) {
      doubt.together = await this.#run(questions)
      return true
    }
    const isAlike = isSame(await this.#predictor.predict(at(questions, alike)), at(together, alike))
    doubt.alike += 1
    if (isAlike && doubt.alike < questions.length) return true
    this.#isAlike.set(rows, isAlike)
    this.#doubt = null
    return true
  }

  /** How many of the first questions may be run together. */
  #mostTogether(questions: readonly ModelInputs[]): number {
    for (let count = questions.length; count > 1; count--)
      if (this.#isAlike.get(rowsOf(questions.slice(0, count))) === true) return count
    return 1
  }

  async #run(questions: readonly ModelInputs[]): Promise<Float32Array[]> {
    const [first] = questions
    if (first !== undefined && questions.length === 1) return [await this.#predictor.predict(first)]
    return parted(await this.#predictor.predict(joined(questions, rowsOf(questions))), questions)
  }
}

function rowsOf(questions: readonly ModelInputs[]): number {
  return questions.reduce((sum, { count }) => sum + count, 0)
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
  let end = 0
  for (const question of questions) {
    const part = of(question)
    if (part !== undefined) all.set(part, end)
    end += question.count * size
  }
  return all
}

function parted(probabilities: Float32Array, questions: readonly ModelInputs[]): Float32Array[] {
  let end = 0
  return questions.map(({ count }) => {
    const from = end
    end += count * ACTIONS.length
    return probabilities.slice(from, end)
  })
}

function isSame(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((value, i) => Object.is(value, other[i]))
}
