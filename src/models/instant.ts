// Instant: ridge regression on a moment's row, solved in closed form; up and down share all weights.
import { at } from '../core/at.ts'
import { scale, shift } from '../nn/elementwise.ts'
import { linear } from '../nn/matmul.ts'
import { filled } from '../nn/random.ts'
import { concat, reshape, stack } from '../nn/shape.ts'
import { parameter, type Value } from '../nn/value.ts'
import { exportClassifier } from './classifier.ts'
import type { ClosedFormDefinition } from './model.ts'
import { exportRowHead, momentRow, ROW_SIZE, turnedRow } from './moment-row.ts'

export const hyperparameters = {
  /** Weight of the squared coefficients of standardised numbers against the squared errors (Hoerl & Kennard 1970). */
  ridge: 100,
  /** One second in so many of what was reviewed is a HOLD, beside those that every model is shown. */
  holdEvery: 20,
  /** Logits from a score of 0 (like all HOLDs) to 1 (like all entries). */
  steepness: 6,
} as const
const hp = hyperparameters

/** From rows [batch, ROW_SIZE] to logits [batch, 3]. HOLD's is 0 where a score of a half is as likely an entry as not. */
function head(rows: Value): Value {
  const batch = at(rows.shape, 0)
  const weight = parameter('head.weight', [ROW_SIZE, 1], filled(0))
  const bias = parameter('head.bias', [1], filled(0), false)
  const scores = reshape(linear(stack([rows, turnedRow(rows)], 1), weight, bias), [batch, 2])
  const entry = scale(shift(scores, -0.5), hp.steepness)
  const wait = scale(reshape(linear(rows, weight, bias), [batch, 1]), 0)
  return concat([entry, wait], 1)
}

export const instant: ClosedFormDefinition = {
  id: 'instant',
  name: 'Instant (ridge on summaries)',
  needs: [],
  defaults: { epochs: 1, ridge: hp.ridge },
  hyperparameters,
  closedForm: {
    ridge: hp.ridge,
    holdEvery: hp.holdEvery,
    exportHead: (weights) => exportRowHead(head, weights),
  },
  exportOnnx: (weights) => exportClassifier((inputs) => head(momentRow(inputs)), weights),
}
