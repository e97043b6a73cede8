// HOLDs spread evenly over all that was reviewed, at the annotations' seconds of the minute: how old a forming candle is, tells nothing.
import { at } from '../../core/at.ts'
import { SECOND, ceilTo, epochMs, type EpochMs } from '../../core/time.ts'
import { ACTIONS } from '../../models/model.ts'
import { atSecondOfMinute } from '../data/phase.ts'
import type { MarketData } from '../data/training-data.ts'
import type { Example } from './example.ts'
import { holdRanges } from './holds.ts'

/** Shares no factor with most lengths: it visits all entries, neighbours far apart. */
const STRIDE = 7919

/**
 * About one in `every` seconds of where a HOLD may be taken, each moved to the second of minute of a second of an entry zone, in turn.
 * @param weight of all of them together
 */
export function spreadHolds(
  markets: readonly MarketData[],
  annotations: readonly Example[],
  { every, weight }: { readonly every: number; readonly weight: number },
): Example[] {
  const entries = annotations.flatMap(secondsOf)
  if (entries.length === 0) return []
  const places = holdRanges(markets).flatMap(({ stretch, from, to }) => {
    const bases: { stretch: number; base: EpochMs; from: EpochMs; to: EpochMs }[] = []
    for (let base = ceilTo(from, SECOND); base < to; base = epochMs(base + every * SECOND)) {
      bases.push({ stretch, base, from, to })
    }
    return bases
  })
  const taken = new Map<string, { stretch: number; instant: EpochMs }>()
  for (const [i, { stretch, base, from, to }] of places.entries()) {
    const instant = atSecondOfMinute(base, at(entries, (i * STRIDE) % entries.length))
    if (instant >= from && instant < to) taken.set(`${stretch}:${instant}`, { stretch, instant })
  }
  return [...taken.values()].map((place) => ({
    source: 'spread',
    label: ACTIONS.indexOf('HOLD'),
    ...place,
    seconds: 1,
    row: null,
    markId: null,
    weight: weight / taken.size,
  }))
}

function secondsOf({ instant, seconds }: Example): EpochMs[] {
  return Array.from({ length: seconds }, (_, second) => epochMs(instant + second * SECOND))
}
