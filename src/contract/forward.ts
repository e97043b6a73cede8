// A forward record: what a promotion wrote down beforehand, what came of the calls after it, and what the opponents would have earned.
import Type, { type Static } from 'typebox'
import { PatternIn } from './pattern.ts'
import { GateVerdict } from './promotions.ts'
import { IsoOut, Nullable } from './shapes.ts'

/** Written down with the promotion; nothing changes it afterwards. */
export const ForwardTerms = Type.Object({
  /** So many calls that ended, on so many different UTC days: before that nothing is said. */
  calls_needed: Type.Integer({ minimum: 1 }),
  days_needed: Type.Integer({ minimum: 1 }),
  /** The record is full with so many. */
  calls_at_most: Type.Integer({ minimum: 1 }),
  /** Percent of the price, paid at entry and again at exit, by the opponents as well. */
  fee_pct_per_side: Type.Number({ minimum: 0 }),
  opponents: Type.Object({
    /** A close beyond the last half hour's range by `k_atr` ATR; after a call it pauses. */
    plain_rule: Type.Object({ k_atr: Type.Number(), pause_seconds: Type.Integer() }),
    /**
     * For each call, so many random seconds of the same market and UTC hour, entered on the same side: of the share of that hour's seconds whose
     * half hour before had the range nearest to the call's, none nearer to the call than `apart_seconds`.
     */
    random: Type.Object({
      draws: Type.Integer({ minimum: 1 }),
      nearest_share: Type.Number(),
      apart_seconds: Type.Integer(),
    }),
  }),
})
export type ForwardTerms = Static<typeof ForwardTerms>

const Interval = Type.Tuple([Type.Number(), Type.Number()])

/** Percent of the price a trade, after fees; `interval` 95 %. */
const Net = Type.Object({ trades: Type.Integer(), mean_pct: Type.Number(), interval: Interval })

const ForwardOpponent = Type.Object({
  id: Type.Union([Type.Literal('plain_rule'), Type.Literal('random')]),
  name: Type.String(),
  trades: Type.Integer(),
  mean_pct: Nullable(Type.Number()),
  /** The checkpoint's mean less this one's, and its 95 % interval. */
  difference_pct: Nullable(Type.Number()),
  interval: Nullable(Interval),
  verdict: GateVerdict,
})
export type ForwardOpponent = Static<typeof ForwardOpponent>

export const ForwardFigures = Type.Object({
  net: Net,
  /** Share of calls that earned more than their fees, 0–1, with Wilson's 95 % interval. */
  paid_share: Type.Number(),
  paid_interval: Interval,
  opponents: Type.Array(ForwardOpponent),
})
export type ForwardFigures = Static<typeof ForwardFigures>

export const ForwardOut = Type.Object({
  model: Type.String(),
  checkpoint: Nullable(Type.String()),
  /** `none`: it was not promoted, or before records were kept; `broken`: the chain of hashes does not hold, and no figure is said. */
  state: Type.Union([
    Type.Literal('none'),
    Type.Literal('too_few'),
    Type.Literal('enough'),
    Type.Literal('broken'),
  ]),
  /** The whole of it in a sentence or two. */
  words: Type.String(),
  /** When its terms were written down; calls that opened before do not count. */
  began_at: Nullable(IsoOut),
  /** Exclusive; null while it goes on. */
  ended_at: Nullable(IsoOut),
  terms: Nullable(ForwardTerms),
  /** That count so far, and the UTC days they opened on. */
  calls: Type.Integer(),
  days: Type.Integer(),
  calls_missing: Type.Integer(),
  days_missing: Type.Integer(),
  /** Null until there are enough, and where the chain is broken. */
  figures: Nullable(ForwardFigures),
  entries: Type.Integer(),
  /** Hash of its last entry: written down elsewhere, it proves later that nothing before it was changed or taken away. */
  head: Nullable(Type.String()),
  broken: Nullable(Type.Object({ place: Type.Integer(), fault: Type.String() })),
})
export type ForwardOut = Static<typeof ForwardOut>

export const ForwardQuery = Type.Object(
  {
    checkpoint: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Whose newest record; the promoted one by default',
      }),
    ),
    pattern: Type.Optional(PatternIn),
  },
  { additionalProperties: false },
)
export type ForwardQuery = Static<typeof ForwardQuery>
