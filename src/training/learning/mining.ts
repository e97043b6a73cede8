// The model's own false calls while it is trained: seconds of HOLD where it would have entered.
import { SECOND, ceilTo, epochMs, type EpochMs } from '../../core/time.ts'
import { ACTIONS } from '../../models/model.ts'
import { secondsInAll, type SecondsRange } from '../data/training-data.ts'
import type { Example } from '../examples/example.ts'

/** Plain values only. */
export interface MiningPlan {
  /** After this epoch the model is asked what it would have called. */
  readonly afterEpoch: number
  /** At most so many examples are added. */
  readonly count: number
  /** HOLD seconds outside what is held out. */
  readonly ranges: readonly SecondsRange[]
  /** An example is viewed over at most so many seconds, as far as its range goes. */
  readonly seconds: number
}

/** Every so many seconds are looked at, or fewer, so that it takes about so many looks at most. */
const STRIDE = 5
const MOST_LOOKS = 3000
/** One example is taken from a stretch of so many seconds: a false call, not each of its seconds. */
const APART = 60 * SECOND
const HOLD = ACTIONS.indexOf('HOLD')

export type Score = (range: SecondsRange, stride: number) => Promise<Float32Array>

/** The seconds with the highest probability of an entry, one a minute at most; only those where HOLD is not the likeliest. */
export async function mineFalseCalls(plan: MiningPlan, score: Score): Promise<Example[]> {
  const found: { stretch: number; instant: EpochMs; to: EpochMs; entry: number }[] = []
  const seconds = secondsInAll(plan.ranges)
  const stride = Math.max(STRIDE, Math.ceil(seconds / MOST_LOOKS))
  for (const range of plan.ranges) {
    const scores = await score(range, stride)
    const first = ceilTo(range.from, SECOND)
    for (let row = 0; row * ACTIONS.length < scores.length; row++) {
      const [buy, sell, hold] = scores.subarray(row * ACTIONS.length) as unknown as [number, number, number]
      const entry = Math.max(buy, sell)
      if (!(entry > hold)) continue
      const instant = epochMs(first + row * stride * SECOND)
      found.push({ stretch: range.stretch, instant, to: range.to, entry })
    }
  }
  found.sort((a, b) => b.entry - a.entry || a.instant - b.instant)
  const taken: typeof found = []
  for (const candidate of found) {
    if (taken.length === plan.count) break
    const near = taken.some(
      ({ stretch, instant }) =>
        stretch === candidate.stretch && Math.abs(instant - candidate.instant) < APART,
    )
    if (!near) taken.push(candidate)
  }
  return taken.map(({ stretch, instant, to }) => ({
    source: 'model',
    label: HOLD,
    stretch,
    instant,
    seconds: Math.max(1, Math.min(plan.seconds, Math.ceil((to - instant) / SECOND))),
    row: null,
    markId: null,
    weight: 1,
  }))
}
