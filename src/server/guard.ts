// Who may talk to the server: this machine alone, unless a token was set; never a foreign page in the trader's browser.
import type { FastifyRequest } from 'fastify'
import type { Clock } from '../core/clock.ts'
import { AppError } from '../core/errors.ts'
import { routeOf } from './request-path.ts'
import { signIn } from './sign-in.ts'
import type { Server } from './typed.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
/** What a browser says of requests from this server's own page, or from the address bar. Another port is another site's affair. */
const OWN_SITES: ReadonlySet<unknown> = new Set(['same-origin', 'none'])

export interface GuardOptions {
  /** The address listened on. */
  host: string
  /** Asked of every request when set. */
  token?: string | undefined
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** @throws AppError `token_needed` for an address that others can reach, without a token. */
export function requireSafeBinding({ host, token }: GuardOptions): void {
  if (isLoopback(host) || (token !== undefined && token.length >= 16)) return
  throw new AppError(
    'token_needed',
    `--host ${host} can be reached from other machines: set a token of at least 16 characters with ANNOTATE_TOKEN or --token, or keep the default 127.0.0.1.`,
    { field: 'host' },
  )
}

/** Adds the checks before every route. */
export function guard(server: Server, options: GuardOptions, clock: Clock): void {
  const requireToken = options.token === undefined ? undefined : signIn(options.token, clock)
  server.addHook('onRequest', async (request, reply) => {
    requireOwnHost(request, options)
    requireOwnOrigin(request)
    await requireToken?.(request, reply)
  })
}

/** DNS rebinding: a foreign name that resolves to this machine still carries its own name in Host. */
function requireOwnHost(request: FastifyRequest, { host, token }: GuardOptions): void {
  const named = hostnameOf(request.headers.host)
  if (token !== undefined || isLoopback(named) || named === host) return
  throw forbidden(
    'foreign_host',
    `Host ${named} is not this server: open it as http://127.0.0.1 or localhost.`,
  )
}

/** Requests that change something, and event streams, must not come from another site's page. */
function requireOwnOrigin(request: FastifyRequest): void {
  const { origin, host, 'sec-fetch-site': site } = request.headers
  if (SAFE.has(request.method) && !isEventStream(request)) return
  const isOwn =
    (origin === undefined || sameHost(origin, host)) && (site === undefined || OWN_SITES.has(site))
  if (!isOwn)
    throw forbidden('foreign_origin', `Requests from pages of ${origin ?? 'other sites'} are not taken.`)
}

function isEventStream(request: FastifyRequest): boolean {
  return routeOf(request) === '/api/events'
}

function sameHost(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}

function hostnameOf(host: string | undefined): string {
  const named = host ?? ''
  return named.startsWith('[') ? named.slice(0, named.indexOf(']') + 1) : (named.split(':')[0] ?? '')
}

function forbidden(code: string, message: string): AppError {
  return new AppError(code, message, { status: 403 })
}
