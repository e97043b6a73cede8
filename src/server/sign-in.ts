// Who has the token, or a cookie that the token has bought: asked before every route when a token was set.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../core/clock.ts'
import { AppError } from '../core/errors.ts'
import { Attempts } from './attempts.ts'
import { queryOf, routeOf } from './request-path.ts'
import { SessionCookie } from './session-cookie.ts'

export type SignIn = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/**
 * By bearer header, by cookie, or once in the query (`/?token=…`), which then sets the cookie.
 * @throws AppError (of what is returned) 401 `token_needed`; 429 `too_many_attempts`
 */
export function signIn(token: string, clock: Clock): SignIn {
  const cookie = new SessionCookie(token, clock)
  const attempts = new Attempts(clock)
  return async (request, reply) => {
    if (cookie.isValid(request.headers.cookie)) return withoutToken(request, reply)
    const inQuery = queryOf(request).get('token')
    const given = inQuery ?? bearer(request.headers.authorization)
    if (given === undefined) throw tokenNeeded()
    attempts.requireTurn(request.ip)
    if (!isSame(given, token)) {
      attempts.failed(request.ip)
      throw tokenNeeded()
    }
    attempts.succeeded(request.ip)
    if (inQuery === null) return
    reply.header('set-cookie', cookie.issue())
    await withoutToken(request, reply)
  }
}

/** Keeps the token out of the address bar: the page goes on at the same path of this server. */
async function withoutToken(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const isPage = request.method === 'GET' && !routeOf(request).startsWith('/api')
  if (!isPage || !queryOf(request).has('token')) return
  const path = request.url.split('?')[0] ?? ''
  await reply.redirect(`/${path.replace(/^[/\\]+/, '')}`)
}

function bearer(header: string | undefined): string | undefined {
  return /^Bearer (.+)$/i.exec(header ?? '')?.[1]
}

/** Takes the same time wherever the texts differ. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}

function tokenNeeded(): AppError {
  return new AppError(
    'token_needed',
    'This server asks for its token: as "Authorization: Bearer …", or once in the address as /?token=….',
    { status: 401 },
  )
}
