// The page: static files of dist/ under a strict content policy; every path that is no file and no API is its index.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { answerUnknownPath } from '../failures.ts'
import { isOfInterface, routeOf } from '../request-path.ts'
import type { Server } from '../typed.ts'

/** The one inline style there is: the attribution mark of lightweight-charts, word for word. */
export const CHART_ATTRIBUTION_STYLE =
  'a#tv-attr-logo{--fill:#131722;--stroke:#fff;position:absolute;left:10px;bottom:10px;height:19px;width:35px;margin:0;padding:0;border:0;z-index:3;}a#tv-attr-logo[data-dark]{--fill:#D1D4DC;--stroke:#131722;}'

const STYLE_HASH = createHash('sha256').update(CHART_ATTRIBUTION_STYLE).digest('base64')

const HEADERS = {
  'content-security-policy': [
    "default-src 'self'",
    `style-src 'self' 'sha256-${STYLE_HASH}'`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** `folder` is where the page was built; without it, `/` says how to build it. */
export async function servePage(server: Server, folder: string): Promise<void> {
  server.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    reply.headers(HEADERS)
  })
  const built = existsSync(join(folder, 'index.html'))
  if (built) await serveFiles(server, folder)
  server.setNotFoundHandler((request, reply) => {
    const route = routeOf(request)
    const wantsPage = request.method === 'GET' && !isOfInterface(route) && !/^\/assets(\/|$)/.test(route)
    if (!wantsPage) return answerUnknownPath(request, reply)
    if (!built)
      return reply.type('text/plain').send('The page is not built yet: npm run build, then reload.\n')
    return reply.header('cache-control', 'no-cache').sendFile('index.html', folder)
  })
}

/** Files whose name holds a hash of their content may be kept; the index is asked for each time. */
async function serveFiles(server: Server, folder: string): Promise<void> {
  await server.register(fastifyStatic, {
    root: folder,
    index: 'index.html',
    cacheControl: false,
    setHeaders: (response, path) => {
      const forever = path.startsWith(join(folder, 'assets'))
      response.setHeader('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
