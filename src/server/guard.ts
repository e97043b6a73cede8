// Who may talk to the server: this machine alone, unless a token was set; never a foreign page in the trader's browser.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import type { Server } from './typed.ts'

const COOKIE = 'annotate_token'
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

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
export function guard(server: Server, options: GuardOptions): void {
  server.addHook('onRequest', async (request, reply) => {
    requireOwnHost(request, options)
    requireOwnOrigin(request)
    await requireToken(request, reply, options.token)
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
  const foreign = origin === undefined ? site === 'cross-site' : !sameHost(origin, host)
  if (foreign)
    throw forbidden('foreign_origin', `Requests from pages of ${origin ?? 'other sites'} are not taken.`)
}

function isEventStream(request: FastifyRequest): boolean {
  return request.url.startsWith('/api/events')
}

function sameHost(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}

/** By bearer header, by cookie, or once in the query (`/?token=…`), which then sets the cookie. */
async function requireToken(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string | undefined,
): Promise<void> {
  if (token === undefined) return
  const query = new URL(request.url, 'http://server').searchParams.get('token')
  if (query !== null && equal(query, token)) return welcome(request, reply, token)
  const given = bearer(request.headers.authorization) ?? cookie(request.headers.cookie)
  if (given !== undefined && equal(given, token)) return
  throw new AppError(
    'token_needed',
    'This server asks for its token: as "Authorization: Bearer …", or once in the address as /?token=….',
    { status: 401 },
  )
}

/** Keeps the token out of the address bar: the page goes on with a cookie that scripts cannot read. */
async function welcome(request: FastifyRequest, reply: FastifyReply, token: string): Promise<void> {
  reply.header('set-cookie', `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`)
  if (request.method !== 'GET' || request.url.startsWith('/api')) return
  await reply.redirect(request.url.split('?')[0] ?? '/')
}

function bearer(header: string | undefined): string | undefined {
  return /^Bearer (.+)$/i.exec(header ?? '')?.[1]
}

function cookie(header: string | undefined): string | undefined {
  const found = header?.split('; ').find((part) => part.startsWith(`${COOKIE}=`))
  return found === undefined ? undefined : decodeSafely(found.slice(COOKIE.length + 1))
}

function decodeSafely(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Takes the same time wherever the texts differ. */
function equal(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}

function hostnameOf(host: string | undefined): string {
  const named = host ?? ''
  return named.startsWith('[') ? named.slice(0, named.indexOf(']') + 1) : (named.split(':')[0] ?? '')
}

function forbidden(code: string, message: string): AppError {
  return new AppError(code, message, { status: 403 })
}
