// What a forward record is made of: the promotion that says beforehand what will count, each call that ended, each day's opponents.
import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { ForwardTerms } from '../../contract/forward.ts'
import { IsoOut, SymbolName, VenueName } from '../../contract/shapes.ts'
import { Checker } from '../../core/checker.ts'
import { canonicalJson } from '../../core/canonical-json.ts'

const Side = Type.Union([Type.Literal('BUY'), Type.Literal('SELL')])

/** `record`: the promotion's number; `place`: 0, 1, 2 … in the record; `at`: when it was written down. */
const common = {
  version: Type.Literal(1),
  model: Type.String(),
  record: Type.Integer({ minimum: 1 }),
  place: Type.Integer({ minimum: 0 }),
  at: IsoOut,
}

const PromotionEntry = Type.Object({
  ...common,
  kind: Type.Literal('promotion'),
  checkpoint: Type.String(),
  /** That it was promoted for; absent: for the model as a whole. */
  pattern: Type.Optional(Type.String()),
  terms: ForwardTerms,
})
export type PromotionEntry = Static<typeof PromotionEntry>

/** A live call that ended. Percents are of its price; net: after the fees that the promotion wrote down. */
const CallEntry = Type.Object({
  ...common,
  kind: Type.Literal('call'),
  call: Type.String(),
  venue: VenueName,
  symbol: SymbolName,
  action: Side,
  opened_at: IsoOut,
  outcome: Type.Union([Type.Literal('right'), Type.Literal('wrong'), Type.Literal('expired')]),
  /** What it was followed by. */
  barriers: Type.Object({ target_pct: Type.Number(), stop_pct: Type.Number(), seconds: Type.Integer() }),
  gross_pct: Type.Number(),
  net_pct: Type.Number(),
})
export type CallEntry = Static<typeof CallEntry>

/** What the opponents would have earned on one market on one UTC day, in the seconds that the checkpoint answered. */
const DayEntry = Type.Object({
  ...common,
  kind: Type.Literal('day'),
  venue: VenueName,
  symbol: SymbolName,
  /** `2024-08-09`, UTC. */
  day: Type.String(),
  /** Seconds that the checkpoint answered. */
  seconds: Type.Integer({ minimum: 0 }),
  plain_rule: Type.Array(Type.Object({ action: Side, opened_at: IsoOut, net_pct: Type.Number() })),
  /** Of each call of the day that had seconds like its own: the mean of the draws. */
  random: Type.Array(Type.Object({ call: Type.String(), net_pct: Type.Number() })),
})
export type DayEntry = Static<typeof DayEntry>

const ForwardEntry = Type.Union([PromotionEntry, CallEntry, DayEntry])
export type ForwardEntry = Static<typeof ForwardEntry>
const schema = new Checker(ForwardEntry)

/** What comes before the first entry of all. */
export const NOTHING_BEFORE = '0'.repeat(64)

/** Canonical JSON; what is hashed and stored. */
export function textOf(entry: ForwardEntry): string {
  return canonicalJson(entry)
}

/** SHA-256, hexadecimal, over the hash of the entry before and this one's canonical JSON. */
export function hashOf(previous: string, text: string): string {
  return createHash('sha256').update(`${previous}\n${text}`).digest('hex')
}

/** Null where the text is no entry. */
export function parseEntry(text: string): ForwardEntry | null {
  try {
    const value: unknown = JSON.parse(text)
    return schema.check(value) ? value : null
  } catch {
    return null
  }
}
