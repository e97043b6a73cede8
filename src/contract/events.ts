// The event stream, said once: name → payload. What a GET answers is what its event carries.
import Type, { type Static, type TSchema } from 'typebox'
import { AnnotationOut, TestCaseState } from './annotations.ts'
import { BacktestOut } from './backtests.ts'
import { EVENT_NAMES, type EventName } from './event-names.ts'
import { SessionOut, SignalOut } from './inference.ts'
import { CallOut } from './live-calls.ts'
import { CandleEvent, HealthOut } from './market.ts'
import { OrderBookOut } from './order-book.ts'
import { PreviewOut } from './preview.ts'
import { SymbolName, VenueName } from './shapes.ts'
import { ModelOut, TrainingRunOut } from './training.ts'

export const AnnotationChange = Type.Union([
  Type.Literal('created'),
  Type.Literal('replaced'),
  Type.Literal('deleted'),
  Type.Literal('restored'),
])
export type AnnotationChange = Static<typeof AnnotationChange>

/** The annotation as it is now, and what was done to it. */
export const AnnotationEvent = Type.Object({ ...AnnotationOut.properties, change: AnnotationChange })
export type AnnotationEvent = Static<typeof AnnotationEvent>

export const events = {
  candle: CandleEvent,
  order_book: OrderBookOut,
  annotation: AnnotationEvent,
  test_case: TestCaseState,
  training: TrainingRunOut,
  backtest: BacktestOut,
  preview: PreviewOut,
  model: ModelOut,
  signal: SignalOut,
  call: CallOut,
  session: SessionOut,
  health: HealthOut,
} as const satisfies Record<EventName, TSchema>

export type EventPayloads = { [Name in EventName]: Static<(typeof events)[Name]> }

/** An event with its payload, by name. */
export type WireEvent = {
  [Name in EventName]: { readonly type: Name; readonly data: EventPayloads[Name] }
}[EventName]

export const EventsQuery = Type.Object(
  {
    symbol: Type.Optional(SymbolName),
    venue: Type.Optional(VenueName),
    types: Type.Optional(
      Type.String({
        description: `Comma-separated, of: ${EVENT_NAMES.join(', ')}. Default: all.`,
        examples: ['candle,signal'],
      }),
    ),
    last_event_id: Type.Optional(
      Type.String({ description: 'what was heard last, where no Last-Event-ID header can be sent' }),
    ),
    token: Type.Optional(
      Type.String({ description: 'where the server asks for one and no header can be sent' }),
    ),
  },
  { additionalProperties: false },
)
