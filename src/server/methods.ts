// A method that a path does not take is told which it takes: as the routes were registered, so nobody keeps a list.
import type { FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import { isOfInterface } from './request-path.ts'
import type { Server } from './typed.ts'

interface KnownPath {
  /** What stands between the slashes; `:name` stands for anything. */
  readonly parts: readonly string[]
  readonly methods: Set<string>
}

/**
 * Before routes are added and after the guard: a known path of the interface answers `method_not_allowed` (405, with `Allow`) to another method, before
 * its body is read, and OPTIONS with 204.
 */
export function answerOtherMethods(server: Server): void {
  const known: KnownPath[] = []
  server.addHook('onRoute', ({ url, method }) => {
    if (isOfInterface(url)) known.push({ parts: url.split('/'), methods: new Set([method].flat()) })
  })
  server.addHook('onRequest', async (request, reply) => {
    if (isOfInterface(request.routeOptions.url ?? '')) return
    const taken = methodsAt(known, partsOf(request))
    if (taken.length === 0) return
    const allow = [...taken, 'OPTIONS'].toSorted()
    if (request.method !== 'OPTIONS') throw notAllowed(request, allow)
    await reply.code(204).header('allow', allow.join(', ')).send()
  })
}

function methodsAt(known: readonly KnownPath[], asked: readonly string[]): string[] {
  const isSame = ({ parts }: KnownPath): boolean =>
    parts.length === asked.length &&
    parts.every((part, i) => (part.startsWith(':') ? asked[i] !== '' : part === asked[i]))
  return [...new Set(known.filter(isSame).flatMap(({ methods }) => [...methods]))]
}

/** Decoded one by one: a slash within an id parts nothing. */
function partsOf({ url }: FastifyRequest): string[] {
  const [path = ''] = url.split(/[?#]/)
  return path.split('/').map((part) => {
    try {
      return decodeURIComponent(part)
    } catch {
      return part
    }
  })
}

function notAllowed({ method, url }: FastifyRequest, allow: readonly string[]): AppError {
  const message = `${method} is nothing that ${url.split('?')[0] ?? ''} takes: it takes ${allow.join(', ')}. GET /api/openapi.json says what each does.`
  return new AppError('method_not_allowed', message, { status: 405, details: { allow } })
}
