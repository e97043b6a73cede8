// Whether a mark was made without knowing how things went on: what its provenance may say, by what was on the screen. Pure.
import type { Timeframe } from '../contract/timeframes.ts'
import { MINUTE, type EpochMs } from '../core/time.ts'
import { durationOf } from '../market/timeframe.ts'
import type { AnnotationRow } from './schema.ts'
import type { ShownAfter } from './shown-stretches.ts'

/** Candles up to so many times as long as the mark is held tell how it went; those of longer ones hold it as one of many moves. */
const TELLING = 4

export interface Sight {
  readonly mode: AnnotationRow['mode']
  /** UTC ms; null where nothing is known. */
  readonly until: number | null
}

/** `claimed` with what was shown: `replay` only where nothing after the entry was, whoever says so. */
export function sightOf(claimed: Sight, entry: EpochMs, holding: number, after: ShownAfter): Sight {
  const shown = latestOf(after, holding)
  const until = shown === null ? claimed.until : Math.max(shown, claimed.until ?? 0)
  const isSeen = until !== null && until > entry
  return { mode: claimed.mode === 'replay' && isSeen ? 'hindsight' : claimed.mode, until }
}

/** Of the candles short enough to tell of a mark held for `holding` ms the latest instant; null where there is none. Minutes and seconds always are. */
export function latestOf(after: ShownAfter, holding: number): number | null {
  const longest = Math.max(holding * TELLING, MINUTE)
  const telling = Object.entries(after).filter(([name]) => durationOf(name as Timeframe) <= longest)
  return telling.length === 0 ? null : Math.max(...telling.map(([, until]) => until))
}
