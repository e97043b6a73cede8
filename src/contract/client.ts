// The one client of the HTTP interface: a function an operation, typed by the table of routes. How a request is sent is its owner's.
import { ADDRESSES, addressOf, paramNames, type Operation } from './addresses.ts'
import type { AnswerOf, InputOf } from './calls.ts'

/** A request as it goes out; `path` has its parameters and its query in it. */
export interface WireRequest {
  readonly operation: Operation
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer> | undefined
  /** Aborted once nobody waits for the answer any more. */
  readonly within: AbortSignal | undefined
}

/** Sends it and gives the JSON of the answer; a refusal is thrown. */
export type Send = (request: WireRequest) => Promise<unknown>

type Call<Id extends Operation> =
  object extends InputOf<Id>
    ? (input?: InputOf<Id>, within?: AbortSignal) => Promise<AnswerOf<Id>>
    : (input: InputOf<Id>, within?: AbortSignal) => Promise<AnswerOf<Id>>

export type Client = { readonly [Id in Operation]: Call<Id> }

export function createClient(send: Send): Client {
  const operations = Object.keys(ADDRESSES) as Operation[]
  const calls = operations.map((id) => [
    id,
    (input?: Given, within?: AbortSignal) => send(requestOf(id, input, within)),
  ])
  return Object.fromEntries(calls) as Client
}

/** Where a call is made, for links and for what is no single answer. */
export function pathOf<Id extends Operation>(id: Id, ...[input]: Parameters<Client[Id]>): string {
  return requestOf(id, input).path
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** What a caller gives of any operation: parameters of the path by their names, and these two. */
interface Given {
  readonly [param: string]: unknown
  readonly query?: Query
  readonly body?: unknown
}

function requestOf(id: Operation, input: Given = {}, within?: AbortSignal): WireRequest {
  const { method, path } = addressOf(id)
  const filled = paramNames(path).reduce((text, name) => {
    return text.replace(`:${name}`, encodeURIComponent(String(input[name])))
  }, path)
  const whole = `${filled}${searchOf(input.query ?? {})}`
  return { operation: id, method, path: whole, ...contentOf(input.body), within }
}

function searchOf(query: Query): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return search.size > 0 ? `?${search.toString()}` : ''
}

function contentOf(body: unknown): Pick<WireRequest, 'headers' | 'body'> {
  if (body === undefined) return { headers: {}, body: undefined }
  if (body instanceof Uint8Array)
    return { headers: { 'content-type': 'application/octet-stream' }, body: new Uint8Array(body) }
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
