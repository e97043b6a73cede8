// HOLDs spread evenly over all that was reviewed, at the annotations' seconds of the minute: what a forming candle's age is, tells nothing.
import { at } from '../../core/at.ts'
import { SECOND, ceilTo, epochMs, type EpochMs } from '../../core/time.ts'
import { atSecondOfMinute } from '../data/phase.ts'
import type { Job } from './job.ts'

export interface SpreadHolds {
  readonly stretch: number
  /** Whole seconds; one may be there more than once. */
  readonly instants: readonly EpochMs[]
}

/** About one in `every` seconds of where a HOLD may be taken: each moved to the second of minute of an annotated one, in turn. */
export function spreadHolds({ mining, examples }: Job, every: number): SpreadHolds[] {
  const entries = examples
    .filter(({ source }) => source === 'annotation')
    .flatMap(({ instant, seconds }) =>
      Array.from({ length: seconds }, (_, second) => epochMs(instant + second * SECOND)),
    )
  if (entries.length === 0) return []
  let taken = 0
  return mining.ranges.map(({ stretch, from, to }) => {
    const instants: EpochMs[] = []
    for (let base = ceilTo(from, SECOND); base < to; base = epochMs(base + every * SECOND)) {
      // A stride that shares no factor with most lengths visits all entries, and neighbours far apart.
      const instant = atSecondOfMinute(base, at(entries, (taken * STRIDE) % entries.length))
      taken += 1
      if (instant >= from && instant < to) instants.push(instant)
    }
    return { stretch, instants }
  })
}

const STRIDE = 7919
