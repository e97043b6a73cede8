// The server that holds a workspace, spoken to over its own HTTP interface.
import { createClient, type Client, type WireRequest } from '../contract/client.ts'
import type { ErrorBody } from '../contract/shapes.ts'
import { AppError } from '../core/errors.ts'
import type { Workspace } from '../core/workspace.ts'
import { holderOf } from '../server/workspace-lock.ts'

/** A server at an address, by the operations of the contract. What it refuses is thrown as the AppError it was. */
export type Remote = Client

/** The server that holds the workspace; null when none does. */
export function remoteOf(workspace: Workspace): Remote | null {
  const url = holderOf(workspace)?.url
  return url === undefined ? null : createClient((request) => send(url, request))
}

async function send(url: string, { method, path, headers, body }: WireRequest): Promise<unknown> {
  const token = process.env['ANNOTATE_TOKEN']
  const response = await fetch(new URL(path, url), {
    method,
    headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body }),
  })
  const answer: unknown = await response.json()
  if (response.ok) return answer
  const { code, message } = (answer as ErrorBody).error
  throw new AppError(code, message, { status: response.status })
}
