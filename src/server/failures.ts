// Every failure leaves as `{"error": {code, message, field?, …details}}`, in words; what is ours to mend is logged.
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorBody } from '../contract/shapes.ts'
import { AppError, unknownThing } from '../core/errors.ts'
import { storageFault } from '../core/storage-fault.ts'

/** fastify's own faults that a caller can cause, in our words. */
const FRAMEWORK: Record<string, { code: string; message: string }> = {
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: 'invalid_json',
    message: 'The body is not JSON, or has a key that JavaScript keeps for itself, such as __proto__.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'invalid_content_type',
    message: 'Send the body as JSON, with the header content-type: application/json.',
  },
  FST_ERR_BAD_URL: {
    code: 'invalid_request',
    message: 'The path is not a path: percent signs are followed by two hexadecimal digits.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body_too_large', message: 'The body is larger than 1 MB.' },
}

export function errorBody(error: AppError): ErrorBody {
  const { code, message, field, details } = error
  return { error: { ...details, code, message, ...(field === undefined ? {} : { field }) } }
}

export function answerFailure(
  error: FastifyError | AppError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const known = inWords(error)
  if (known.status >= 500) request.log.error({ err: error }, 'request failed')
  const { retry_after_seconds: wait, allow } = known.details
  if (Array.isArray(allow)) reply.header('allow', allow.join(', '))
  if (typeof wait === 'number') reply.header('retry-after', wait)
  return reply.code(known.status).send(errorBody(known))
}

/** What node's parser cannot read as HTTP gets the same form, without a request to answer. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const isLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const status = isLarge ? '431 Request Header Fields Too Large' : '400 Bad Request'
  const said = isLarge
    ? new AppError('invalid_request', 'The headers of the request, its address among them, are over 16 kB.')
    : new AppError('invalid_request', 'This is not a request of HTTP/1.1.')
  const body = JSON.stringify(errorBody(said))
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

export function answerUnknownPath(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = `${request.method} ${request.url.split('?')[0] ?? ''}`
  const error = unknownThing('path', path, 'GET /api/openapi.json lists what there is.')
  return reply.code(404).send(errorBody(error))
}

/** Whatever a handler throws; what is ours to mend is told without its words. */
export function inWords(error: Error & Partial<Pick<FastifyError, 'code' | 'statusCode'>>): AppError {
  if (error instanceof AppError) return error
  const fault = storageFault(error)
  if (fault !== null) return fault
  const framework = FRAMEWORK[error.code ?? '']
  const status = error.statusCode ?? 500
  if (framework !== undefined) return new AppError(framework.code, framework.message, { status })
  if (status < 500) return new AppError('invalid_request', error.message, { status })
  return new AppError('internal_error', 'The server failed at this request; its log says why.', {
    status: 500,
  })
}
