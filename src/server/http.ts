// The HTTP server over an app: routes by concern, one event stream, one way for requests to fail.
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import fastify, { LogController, type FastifyBaseLogger } from 'fastify'
import type { Logger } from 'pino'
import type { EventName } from '../contract/event-names.ts'
import type { EventPayloads } from '../contract/events.ts'
import type { App } from './app.ts'
import { AppError } from '../core/errors.ts'
import { forwarded } from './beside/forwarding.ts'
import { readBodies } from './bodies.ts'
import { forwardEvents } from './event-sources.ts'
import { EventStream, type StreamEvent } from './event-stream.ts'
import { answerFailure, answerUnreadable } from './failures.ts'
import { guard, isLoopback, requireSafeBinding } from './guard.ts'
import { answerOtherMethods } from './methods.ts'
import { describeApi } from './openapi.ts'
import { registerOperations } from './register.ts'
import { alertHandlers } from './routes/alerts.ts'
import { annotationHandlers } from './routes/annotations.ts'
import { backtestHandlers } from './routes/backtests.ts'
import { callHandlers } from './routes/calls.ts'
import { candleHandlers } from './routes/candles.ts'
import { eventRoutes } from './routes/events.ts'
import { exchangeHandlers } from './routes/exchanges.ts'
import { healthHandlers } from './routes/health.ts'
import { importHandlers } from './routes/imports.ts'
import { inferenceHandlers } from './routes/inference.ts'
import { ledgerHandlers } from './routes/ledger.ts'
import { metricsRoute } from './routes/metrics.ts'
import { modelHandlers } from './routes/models.ts'
import { momentHandlers } from './routes/moments.ts'
import { orderBookHandlers } from './routes/order-books.ts'
import { servePage } from './routes/page.ts'
import { previewHandlers } from './routes/preview.ts'
import { reviewedSpanHandlers } from './routes/reviewed-spans.ts'
import { shownHandlers } from './routes/shown.ts'
import { dataSetHandlers } from './routes/data-set.ts'
import { suggestionHandlers } from './routes/suggestions.ts'
import { testCaseHandlers } from './routes/test-cases.ts'
import { trainingHandlers } from './routes/training.ts'
import { checkBySchema } from './schema-check.ts'
import type { Answered, Handlers, Server } from './typed.ts'

export interface HttpOptions {
  /** 127.0.0.1 by default; another address needs a token. */
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  readonly token?: string | undefined
  readonly logger: Logger
  /** Failures so far that nobody caught, for the metrics. */
  readonly unhandled?: () => number
  /** Where the page was built; `dist` of the package by default. */
  readonly page?: string
}

export interface RunningServer {
  readonly url: string
  /** Ends open streams and requests; the app is left to its owner. */
  close(): Promise<void>
}

type Published = StreamEvent<EventName, EventPayloads[EventName]>

const PAGE = fileURLToPath(new URL('../../dist', import.meta.url))
const LARGEST_BODY = 1 << 20
/** Node's own limit of the head of a request, bytes. */
const LARGEST_HEAD = 1 << 14

/** In place of fastify's own compilers, which it would load first though ours are set: a third of a server's start. */
function notAsked(): never {
  throw new Error('The compilers of schemas are those that were set.')
}

/** @throws AppError `token_needed` for an address that others can reach; `port_in_use` */
export async function serveHttp(app: App, options: HttpOptions): Promise<RunningServer> {
  requireSafeBinding(options)
  const { talk } = app
  const events: EventStream = new EventStream({
    firstId: app.clock.now() * 1000,
    onPublish: (event) => talk?.tellEvent(event),
    isWantedElsewhere: (topic) => topic === 'preview' && talk?.isOwner === true && talk.hasCompany,
  })
  // As another published it.
  talk?.showOn({ onEvent: (event) => events.show(event as Published), onMissed: () => events.reset() })
  const server = await createServer(app, events, options)
  const stopForwarding = forwardEvents(app, events)
  await listen(server, options)
  return {
    url: urlOf(options.host, server),
    async close() {
      stopForwarding()
      events.close()
      await server.close()
    },
  }
}

async function listen(server: Server, { host, port }: HttpOptions): Promise<void> {
  try {
    await server.listen({ host, port })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error
    const message = `${host}:${port} cannot be listened on (${code}): another program has it, or it is not yours. Choose another with --port; 0 takes any free one.`
    throw new AppError('port_in_use', message, { field: 'port', cause: error })
  }
}

export async function createServer(app: App, events: EventStream, options: HttpOptions): Promise<Server> {
  const logger: FastifyBaseLogger = options.logger
  const server: Server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    bodyLimit: LARGEST_BODY,
    // Beyond what a request's head can hold: how long an id may be is its schema's to say.
    routerOptions: { maxParamLength: LARGEST_HEAD },
    frameworkErrors: (error, request, reply) => void answerFailure(error, request, reply),
    clientErrorHandler: answerUnreadable,
    schemaController: { compilersFactory: { buildValidator: notAsked, buildSerializer: notAsked } },
  })
  readBodies(server)
  server.setValidatorCompiler(checkBySchema)
  server.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
  server.setErrorHandler(answerFailure)
  guard(server, options, app.clock)
  answerOtherMethods(server)
  addRoutes(server, app, events, options.unhandled)
  await servePage(server, options.page ?? PAGE)
  return server
}

function addRoutes(server: Server, app: App, events: EventStream, unhandled?: () => number): void {
  registerOperations(server, forwarded(app, handlersOf(app)))
  eventRoutes(server, events)
  const metrics = metricsRoute(server, {
    eventClients: () => events.clients,
    unhandled: unhandled ?? (() => 0),
    checks: () => app.inference.checks,
    states: () => app.inference.statesMade,
  })
  app.bus.on('signal', (signal) => metrics.signal(signal))
}

function handlersOf(app: App): Handlers<Answered> {
  let description: ReturnType<typeof describeApi> | undefined
  return {
    getOpenApi: () => (description ??= describeApi(app.version)),
    ...healthHandlers(app),
    ...candleHandlers(app),
    ...exchangeHandlers(app),
    ...ledgerHandlers(app),
    ...importHandlers(app),
    ...orderBookHandlers(app),
    ...annotationHandlers(app),
    ...reviewedSpanHandlers(app),
    ...shownHandlers(app),
    ...testCaseHandlers(app),
    ...modelHandlers(app),
    ...trainingHandlers(app),
    ...backtestHandlers(app),
    ...previewHandlers(app),
    ...momentHandlers(app),
    ...suggestionHandlers(app),
    ...dataSetHandlers(app),
    ...inferenceHandlers(app),
    ...callHandlers(app),
    ...alertHandlers(app),
  }
}

function urlOf(host: string, server: Server): string {
  const { port } = server.server.address() as AddressInfo
  const name = host.includes(':') ? `[${host}]` : host
  return `http://${isLoopback(host) ? name : host === '0.0.0.0' ? '127.0.0.1' : name}:${port}`
}
