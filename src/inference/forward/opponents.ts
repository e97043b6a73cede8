// What the opponents of a forward record would have earned on one market on one day: the plain rule, and random entries like the calls.
import type { EntryAction } from '../../contract/direction.ts'
import { createHash } from 'node:crypto'
import type { ForwardTerms } from '../../contract/forward.ts'
import { at as itemAt } from '../../core/at.ts'
import { HOUR, SECOND, epochMs, floorTo, toIso, type EpochMs } from '../../core/time.ts'
import type { SecondBars } from '../../market-state/bars.ts'
import { RuleScores } from '../../market-state/plain-rule.ts'
import { rangesBefore } from '../../market-state/ranges-before.ts'
import type { MarketSlice } from '../../market/slice.ts'
import type { TimeRange } from '../../market/types.ts'
import { randomFrom } from '../../nn/random.ts'
import type { CallEntry, DayEntry } from '../../orchestrator/forward/entry.ts'
import type { Barriers } from '../../signals/barriers.ts'
import { outcomeOf } from '../../signals/outcome.ts'

export interface DayParts {
  readonly terms: ForwardTerms
  readonly range: TimeRange
  /** Reaches half an hour before the day, and beyond it as long as a trade may last. */
  readonly slice: MarketSlice
  readonly bars: SecondBars
  /** That the checkpoint answered, ascending. */
  readonly seconds: readonly EpochMs[]
  /** Of this day and market, that count. */
  readonly calls: readonly CallEntry[]
  /** What trades of the rule are followed by; null: there are none. */
  readonly barriers: Ends | null
}

type Ends = Pick<Barriers, 'target_pct' | 'stop_pct' | 'seconds'>

/** The rule's calls in seconds that the checkpoint answered. */
export function ruleTrades(parts: DayParts): DayEntry['plain_rule'] {
  const { terms, range, slice, bars, barriers } = parts
  if (barriers === null) return []
  const { k_atr: k, pause_seconds: pause } = terms.opponents.plain_rule
  const answered = new Set(parts.seconds)
  return new RuleScores(slice, bars).calls(k, pause, range).flatMap(({ action, opensAt }) => {
    const net = answered.has(opensAt) ? netOf(parts, { action, opensAt }, barriers) : null
    return net === null ? [] : [{ action, opened_at: toIso(opensAt), net_pct: net }]
  })
}

/** Of each call the mean of its draws, by a seed that is made of the call; none where its hour has too few seconds like it. */
export function randomTrades(parts: DayParts): DayEntry['random'] {
  const { draws } = parts.terms.opponents.random
  const rangeAt = rangesBefore(parts.bars)
  return parts.calls.flatMap((call) => {
    const alike = secondsLike(parts, rangeAt, call)
    if (alike.length < draws) return []
    const random = randomFrom(seedOf(call))
    const nets = Array.from({ length: draws }, () => itemAt(alike, Math.floor(random() * alike.length)))
      .map((opensAt) => netOf(parts, { action: call.action, opensAt }, call.barriers))
      .filter((net) => net !== null)
    return nets.length === 0
      ? []
      : [{ call: call.call, net_pct: nets.reduce((a, b) => a + b, 0) / nets.length }]
  })
}

/** Seconds of the call's UTC hour, not near it, whose half hour before had the range nearest to the call's. */
function secondsLike(
  { terms, seconds }: DayParts,
  rangeAt: (instant: number) => number,
  call: CallEntry,
): EpochMs[] {
  const { nearest_share: share, apart_seconds: apart } = terms.opponents.random
  const opensAt = epochMs(Date.parse(call.opened_at))
  const hour = floorTo(opensAt, HOUR)
  const own = rangeAt(opensAt)
  if (!Number.isFinite(own)) return []
  const others = seconds
    .filter((at) => at >= hour && at < hour + HOUR && Math.abs(at - opensAt) >= apart * SECOND)
    .map((at) => ({ at, distance: Math.abs(rangeAt(at) - own) }))
    .filter(({ distance }) => Number.isFinite(distance))
    .toSorted((a, b) => a.distance - b.distance || a.at - b.at)
  return others.slice(0, Math.ceil(others.length * share)).map(({ at }) => at)
}

/** Percent after fees; null where its price or its end is not known. */
function netOf(
  { slice, bars, terms }: DayParts,
  { action, opensAt }: { action: EntryAction; opensAt: EpochMs },
  ends: Ends,
): number | null {
  const price = bars.closeAt(opensAt)
  if (!Number.isFinite(price)) return null
  const { candles, covered } = slice.series['1s']
  const barriers = { ...ends, stop_assumed: false, fee_pct_per_side: terms.fee_pct_per_side }
  return outcomeOf({ action, opensAt, price }, barriers, candles, covered.at(-1)?.to ?? epochMs(0)).pct
}

function seedOf({ model, record, call }: CallEntry): number {
  return createHash('sha256').update(`${model} ${record} ${call}`).digest().readUInt32BE(0)
}
