// What the trader is told about an annotation that is kept all the same, in words.
import type { EntryCheck } from '../contract/annotations.ts'
import { epochMs, toIso } from '../core/time.ts'
import { MAX_GAP_SHARE_PCT } from '../market-state/gap-share.ts'
import { tradeOf } from './case-content.ts'
import { REACH_SECONDS } from './entry-check.ts'
import { entryZoneLength } from './entry-zone.ts'
import type { Overlapping } from './overlaps.ts'
import { grossPct, netPct, type MarkedTrade } from './profit.ts'
import type { AnnotationRow } from './schema.ts'

/** Worst first; empty where there is nothing to say. */
export function warningsOf(row: AnnotationRow, overlapping: readonly Overlapping[]): string[] {
  const check = JSON.parse(row.entry_check) as EntryCheck
  return [
    ...futureWarnings(row),
    ...priceWarnings(row, check),
    ...profitWarnings(row),
    ...gapWarnings(row),
    ...overlapping.map((other) => overlapWarning(row, other)),
  ]
}

/** Why a mark is kept but not trained on; null where it is. */
export function leftOutOf(trade: MarkedTrade, gapSharePct: number): string | null {
  const gross = grossPct(trade)
  if (gross < 0) return `a loss of ${percent(-gross)} before fees`
  if (gapSharePct > MAX_GAP_SHARE_PCT) {
    return `${percent(gapSharePct)} of the candles of a timeframe are missing, more than ${MAX_GAP_SHARE_PCT} %`
  }
  return null
}

/** By when the mark was saved last: what it says of a later time is no outcome. */
function futureWarnings({ exit_time, updated_at }: AnnotationRow): string[] {
  if (exit_time <= updated_at) return []
  return [
    `When it was saved at ${toIso(epochMs(updated_at))} its exit ${toIso(epochMs(exit_time))} lay in the future: what it gained is a guess. Save it again with the exit that came.`,
  ]
}

function priceWarnings({ entry_price }: AnnotationRow, check: EntryCheck): string[] {
  if (check.reachable !== false) return []
  const off =
    check.deviation_pct === null
      ? ''
      : `, ${percent(check.deviation_pct)} off the last close ${check.last_close}`
  return [
    `The entry price ${entry_price} was not traded in the second before the entry or the ${REACH_SECONDS} seconds after it${off}: check price and time.`,
  ]
}

function profitWarnings(row: AnnotationRow): string[] {
  const gross = grossPct(tradeOf(row))
  const net = netPct(tradeOf(row), row.fee_pct)
  if (gross < 0) return [`A loss of ${percent(-gross)} before fees: kept, but not trained on.`]
  if (net < 0)
    return [`A loss of ${percent(-net)} after fees of ${row.fee_pct} % a side (${percent(gross)} before).`]
  return []
}

function gapWarnings(row: AnnotationRow): string[] {
  if (row.gap_share_pct <= MAX_GAP_SHARE_PCT) return []
  return [
    `${percent(row.gap_share_pct)} of the candles of a timeframe are missing before the entry, more than ${MAX_GAP_SHARE_PCT} %: kept, but not trained on.`,
  ]
}

function overlapWarning(row: AnnotationRow, other: Overlapping): string {
  const what = `the ${other.direction} annotation entered at ${toIso(epochMs(other.entry_time))}`
  if (row.direction === other.direction) return `Overlaps ${what}: the two count as one episode.`
  return zonesOverlap(row, other)
    ? `Its entry zone overlaps that of ${what}, the opposite direction: both zones are neutral in training.`
    : `Overlaps ${what}, the opposite direction.`
}

function zonesOverlap(a: Overlapping, b: Overlapping): boolean {
  const end = ({ entry_time, exit_time }: Overlapping) => entry_time + entryZoneLength(exit_time - entry_time)
  return a.entry_time < end(b) && b.entry_time < end(a)
}

function percent(value: number): string {
  return `${Number(value.toFixed(2))} %`
}
