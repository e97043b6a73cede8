// Bodies are JSON and nothing else; an empty one is no body, as clients send with POSTs that need none.
import type { Server } from './typed.ts'

export function readBodies(server: Server): void {
  server.removeContentTypeParser('text/plain')
  const parse = server.getDefaultJsonParser('error', 'error')
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else void parse(request, body.toString(), done)
  })
}
