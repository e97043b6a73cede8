// Trained models over every second of a stretch, by the same states and calls as live.
import { SECOND, epochMs } from '../../src/core/time.ts'
import { MAX_GAP_SHARE_PCT } from '../../src/market-state/gap-share.ts'
import { StateSweep } from '../../src/market-state/sweep.ts'
import { allocateInputs } from '../../src/market-state/tensors.ts'
import type { MarketSlice } from '../../src/market/slice.ts'
import type { TimeRange } from '../../src/market/types.ts'
import { predictInChunks } from '../../src/models/classifier.ts'
import { Session } from '../../src/nn/runtime.ts'

const ROWS = 256

/**
 * Probabilities [seconds, 3] from `range.from` on, of each exported model; NaN where a model must abstain. The states are made once
 * for all of them.
 */
export async function predictStretch(
  models: readonly Uint8Array[],
  slice: MarketSlice,
  range: TimeRange,
): Promise<Float32Array[]> {
  const sessions = await Promise.all(models.map((onnx) => Session.open(onnx, { threads: 1 })))
  const sweep = new StateSweep(slice)
  const seconds = (range.to - range.from) / SECOND
  const out = sessions.map(() => new Float32Array(seconds * 3).fill(Number.NaN))
  const inputs = allocateInputs(ROWS)
  for (let start = 0; start < seconds; start += ROWS) {
    const count = Math.min(ROWS, seconds - start)
    const known = Array.from({ length: count }, (_, row) => {
      const asOf = epochMs(range.from + (start + row) * SECOND)
      return sweep.writeAt(asOf, inputs, row) && sweep.gapSharePct <= MAX_GAP_SHARE_PCT
    })
    for (const [i, session] of sessions.entries()) {
      const probabilities = await predictInChunks(session, { ...inputs, count })
      for (let row = 0; row < count; row++) {
        if (known[row]) out[i]!.set(probabilities.subarray(3 * row, 3 * row + 3), 3 * (start + row))
      }
    }
  }
  await Promise.all(sessions.map((session) => session.close()))
  return out
}
