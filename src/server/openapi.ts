// /api/openapi.json: OpenAPI 3.1, made of the very table that the server registers and the schemas that check requests.
import type { TSchema } from 'typebox'
import { ADDRESSES, addressOf, paramNames, type Operation } from '../contract/addresses.ts'
import type { Route } from '../contract/route.ts'
import { routes } from '../contract/routes.ts'
import { events } from '../contract/events.ts'
import { ErrorBody } from '../contract/shapes.ts'
import { SchemaBook, type JsonSchema } from './openapi-schemas.ts'
import { paramsSchema } from './register.ts'

const ABOUT =
  'Marks on charts become test cases, models learn from them, and the trained model answers each second. ' +
  'Timestamps in: ISO 8601 with an offset, or UTC milliseconds. Timestamps out: ISO 8601 UTC. ' +
  'A method that a path does not take is answered 405 `method_not_allowed` with `Allow`; OPTIONS asks for that alone.'

/** Refusals that any call may get, those with a query or parameters, and those that a body can be sent with. */
const ANY = ['token_needed', 'too_many_attempts', 'foreign_host', 'foreign_origin']
const OF_INPUT = ['invalid_request', 'invalid_timestamp']
const OF_BODY = ['invalid_json', 'invalid_content_type', 'body_too_large']
/** By status, failures that any call may meet: the server's own, and its disk's (core/storage-fault.ts, core/busy.ts). */
const FAILURES: Readonly<Record<number, readonly string[]>> = {
  500: ['internal_error', 'broken_database'],
  503: ['not_writable', 'broken_database', 'database_busy'],
  507: ['disk_full'],
}

/** The whole description; plain JSON. */
export function describeApi(version: string): Record<string, unknown> {
  const book = new SchemaBook()
  const failure = failed(book, Object.values(FAILURES).flat())
  const paths: Record<string, Record<string, unknown>> = {}
  for (const id of Object.keys(ADDRESSES) as Operation[]) {
    const { method, path } = addressOf(id)
    const item = (paths[path.replaceAll(/:(\w+)/g, '{$1}')] ??= {})
    item[method.toLowerCase()] = operationOf(book, id)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'ANNOTATE', version, description: ABOUT },
    servers: [{ url: '/' }],
    tags: tagsOf(),
    paths,
    components: { schemas: book.components(), responses: { Failed: failure } },
  }
}

function tagsOf(): { name: string }[] {
  const names = Object.values<Route>(routes).map(({ tag }) => tag)
  return [...new Set(names)].map((name) => ({ name }))
}

function operationOf(book: SchemaBook, id: Operation): Record<string, unknown> {
  const { summary, description, tag, query } = routes[id] as Route
  const parameters = [...parametersOf(book, paramsSchema(id), 'path'), ...parametersOf(book, query, 'query')]
  const requestBody = requestBodyOf(book, routes[id])
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: responsesOf(book, id),
  }
}

/** What stands in an object of text: a query, or the parameters of a path. */
interface Fields {
  readonly properties?: Record<string, TSchema & { readonly description?: string }>
  readonly required?: readonly string[]
}

function parametersOf(
  book: SchemaBook,
  fields: (TSchema & Fields) | undefined,
  place: 'path' | 'query',
): object[] {
  return Object.entries(fields?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: place,
    required: fields?.required?.includes(name) ?? false,
    ...(schema.description === undefined ? {} : { description: schema.description }),
    schema: book.schemaOf(schema),
  }))
}

function requestBodyOf(book: SchemaBook, { body, upload }: Route): object | undefined {
  if (upload !== undefined) return { required: true, content: { [upload.mediaType]: {} } }
  if (body === undefined) return undefined
  return { required: true, content: { 'application/json': { schema: book.schemaOf(body) } } }
}

function responsesOf(book: SchemaBook, id: Operation): Record<string, object> {
  const route: Route = routes[id]
  const answered = Object.entries(route.answers).map(([status, schema]) => [
    status,
    {
      description: 'Done',
      content: contentOf(route, id === 'streamEvents' ? book.eventsOf(events) : book.schemaOf(schema)),
    },
  ])
  const own = Object.entries(route.failures ?? {}).map(([status, codes]) => [
    status,
    failed(book, [...codes, ...(FAILURES[Number(status)] ?? [])]),
  ])
  return {
    ...Object.fromEntries(answered),
    ...Object.fromEntries(own),
    '4XX': { description: `Refused: ${errorsOf(id).join(', ')}`, content: errorContent(book) },
    '5XX': { $ref: '#/components/responses/Failed' },
  }
}

function failed(book: SchemaBook, codes: readonly string[]): object {
  return { description: `Failed: ${[...new Set(codes)].join(', ')}`, content: errorContent(book) }
}

function errorContent(book: SchemaBook): object {
  return { 'application/json': { schema: book.schemaOf(ErrorBody) } }
}

function contentOf({ answersAs = 'application/json' }: Route, schema: JsonSchema): object {
  return { [answersAs]: { schema } }
}

/** Every code that a refusal of this call may have. */
function errorsOf(id: Operation): string[] {
  const { body, upload, query, errors = [] } = routes[id] as Route
  const hasBody = body !== undefined || upload !== undefined
  const { method, path } = addressOf(id)
  const hasInput = hasBody || query !== undefined || paramNames(path).length > 0
  const takesBody = method !== 'GET'
  return [...new Set([...errors, ...(hasInput ? OF_INPUT : []), ...(takesBody ? OF_BODY : []), ...ANY])]
}
