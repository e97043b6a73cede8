// Names of what the event stream sends; their payloads stand in events.ts.

export const EVENT_NAMES = [
  'candle',
  'order_book',
  'annotation',
  'test_case',
  'training',
  'backtest',
  'preview',
  'model',
  'signal',
  'call',
  'session',
  'health',
] as const
export type EventName = (typeof EVENT_NAMES)[number]
