// /api/models/custom/checkpoints: a user's own ONNX file comes in.
import Type from 'typebox'
import { ModelOut } from '../../contract/training.ts'
import { CUSTOM } from '../../orchestrator/custom/custom.ts'
import { importModel } from '../../orchestrator/custom/import-model.ts'
import type { App } from '../app.ts'
import { answers, type Server } from '../typed.ts'

/** A network of some fifty million weights. */
const LARGEST_FILE = 256 * 2 ** 20

const Upload = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128, description: 'what the file is called in the list' }),
    on: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'probability that opens a call' }),
    ),
  },
  { additionalProperties: false },
)

export function customModelRoutes(server: Server, app: App): void {
  const schema = {
    summary:
      'Take in an ONNX file of your own (body: application/octet-stream); a wrong one is refused in words',
    tags: ['models'],
    querystring: Upload,
    response: answers(201, ModelOut),
  }
  server.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer', bodyLimit: LARGEST_FILE },
    (_request, body, done) => done(null, body),
  )
  server.post(
    '/api/models/custom/checkpoints',
    { schema, bodyLimit: LARGEST_FILE },
    async ({ query, body }, reply) => {
      const onnx = body instanceof Uint8Array ? body : new Uint8Array()
      await importModel({
        checkpoints: app.checkpoints,
        file: query.name,
        onnx,
        ...(query.on === undefined ? {} : { on: query.on }),
      })
      return reply.status(201).send(await app.orchestrator.model(CUSTOM))
    },
  )
}
