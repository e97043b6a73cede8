// Many rows asked about in one run, as long as that is answered with the bits of each row by itself.
import { TENSOR_NAMES, tableOf } from '../contract/timeframes.ts'
import type { StateInputs } from '../market-state/tensors.ts'

/** Numbers row-major, the same many for each row. */
type Ask = (inputs: StateInputs) => Promise<Float32Array>

export class ManyAtOnce {
  readonly #ask: Ask
  readonly #alone: Ask
  #isSame: boolean
  #isChecked = false

  /**
   * @param isSame false where it is known that rows have to be asked about one by one
   * @param alone how a row by itself is asked about
   */
  constructor(ask: Ask, { isSame = true, alone = ask }: { isSame?: boolean; alone?: Ask } = {}) {
    this.#ask = ask
    this.#alone = alone
    this.#isSame = isSame
  }

  get isSame(): boolean {
    return this.#isSame
  }

  /** The next run is compared again. */
  recheck(): void {
    this.#isChecked = false
  }

  /** Of the first `rows` rows. Null where rows have to be asked about one by one from now on. */
  async answer(inputs: StateInputs, rows: number): Promise<Float32Array | null> {
    if (!this.#isSame) return null
    try {
      const answers = await this.#ask(firstOf(inputs, rows))
      if (!this.#isChecked) this.#isSame = await this.#isAsAlone(inputs, answers)
      this.#isChecked = true
      return this.#isSame ? answers : null
    } catch {
      this.#isSame = false
      return null
    }
  }

  /** Another processor's kernels may differ: the first row is asked about by itself, too. */
  async #isAsAlone(inputs: StateInputs, answers: Float32Array): Promise<boolean> {
    const alone = await this.#alone(firstOf(inputs, 1))
    return alone.every((value, i) => Object.is(value, answers[i]))
  }
}

function firstOf({ count, tensors, orderBook }: StateInputs, rows: number): StateInputs {
  const part = (all: Float64Array): Float64Array => all.subarray(0, (all.length / count) * rows)
  return {
    count: rows,
    tensors: tableOf(TENSOR_NAMES, (name) => part(tensors[name])),
    ...(orderBook === undefined ? {} : { orderBook: part(orderBook) }),
  }
}
