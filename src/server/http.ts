// The HTTP server over an app: routes by concern, one event stream, one way for requests to fail.
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import fastify, { LogController, type FastifyBaseLogger } from 'fastify'
import type { Logger } from 'pino'
import type { App } from './app.ts'
import { AppError } from '../core/errors.ts'
import { readBodies } from './bodies.ts'
import { forwardEvents } from './event-sources.ts'
import { EventStream } from './event-stream.ts'
import { answerFailure } from './failures.ts'
import { guard, isLoopback, requireSafeBinding } from './guard.ts'
import { describeApi, openApiRoute } from './openapi.ts'
import { annotationRoutes } from './routes/annotations.ts'
import { candleRoutes, marketRoutes } from './routes/candles.ts'
import { exchangeRoutes } from './routes/exchanges.ts'
import { customModelRoutes } from './routes/custom-model.ts'
import { eventRoutes } from './routes/events.ts'
import { healthRoutes } from './routes/health.ts'
import { inferenceRoutes } from './routes/inference.ts'
import { ledgerRoutes } from './routes/ledger.ts'
import { metricsRoute } from './routes/metrics.ts'
import { modelRoutes } from './routes/models.ts'
import { orderBookRoutes } from './routes/order-books.ts'
import { servePage } from './routes/page.ts'
import { reviewedSpanRoutes } from './routes/reviewed-spans.ts'
import { testCaseRoutes } from './routes/test-cases.ts'
import { trainingRoutes } from './routes/training.ts'
import { checkBySchema } from './schema-check.ts'
import type { BySchema, Server } from './typed.ts'

export interface HttpOptions {
  /** 127.0.0.1 by default; another address needs a token. */
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  readonly token?: string | undefined
  readonly logger: Logger
  /** Where the page was built; `dist` of the package by default. */
  readonly page?: string
}

export interface RunningServer {
  readonly url: string
  /** Ends open streams and requests; the app is left to its owner. */
  close(): Promise<void>
}

const PAGE = fileURLToPath(new URL('../../dist', import.meta.url))
const LARGEST_BODY = 1 << 20

/** @throws AppError `token_needed` for an address that others can reach; `port_in_use` */
export async function serveHttp(app: App, options: HttpOptions): Promise<RunningServer> {
  requireSafeBinding(options)
  const events = new EventStream({ firstId: app.clock.now() * 1000 })
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

async function createServer(app: App, events: EventStream, options: HttpOptions): Promise<Server> {
  const logger: FastifyBaseLogger = options.logger
  const server: Server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    bodyLimit: LARGEST_BODY,
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<BySchema>()
  readBodies(server)
  server.setValidatorCompiler(checkBySchema)
  server.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
  server.setErrorHandler(answerFailure)
  guard(server, options, app.clock)
  await describeApi(server, app.version)
  addRoutes(server, app, events)
  await servePage(server, options.page ?? PAGE)
  return server
}

function addRoutes(server: Server, app: App, events: EventStream): void {
  openApiRoute(server)
  healthRoutes(server, app)
  candleRoutes(server, app)
  marketRoutes(server, app)
  exchangeRoutes(server, app)
  ledgerRoutes(server, app)
  orderBookRoutes(server, app)
  annotationRoutes(server, app)
  reviewedSpanRoutes(server, app)
  testCaseRoutes(server, app)
  modelRoutes(server, app)
  customModelRoutes(server, app)
  trainingRoutes(server, app)
  inferenceRoutes(server, app)
  eventRoutes(server, events)
  const metrics = metricsRoute(server, () => events.clients)
  app.bus.on('signal', (signal) => metrics.signal(signal))
}

function urlOf(host: string, server: Server): string {
  const { port } = server.server.address() as AddressInfo
  const name = host.includes(':') ? `[${host}]` : host
  return `http://${isLoopback(host) ? name : host === '0.0.0.0' ? '127.0.0.1' : name}:${port}`
}
