// Brings forward records up to now: calls that ended are added, and for each day that is over what the opponents would have earned.
import { sameMarket } from '../../contract/market-name.ts'
import type { RoomsDatabase } from '../../core/database.ts'
import { messageOf } from '../../core/errors.ts'
import { DAY, MINUTE, SECOND, ceilTo, epochMs, floorTo, shift, toIso, type EpochMs } from '../../core/time.ts'
import { SecondBars } from '../../market-state/bars.ts'
import { withLookback } from '../../market-state/plain-rule.ts'
import type { MarketReader } from '../../market/provider.ts'
import type { CallEntry, PromotionEntry } from '../../orchestrator/forward/entry.ts'
import type { ForwardRecord, ForwardRecords, RecordId } from '../../orchestrator/forward/records.ts'
import { LONGEST_CALL_SECONDS } from '../../signals/call-tracker.ts'
import type { InferenceTables } from '../schema.ts'
import {
  answeredSeconds,
  barriersOn,
  endedCalls,
  liveDays,
  type EndedCall,
  type LiveDay,
  type LiveSpan,
} from './live-span.ts'
import { randomTrades, ruleTrades } from './opponents.ts'

export interface KeepUpParts {
  readonly database: RoomsDatabase
  readonly records: ForwardRecords
  readonly reader: MarketReader
  readonly now: EpochMs
}

/** A day is looked at so long after its last trade could have ended: calls of a market that was away are decided by then. */
const SETTLED = 15 * MINUTE
/** Those before the last two promotions of a model, or of one of its patterns, are over for good. */
const RECORDS = 2

/**
 * Reads the history of a record: for a process of its own. A record whose chain is broken is left as it is.
 * @throws AggregateError that names the records that could not be brought up to now; all others are
 */
export async function keepUp(parts: KeepUpParts): Promise<void> {
  const faults: Error[] = []
  for (const model of await parts.records.models()) {
    for (const record of await parts.records.newest(model, RECORDS)) {
      await keepRecord(parts, { model, record }).catch((cause: unknown) => {
        faults.push(new Error(`${model}, promotion ${record}: ${messageOf(cause)}`, { cause }))
      })
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, faults.map(messageOf).join(' '))
}

async function keepRecord(parts: KeepUpParts, id: RecordId): Promise<void> {
  await addCalls(parts, await parts.records.read(id))
  await addDays(parts, await parts.records.read(id))
}

/** Calls of this record so far. */
export function callsOf({ entries }: Pick<ForwardRecord, 'entries'>): CallEntry[] {
  return entries.filter((entry) => entry.kind === 'call')
}

async function addCalls({ database, records, now }: KeepUpParts, record: ForwardRecord): Promise<void> {
  const { first, broken } = record
  if (first === null || broken !== null) return
  const counted = callsOf(record)
  const { calls_at_most: most, fee_pct_per_side: fee } = first.terms
  for (const call of await endedCalls(database.tables<InferenceTables>(), spanOf(record, first.checkpoint))) {
    if (counted.length >= most) return
    if (counted.some((one) => isSameCall(one, call))) continue
    const { target_pct, stop_pct, seconds } = call.barriers
    const facts = {
      kind: 'call',
      call: call.id,
      ...call.market,
      action: call.action,
      opened_at: toIso(call.opensAt),
      outcome: call.outcome,
      barriers: { target_pct, stop_pct, seconds },
      gross_pct: call.grossPct,
      net_pct: call.grossPct - 2 * fee,
    } as const
    await records.append(record, now, facts)
    counted.push({ version: 1, model: record.model, record: record.record, place: 0, at: '', ...facts })
  }
}

/** Sessions side by side on one market make the same call: it counts once. */
function isSameCall(counted: CallEntry, { id, market, action, opensAt }: EndedCall): boolean {
  if (counted.call === id) return true
  const apart = Math.abs(Date.parse(counted.opened_at) - opensAt)
  return sameMarket(counted, market) && counted.action === action && apart < LONGEST_CALL_SECONDS * SECOND
}

async function addDays(parts: KeepUpParts, record: ForwardRecord): Promise<void> {
  const { first, broken } = record
  if (first === null || broken !== null) return
  const span = spanOf(record, first.checkpoint)
  const until = lastDay(record, first.terms.calls_at_most)
  for (const day of await liveDays(parts.database.tables<InferenceTables>(), span, parts.now)) {
    if (day.range.from <= until && !isKnown(record, day)) await addDay(parts, record, first, day)
  }
}

/** A record that is full needs no opponents of later days. */
function lastDay(record: ForwardRecord, most: number): number {
  const calls = callsOf(record)
  return calls.length < most ? Infinity : Math.max(...calls.map((call) => Date.parse(call.opened_at)))
}

async function addDay(
  { database, records, reader, now }: KeepUpParts,
  record: ForwardRecord,
  { checkpoint, terms }: PromotionEntry,
  day: LiveDay,
): Promise<void> {
  const db = database.tables<InferenceTables>()
  const span = spanOf(record, checkpoint)
  const calls = callsOf(record).filter((call) => sameMarket(call, day.market) && dayOf(call) === nameOf(day))
  const barriers = await barriersOn(db, span, day)
  const longest = Math.max(barriers?.seconds ?? 0, ...calls.map((call) => call.barriers.seconds))
  const end = shift(day.range.to, longest * SECOND)
  if (now < end + SETTLED) return
  const seconds = await answeredSeconds(db, span, day)
  if (seconds.length === 0) return
  const asOf = { from: withLookback(day.range).from, to: end }
  const slice = await reader.slice(day.market, asOf)
  const bars = new SecondBars(slice, asOf)
  const parts = { terms, range: day.range, slice, bars, seconds, calls, barriers }
  await records.append(record, now, {
    kind: 'day',
    ...day.market,
    day: nameOf(day),
    seconds: seconds.length,
    plain_rule: ruleTrades(parts),
    random: randomTrades(parts),
  })
}

function isKnown({ entries }: ForwardRecord, day: LiveDay): boolean {
  return entries.some(
    (entry) => entry.kind === 'day' && entry.day === nameOf(day) && sameMarket(entry, day.market),
  )
}

/** `2024-08-09`, UTC. */
function nameOf({ range }: LiveDay): string {
  return toIso(floorTo(range.from, DAY)).slice(0, 10)
}

function dayOf({ opened_at: opened }: CallEntry): string {
  return opened.slice(0, 10)
}

/** A promotion is between two seconds; calls and states are of whole ones. */
function spanOf({ model, first, endedAt }: ForwardRecord, checkpoint: string): LiveSpan {
  const from = ceilTo(Date.parse(first?.at ?? ''), SECOND)
  const to = endedAt === null ? epochMs(Infinity) : ceilTo(Date.parse(endedAt), SECOND)
  return { model, checkpoint, from, to }
}
