// The state of the data set as a whole: what it consists of, and which marks are worth a second look.
import Type, { type Static } from 'typebox'
import { HoursOfIn, IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'

const Label = Type.Union([Type.Literal('LONG'), Type.Literal('SHORT'), Type.Literal('HOLD')])
/** What is right at a moment: which side to enter, or neither. */
export type MomentLabel = Static<typeof Label>

/** A moment that somebody said something about. */
export const LabelledMoment = Type.Object({
  /** The mark that enters there; null of a rejected HOLD. */
  annotation_id: Nullable(Type.String()),
  symbol: SymbolName,
  venue: VenueName,
  /** As of. */
  timestamp: IsoOut,
  label: Label,
})
export type LabelledMoment = Static<typeof LabelledMoment>

export const HealthCount = Type.Object({
  /** A tag, a direction, a market, an hour from 00 to 23, a third of volatility, or a result; null: none of them. */
  value: Nullable(Type.String()),
  long: Type.Integer(),
  short: Type.Integer(),
})
export type HealthCount = Static<typeof HealthCount>

/** Marks by each of these; a mark with two tags counts at both. */
export const HealthCounts = Type.Object({
  tag: Type.Array(HealthCount, { description: 'most first; null: no tag' }),
  market: Type.Array(HealthCount, { description: 'symbol and venue, most first' }),
  hour: Type.Array(HealthCount, { description: 'of the entry, in the zone `timezone`: all 24' }),
  volatility: Type.Array(HealthCount, {
    description:
      'calm, usual, lively: realised volatility of the 100 minutes before the entry, in thirds of the same at 200 instants spread over what is stored of its market; null: not known',
  }),
  result: Type.Array(HealthCount, {
    description: 'gain, loss after fees, loss before fees',
  }),
})
export type HealthCounts = Static<typeof HealthCounts>

export const HealthBalance = Type.Object({
  long: Type.Integer(),
  short: Type.Integer(),
  rejected_holds: Type.Integer({ description: 'seconds that were said to be HOLD' }),
  reviewed_hours: Type.Number({
    description: 'of what is stored, in which every second that no mark speaks of is HOLD',
  }),
})
export type HealthBalance = Static<typeof HealthBalance>

export const SameMove = Type.Object({
  kind: Type.Union([Type.Literal('same_entry'), Type.Literal('overlap')], {
    description: 'entries at most 10 s apart, or holdings that share an instant',
  }),
  mark: LabelledMoment,
  other: LabelledMoment,
  entries_apart_seconds: Type.Number(),
  shared_seconds: Type.Number({ description: 'in which both are held' }),
})
export type SameMove = Static<typeof SameMove>

export const BesideGap = Type.Object({
  mark: LabelledMoment,
  where: Type.Union([Type.Literal('before'), Type.Literal('held')], {
    description: 'in the 100 s before the entry, or while it is held',
  }),
  from: IsoOut,
  to: IsoOut,
  missing_seconds: Type.Number({ description: 'of all gaps there' }),
})
export type BesideGap = Static<typeof BesideGap>

export const DoubtfulMark = Type.Object({
  mark: LabelledMoment,
  looks: Type.Union([Type.Literal('HOLD'), Type.Literal('other_side')], {
    description:
      'HOLD: at least one in ten ordinary moments scores as high; other_side: the other side scores higher, and higher than nine in ten ordinary moments',
  }),
  /** Out of fold, the highest of the mark's own side in its first seconds; not calibrated. */
  score: Type.Number(),
  other_side_score: Type.Number(),
  /** Ordinary moments of the same length that score at least as high for that side, 0–1. */
  as_ordinary: Type.Number(),
})
export type DoubtfulMark = Static<typeof DoubtfulMark>

export const AlikePair = Type.Object({
  kind: Type.Union([Type.Literal('opposite'), Type.Literal('double')], {
    description:
      'opposite: the nearest moment that was labelled says otherwise; double: they look the same and say the same',
  }),
  mark: LabelledMoment,
  other: LabelledMoment,
  similarity: Type.Number({ minimum: -1, maximum: 1, description: 'as GET /api/similar has it' }),
  is_turned: Type.Boolean({ description: 'they look alike when one of them is turned upside down' }),
})
export type AlikePair = Static<typeof AlikePair>

/** A moment that was looked at blind a second time, and what was said of it then. */
export const SecondOpinion = Type.Object({ mark: LabelledMoment, answer: Label })
export type SecondOpinion = Static<typeof SecondOpinion>

/** The first rows, worst first, and how many there are. */
const listOf = <T extends Type.TSchema>(row: T) => ({ rows: Type.Array(row), total: Type.Integer() })

const Interval = Type.Unsafe<[number, number]>(
  Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: '95 %' }),
)

/** Each moment by its newest look; rows are those that say otherwise, newest first. */
export const SelfAgreement = Type.Object({
  ...listOf(SecondOpinion),
  looks: Type.Integer(),
  agreed: Type.Integer(),
  share: Nullable(Type.Number({ description: 'that agreed, 0–1; null before the first' })),
  interval: Nullable(Interval),
  kappa: Nullable(
    Type.Number({ description: 'agreement beyond chance (Cohen 1960); null where chance agrees always' }),
  ),
  kappa_interval: Nullable(Interval),
  answers: Type.Array(Type.Object({ label: Label, answer: Label, count: Type.Integer() }), {
    description: 'how often what stood as this was answered with that: all nine',
  }),
})
export type SelfAgreement = Static<typeof SelfAgreement>

export const DataSetHealth = Type.Object({
  annotations: Type.Integer(),
  balance: HealthBalance,
  counts: HealthCounts,
  timezone: Type.String({ description: 'whose hours `counts.hour` has' }),
  same_moves: Type.Object(listOf(SameMove)),
  beside_gaps: Type.Object(listOf(BesideGap)),
  doubtful: Type.Object({
    ...listOf(DoubtfulMark),
    scored: Type.Integer({ description: 'marks that a model which did not see their episode scored' }),
    ordinary: Type.Integer({ description: 'moments without a mark that they are compared with' }),
    reasons: Type.Array(Type.String(), { description: 'why marks of a market are not scored' }),
  }),
  alike: Type.Object({
    ...listOf(AlikePair),
    compared: Type.Integer({
      description: 'marks and rejected HOLDs, each with each: at most the newest 2,000',
    }),
    opposite_from: Type.Number({ description: 'similarity from which opposite labels are told of' }),
    double_from: Type.Number({ description: 'similarity from which two are doubles' }),
    reason: Nullable(Type.String({ description: 'why none is compared yet' })),
  }),
  agreement: SelfAgreement,
})
export type DataSetHealth = Static<typeof DataSetHealth>

export const DataSetHealthOut = Type.Object({
  state: Type.Union([Type.Literal('current'), Type.Literal('being_computed')], {
    description: 'being_computed: what is answered, if anything, is of earlier marks; ask again',
  }),
  /** Null before the first time. */
  health: Nullable(DataSetHealth),
  made_at: Nullable(IsoOut),
  took_ms: Nullable(Type.Number()),
})
export type DataSetHealthOut = Static<typeof DataSetHealthOut>

export const DataSetHealthQuery = Type.Object(
  { timezone: Type.Optional(HoursOfIn) },
  { additionalProperties: false },
)
export type DataSetHealthQuery = Static<typeof DataSetHealthQuery>
