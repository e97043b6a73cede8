// What the rooms tell becomes events of the one stream.
import type { TestCaseState } from '../contract/annotations.ts'
import type { SessionOut } from '../contract/inference.ts'
import type { CallOut } from '../contract/live-calls.ts'
import type { App } from './app.ts'
import { withMatches } from './call-matches.ts'
import type { EventStream } from './event-stream.ts'
import { describeHealth } from './health.ts'
import { PreviewEvents } from './preview-events.ts'
import { bookOfSecond } from './order-books.ts'
import { candleEvent } from './routes/candles.ts'
import { withAccuracy } from './session-accuracy.ts'

const HEALTH_EVERY_MS = 2_000

/** Returns the function that ends it. */
export function forwardEvents(app: App, events: EventStream): () => void {
  const previews = new PreviewEvents(app, events)
  const endings = [
    app.bus.on('annotation', ({ annotation }) => previews.changed(annotation)),
    app.bus.on('reviewed_spans', (market) => previews.changed(market)),
    app.bus.on('rejected_holds', (market) => previews.changed(market)),
    app.provider.onCandle((update) =>
      events.publish({ topic: 'candle', ...update.market, payload: candleEvent(update) }),
    ),
    app.provider.onEverySecond(async (market, second) => {
      if (!events.isWanted('order_book')) return
      const payload = bookOfSecond(app.books, market, second)
      if (payload !== null) events.publish({ topic: 'order_book', ...market, payload })
    }),
    app.bus.on('annotation', (change) => {
      const { symbol, venue } = change.annotation
      events.publish({
        topic: 'annotation',
        symbol,
        venue,
        payload: { ...change.annotation, change: change.type },
      })
      if (change.type !== 'deleted') void publishCase(app, events, change.annotation.id)
    }),
    app.bus.on('test_case', (state) => sendCase(events, state)),
    app.bus.on('training', (run) => {
      events.publish({ topic: 'training', symbol: null, venue: null, payload: run })
    }),
    app.bus.on('backtest', (backtest) => {
      events.publish({ topic: 'backtest', symbol: null, venue: null, payload: backtest })
    }),
    app.bus.on('model', (model) => {
      events.publish({ topic: 'model', symbol: null, venue: null, payload: model })
    }),
    app.bus.on('signal', (signal) => {
      events.publish({ topic: 'signal', symbol: signal.symbol, venue: signal.venue, payload: signal })
    }),
    app.bus.on('call', (call) => void publishCall(app, events, call)),
    app.bus.on('session', (session) => void publishSession(app, events, session)),
    every(HEALTH_EVERY_MS, () => {
      if (events.clients > 0) void publishHealth(app, events)
    }),
  ]
  return () => {
    for (const end of endings) end()
  }
}

async function publishCall(app: App, events: EventStream, call: CallOut): Promise<void> {
  const { symbol, venue } = call
  try {
    const [payload = call] = await withMatches(app, [call])
    events.publish({ topic: 'call', symbol, venue, payload })
  } catch {
    // The workspace is closing under the last call.
  }
}

async function publishSession(app: App, events: EventStream, session: SessionOut): Promise<void> {
  const { symbol, venue } = session
  try {
    events.publish({ topic: 'session', symbol, venue, payload: await withAccuracy(app, session) })
  } catch {
    // The workspace is closing under the last session.
  }
}

async function publishCase(app: App, events: EventStream, annotationId: string): Promise<void> {
  try {
    const state = await app.testCases.stateOf(annotationId)
    if (state !== null) sendCase(events, state)
  } catch {
    // The workspace is closing under the last annotation.
  }
}

function sendCase(events: EventStream, state: TestCaseState): void {
  events.publish({ topic: 'test_case', symbol: state.symbol, venue: state.venue, payload: state })
}

async function publishHealth(app: App, events: EventStream): Promise<void> {
  try {
    events.publish({ topic: 'health', symbol: null, venue: null, payload: await describeHealth(app) })
  } catch {
    // The workspace is closing under the last timer.
  }
}

function every(ms: number, work: () => void): () => void {
  const timer = setInterval(work, ms)
  timer.unref()
  return () => clearInterval(timer)
}
