// The HTTP interface, said once: each operation's body, query, answers and refusals. The server registers these, clients call
// by them, OpenAPI is made of them. Their addresses stand in addresses.ts.
import Type from 'typebox'
import type { Operation } from './addresses.ts'
import { EventsQuery } from './events.ts'
import { HealthOut } from './market.ts'
import type { Route } from './route.ts'
import { alertRoutes } from './routes/alerts.ts'
import { annotationRoutes } from './routes/annotations.ts'
import { backtestRoutes } from './routes/backtests.ts'
import { callRoutes } from './routes/calls.ts'
import { dataSetRoutes } from './routes/data-set.ts'
import { inferenceRoutes } from './routes/inference.ts'
import { marketRoutes } from './routes/market.ts'
import { modelRoutes } from './routes/models.ts'
import { momentRoutes } from './routes/moments.ts'
import { previewRoutes } from './routes/preview.ts'
import { shownRoutes } from './routes/shown.ts'
import { suggestionRoutes } from './routes/suggestions.ts'
import { trainingRoutes } from './routes/training.ts'

const serverRoutes = {
  getHealth: {
    summary: 'Status, version, data source and counts',
    tag: 'health',
    answers: { 200: HealthOut },
  },
  getOpenApi: {
    summary: 'This description',
    tag: 'health',
    answers: { 200: Type.Record(Type.String(), Type.Unknown()) },
  },
  streamEvents: {
    summary: 'Server-sent events; the payload of each is what its GET call answers',
    description:
      'Resumes after Last-Event-ID, or `last_event_id`. An id that is not known any more gets one event `reset`: read everything anew.',
    tag: 'events',
    query: EventsQuery,
    answers: { 200: Type.String({ description: 'events' }) },
    answersAs: 'text/event-stream',
  },
} as const

export const routes = {
  ...serverRoutes,
  ...marketRoutes,
  ...annotationRoutes,
  ...shownRoutes,
  ...modelRoutes,
  ...trainingRoutes,
  ...backtestRoutes,
  ...previewRoutes,
  ...momentRoutes,
  ...suggestionRoutes,
  ...dataSetRoutes,
  ...inferenceRoutes,
  ...callRoutes,
  ...alertRoutes,
} as const satisfies Record<Operation, Route>
