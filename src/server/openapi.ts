// /api/openapi.json, made from the very schemas that check requests.
import swagger from '@fastify/swagger'
import type { Server } from './typed.ts'

/** Must be registered before the routes it describes. */
export async function describeApi(server: Server, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'ANNOTATE',
        version,
        description:
          'Marks on charts become test cases, models learn from them, and the trained model answers each second. ' +
          'Timestamps in: ISO 8601 with an offset, or UTC milliseconds. Timestamps out: ISO 8601 UTC.',
      },
      servers: [{ url: '/' }],
    },
  })
}

export function openApiRoute(server: Server): void {
  server.get('/api/openapi.json', { schema: { hide: true } }, () => server.swagger())
}
