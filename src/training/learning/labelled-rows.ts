// Rows with their labels and weights, as least squares takes them.
import { ACTIONS } from '../../models/model.ts'
import type { MomentMaker } from '../../moments/moment-rows.ts'
import { ROW_SIZE } from '../../models/moment-row.ts'
import type { Example } from '../examples/example.ts'
import type { LabelledRows } from './ridge.ts'
import type { Views } from './views.ts'

/** States at hand at once. */
const CHUNK = 512
const [BUY, SELL] = [ACTIONS.indexOf('BUY'), ACTIONS.indexOf('SELL')]

/** An example as of one of its seconds, counted from 0. */
export interface Shown {
  readonly example: Example
  readonly second: number
}

/**
 * y is 1 where the row is that of a BUY, upside down where it is that of a SELL; else 0. The seconds of an example share its weight.
 * @param rows of `shown`, [shown, ROW_SIZE]
 */
export function labelled(rows: Float32Array, shown: readonly Shown[]): LabelledRows {
  const targets = new Float64Array(2 * shown.length)
  const weights = new Float64Array(shown.length)
  for (const [i, { example }] of shown.entries()) {
    targets[2 * i] = Number(example.label === BUY)
    targets[2 * i + 1] = Number(example.label === SELL)
    weights[i] = example.weight / example.seconds
  }
  return { rows, targets, weights }
}

/** Rows of examples as of one of their seconds each: float32 [shown, ROW_SIZE]. */
export async function rowsOf(
  shown: readonly Shown[],
  views: Views,
  maker: MomentMaker,
): Promise<Float32Array> {
  const rows = new Float32Array(shown.length * ROW_SIZE)
  for (let from = 0; from < shown.length; from += CHUNK) {
    rows.set(await maker.rowsOf(views.seconds(shown.slice(from, from + CHUNK))), from * ROW_SIZE)
  }
  return rows
}

/** Every second of every example. */
export function allSeconds(examples: readonly Example[]): Shown[] {
  return examples.flatMap((example) =>
    Array.from({ length: example.seconds }, (_, second) => ({ example, second })),
  )
}
