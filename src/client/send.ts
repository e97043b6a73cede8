// How a call is sent to a server over HTTP, and what becomes of its refusal.
import { AppError } from '../core/errors.ts'
import type { Send, WireRequest } from '../contract/client.ts'
import type { ErrorBody } from '../contract/shapes.ts'

/** A running server. */
export interface ServerAddress {
  /** `http://127.0.0.1:8050` */
  readonly url: string | URL
  /** Asked for where the server does not listen on loopback alone. */
  readonly token?: string | undefined
}

/** Sends calls to `server`. What it refuses is thrown as the AppError that its body says, `server_unreachable` where nothing answers. */
export function sendTo(server: ServerAddress): Send {
  return async (request) => answerOf(await fetchFrom(server, request))
}

/** @throws AppError `server_unreachable` */
async function fetchFrom(
  server: ServerAddress,
  { method, path, headers, body, within }: WireRequest,
): Promise<Response> {
  try {
    return await fetch(new URL(path, server.url), {
      method,
      headers: { ...headers, ...tokenHeader(server) },
      ...(body === undefined ? {} : { body }),
      ...(within === undefined ? {} : { signal: within }),
    })
  } catch (error) {
    if (within?.aborted === true) throw error
    throw new AppError(
      'server_unreachable',
      `No server answers at ${String(server.url)}: start one with annotate serve, or say where it is.`,
      { status: 503, cause: error },
    )
  }
}

/** The JSON of an answer. @throws AppError what a refusal says of itself */
export async function answerOf(response: Response): Promise<unknown> {
  const answer: unknown = await response.json()
  if (response.ok) return answer
  const { code, message, field, ...details } = (answer as ErrorBody).error
  const named = field === undefined ? {} : { field }
  throw new AppError(code, message, { status: response.status, ...named, details })
}

export function tokenHeader({ token }: ServerAddress): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}
