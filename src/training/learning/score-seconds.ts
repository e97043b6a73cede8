// What a model says of every second of a stretch, as it would live: abstaining where the market state is not complete enough.
import { SECOND, ceilTo, epochMs, type EpochMs } from '../../core/time.ts'
import { MAX_GAP_SHARE_PCT } from '../../market-state/gap-share.ts'
import { ACTIONS, type ModelInputs } from '../../models/model.ts'
import type { SecondsRange } from '../data/training-data.ts'
import type { Views } from './views.ts'

/** Rows predicted at once. */
const CHUNK = 256

export type Predict = (inputs: ModelInputs) => Promise<Float32Array>

/** Probabilities [seconds, 3] of every `stride`-th second of a range; NaN where the model must abstain. */
export async function scoreSeconds(
  views: Views,
  predict: Predict,
  { stretch, from, to }: SecondsRange,
  stride: number,
): Promise<Float32Array> {
  const first = ceilTo(from, SECOND)
  const count = Math.max(0, Math.ceil((to - first) / (stride * SECOND)))
  const scores = new Float32Array(count * ACTIONS.length).fill(Number.NaN)
  for (let start = 0; start < count; start += CHUNK) {
    const size = Math.min(CHUNK, count - start)
    const instants = Array.from({ length: size }, (_, i) => epochMs(first + (start + i) * stride * SECOND))
    await scoreInstants(views, predict, stretch, instants, scores.subarray(start * ACTIONS.length))
  }
  return scores
}

/** Writes the probabilities of each instant whose state is complete enough. */
async function scoreInstants(
  views: Views,
  predict: Predict,
  stretch: number,
  instants: readonly EpochMs[],
  into: Float32Array,
): Promise<void> {
  const sweep = views.sweep(stretch)
  const inputs = views.scratch(instants.length)
  const known = instants.map(
    (asOf, row) => sweep.writeAt(asOf, inputs, row) && sweep.gapSharePct <= MAX_GAP_SHARE_PCT,
  )
  if (!known.includes(true)) return
  const probabilities = await predict(inputs)
  for (const [row, isKnown] of known.entries()) {
    const at = row * ACTIONS.length
    if (isKnown) into.set(probabilities.subarray(at, at + ACTIONS.length), at)
  }
}
