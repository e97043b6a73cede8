// Alerts: where calls are sent as they open, which of them, and what became of each delivery.
import Type, { type Static } from 'typebox'
import { CallOut } from './live-calls.ts'
import { IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'

const Side = Type.Union([Type.Literal('BUY'), Type.Literal('SELL')])

/** Which calls: all of what is given must hold; what is not given holds of every call. */
const FILTERS = {
  session: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  model: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  symbol: Type.Optional(SymbolName),
  venue: Type.Optional(VenueName),
  action: Type.Optional(Side),
  /** Of its session. */
  pattern: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  min_confidence: Type.Optional(
    Type.Number({ minimum: 0, maximum: 100, description: 'calls without a confidence are then left out' }),
  ),
}

export const AlertBody = Type.Object(
  {
    url: Type.String({
      minLength: 1,
      maxLength: 2_000,
      description: 'http or https; each call is sent there by POST',
      examples: ['https://example.org/calls'],
    }),
    ...FILTERS,
    outcomes: Type.Optional(Type.Boolean({ default: false, description: 'send also how each call ended' })),
  },
  { additionalProperties: false },
)
export type AlertBody = Static<typeof AlertBody>

export const AlertOut = Type.Object({
  id: Type.String(),
  url: Type.String(),
  ...FILTERS,
  outcomes: Type.Boolean(),
  created_at: IsoOut,
  /** Deliveries: still to be made, made, and given up. */
  waiting: Type.Integer(),
  delivered: Type.Integer(),
  dead: Type.Integer(),
})
export type AlertOut = Static<typeof AlertOut>
export const AlertsOut = Type.Object({ alerts: Type.Array(AlertOut) })

/** The secret is told once. */
export const NewAlertOut = Type.Object({
  ...AlertOut.properties,
  secret: Type.String({ description: 'what deliveries are signed with; it is not told again' }),
})
export type NewAlertOut = Static<typeof NewAlertOut>

export const DeliveryState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('delivered'),
  Type.Literal('dead'),
])
export type DeliveryState = Static<typeof DeliveryState>

const DeliveryType = Type.Union([Type.Literal('call'), Type.Literal('outcome'), Type.Literal('test')])
export type DeliveryType = Static<typeof DeliveryType>

/** What is sent. The same `id` may come again, where an answer was lost: it is the same delivery. */
export const DeliveryContent = Type.Object({
  id: Type.String(),
  type: DeliveryType,
  /** Null of a test. */
  call: Nullable(CallOut),
})
export type DeliveryContent = Static<typeof DeliveryContent>

export const DeliveryOut = Type.Object({
  id: Type.String(),
  alert: Type.String(),
  type: DeliveryType,
  /** Null of a test. */
  call: Nullable(Type.String()),
  state: DeliveryState,
  attempts: Type.Integer(),
  created_at: IsoOut,
  /** Of one that waits. */
  next_attempt_at: Nullable(IsoOut),
  delivered_at: Nullable(IsoOut),
  /** Why the last attempt failed, in words. */
  error: Nullable(Type.String()),
})
export type DeliveryOut = Static<typeof DeliveryOut>

export const DeliveriesQuery = Type.Object(
  {
    state: Type.Optional(DeliveryState),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 50 })),
  },
  { additionalProperties: false },
)
export type DeliveriesQuery = Static<typeof DeliveriesQuery>
export const DeliveriesOut = Type.Object({ deliveries: Type.Array(DeliveryOut) })
