// Shapes that several parts of the HTTP interface share; JSON Schema that validates, types and describes at once.
import Type, { type Static } from 'typebox'
import { TIMEFRAMES } from './timeframes.ts'

type Literals<Names extends readonly string[]> = { -readonly [K in keyof Names]: Type.TLiteral<Names[K]> }

export const TimeframeName = Type.Union(
  TIMEFRAMES.map((name) => Type.Literal(name)) as Literals<typeof TIMEFRAMES>,
  { title: 'Timeframe' },
)

/** In: ISO 8601 with an offset, or UTC ms. Parsed by `parseInstant` of core/time. */
export const InstantIn = Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Integer()], {
  description: 'ISO 8601 with an offset (2024-08-09T00:00:05Z), or UTC milliseconds',
})

/** In: whose wall clock's hours are counted. Parsed by `zoneOf` of core/zone. */
export const HoursOfIn = Type.String({
  minLength: 1,
  maxLength: 64,
  description:
    'whose hours `hour` counts: UTC unless said, a name such as `Europe/Berlin`, or an offset such as `+02:00`',
})

/** Out: ISO 8601 UTC with `Z`. */
export const IsoOut = Type.String({ description: 'ISO 8601, UTC', format: 'date-time' })

export const SymbolName = Type.String({ minLength: 1, maxLength: 64, examples: ['ETH/USDT'] })
export const VenueName = Type.String({ minLength: 1, maxLength: 64, examples: ['binance', 'demo-1'] })
export const Direction = Type.Union([Type.Literal('LONG'), Type.Literal('SHORT')])
export const ConfidenceBandName = Type.Union([
  Type.Literal('high'),
  Type.Literal('medium'),
  Type.Literal('low'),
])
export const ActionName = Type.Union([Type.Literal('BUY'), Type.Literal('SELL'), Type.Literal('HOLD')])
/** P(BUY), P(SELL), P(HOLD) of one second. */
export const ScoresOut = Type.Object({ BUY: Type.Number(), SELL: Type.Number(), HOLD: Type.Number() })
export const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** ccxt's form: [open time ms, open, high, low, close, volume]. */
export const CandleRow = Type.Unsafe<[number, number, number, number, number, number]>(
  Type.Array(Type.Number(), { minItems: 6, maxItems: 6 }),
)
export type CandleRow = Static<typeof CandleRow>

export const GapOut = Type.Object({ timeframe: TimeframeName, from: IsoOut, to: IsoOut })
export type GapOut = Static<typeof GapOut>

/** Where a trader's mark came from: what could be seen while marking, and when. */
export const Provenance = Type.Object({
  mode: Type.Union([
    Type.Literal('hindsight'),
    Type.Literal('replay'),
    Type.Literal('live'),
    Type.Literal('proposal'),
  ]),
  visible_until: Nullable(IsoOut),
  created_at: IsoOut,
  seconds_spent: Nullable(Type.Number({ minimum: 0 })),
  annotator: Type.Optional(
    Type.String({ description: 'who made it, where the file it was imported from says so' }),
  ),
})
export type Provenance = Static<typeof Provenance>

export const ErrorBody = Type.Object({
  error: Type.Object(
    { code: Type.String(), message: Type.String(), field: Type.Optional(Type.String()) },
    { additionalProperties: true },
  ),
})
export type ErrorBody = Static<typeof ErrorBody>
