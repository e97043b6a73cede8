// Rows with their label and weight, as least squares takes them: each once as it is, and once upside down.
import { at, numberAt } from '../../core/at.ts'
import { ACTIONS } from '../../models/model.ts'
import type { MomentMaker } from '../../moments/moment-rows.ts'
import { ROW_SIZE, TURNING } from '../../models/moment-row.ts'
import type { Example } from '../examples/example.ts'
import type { WeightedRows } from './ridge.ts'
import type { Views } from './views.ts'

/** States at hand at once. */
const CHUNK = 512
const [BUY, SELL] = [ACTIONS.indexOf('BUY'), ACTIONS.indexOf('SELL')]

export class LabelledRows {
  readonly #rows: Float32Array[] = []
  readonly #labels: number[] = []
  readonly #weights: number[] = []

  /** @param row [ROW_SIZE], copied */
  add(row: Float32Array, label: number, weight: number): void {
    this.#rows.push(row.slice())
    this.#labels.push(label)
    this.#weights.push(weight)
  }

  /** y is 1 where the row is that of a BUY, or upside down that of a SELL; else 0. */
  bothWaysUp(): WeightedRows {
    const count = this.#rows.length
    const rows = new Float32Array(2 * count * ROW_SIZE)
    const targets = new Float64Array(2 * count)
    const weights = new Float64Array(2 * count)
    for (const [i, row] of this.#rows.entries()) {
      rows.set(row, 2 * i * ROW_SIZE)
      rows.set(turned(row), (2 * i + 1) * ROW_SIZE)
      targets[2 * i] = Number(this.#labels[i] === BUY)
      targets[2 * i + 1] = Number(this.#labels[i] === SELL)
      weights.fill(at(this.#weights, i), 2 * i, 2 * i + 2)
    }
    return { rows, targets, weights }
  }
}

/** Every second of every example; those of one share its weight. */
export async function rowsOfExamples(
  examples: readonly Example[],
  views: Views,
  maker: MomentMaker,
): Promise<LabelledRows> {
  const shown = examples.flatMap((example) =>
    Array.from({ length: example.seconds }, (_, second) => ({ example, second })),
  )
  const rows = new LabelledRows()
  for (let from = 0; from < shown.length; from += CHUNK) {
    const part = shown.slice(from, from + CHUNK)
    const values = await maker.rowsOf(views.seconds(part))
    for (const [row, { example }] of part.entries()) {
      const own = values.subarray(row * ROW_SIZE, (row + 1) * ROW_SIZE)
      rows.add(own, example.label, example.weight / example.seconds)
    }
  }
  return rows
}

function turned(row: Float32Array): Float32Array {
  return Float32Array.from(TURNING.from, (from, i) => at(TURNING.sign, i) * numberAt(row, from))
}
