// Requests made of the server's own description: what it allows, and what is next to it.
import fc from 'fast-check'
import { mutation } from './mutate.ts'
import { jsonText, oddJson, oddNumber, oddText } from './odd.ts'
import { SchemaValues, type Known, type Schema } from './schema-values.ts'

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { name: string; in: 'path' | 'query'; required: boolean; schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }
}

export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

export interface Asked {
  readonly operation: string
  /** As the description has it. */
  readonly path: string
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer | null
}

/** Stands for the id of something there is, known when it is sent. */
const ID = /@id(\d+)@/g
export const anId = fc.nat(10_000).map((n) => `@id${n}@`)

/** `ids`: of what there is. */
export function bytesOf(
  { method, target, headers, body }: Asked,
  host: string,
  ids: readonly string[],
): Buffer {
  const known = (text: string): string =>
    text.replaceAll(ID, (_, n: string) => ids[Number(n) % ids.length] ?? n)
  const sent = body === null ? null : Buffer.from(known(body.toString('latin1')), 'latin1')
  const length = sent === null ? [] : [`content-length: ${sent.length}`]
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  const head = [
    `${method} ${known(target)} HTTP/1.1`,
    `host: ${host}`,
    'connection: close',
    ...lines,
    ...length,
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), sent ?? Buffer.alloc(0)])
}

/** `files`: bodies of bytes are made of these. */
export function requests(
  description: Description,
  known: Known,
  files: readonly Buffer[],
): fc.Arbitrary<Asked> {
  const values = new SchemaValues(description.components.schemas, known)
  const operations = Object.entries(description.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => requestOf(values, path, method, operation, files)),
  )
  return fc.oneof(...operations)
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'BREW']
const TYPES = [
  'text/plain',
  'application/json; charset=latin1',
  'multipart/form-data',
  '',
  'application/octet-stream',
  'x/\xFF',
]
const HEADERS: readonly (readonly [string, string])[] = [
  ['accept', 'text/html'],
  ['accept-encoding', 'br;q=NaN'],
  ['content-encoding', 'gzip'],
  ['if-none-match', '*'],
  ['range', 'bytes=0-18446744073709551615'],
  ['expect', '100-continue'],
  ['cookie', 'a=b; annotate=%00'],
  ['authorization', 'Bearer '],
  ['last-event-id', '-1'],
  ['x-forwarded-for', '\xFF'],
]

/** `usual` nearly always, else `odd`. */
function mostly<T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, weight = 9): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: usual, weight }, { arbitrary: odd, weight: 1 })
}

function requestOf(
  values: SchemaValues,
  path: string,
  method: string,
  { operationId, parameters = [], requestBody }: Operation,
  files: readonly Buffer[],
): fc.Arbitrary<Asked> {
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? []
  const wanted =
    type === undefined
      ? fc.constant(null)
      : type === 'application/json'
        ? bodyOf(values.of(content?.schema ?? {}))
        : fileOf(files)
  const usual: [string, string][] = type === undefined ? [] : [['content-type', type]]
  return fc
    .record({
      method: mostly(fc.constant(method.toUpperCase()), fc.constantFrom(...METHODS), 19),
      target: targetOf(values, path, parameters),
      body: mostly(
        wanted,
        fc.oneof(
          fc.constant(null),
          oddJson.map((odd) => Buffer.from(jsonText(odd))),
        ),
        19,
      ),
      types: mostly(
        fc.constant(usual),
        fc.constantFrom(...TYPES).map((odd): [string, string][] => [['content-type', odd]]),
        19,
      ),
      more: mostly<(readonly [string, string])[]>(
        fc.constant([]),
        fc.subarray([...HEADERS], { maxLength: 2 }),
      ),
    })
    .map(({ types, more, ...rest }) => ({
      operation: operationId,
      path,
      ...rest,
      headers: [...types, ...more],
    }))
}

function targetOf(
  values: SchemaValues,
  path: string,
  parameters: NonNullable<Operation['parameters']>,
): fc.Arbitrary<string> {
  const inPath = path
    .split('/')
    .map((part) => (part.startsWith('{') ? mostly(anId, oddText.map(encoded), 3) : fc.constant(part)))
  const pairs = parameters
    .filter(({ in: place }) => place === 'query')
    .map(({ name, schema, required }) => {
      const value = mostly(
        values.of(schema, name).map((each) => encoded(String(each))),
        fc.oneof(oddNumber, oddText).map(encoded),
        6,
      )
      const stated = value.map((each) => [`${name}=${each}`])
      return required ? mostly(stated, fc.constant([]), 19) : fc.oneof(stated, fc.constant([]))
    })
  const odd = fc.constantFrom('&', 'a=b', '=', '%', '__proto__=1', 'limit=1&limit=2', 'symbol[]=x', '#')
  const query = fc
    .tuple(
      ...pairs,
      mostly<string[]>(
        fc.constant([]),
        odd.map((each) => [each]),
      ),
    )
    .map((each) => each.flat().join('&'))
  return fc
    .tuple(
      mostly(
        fc.tuple(...inPath).map((parts) => parts.join('/')),
        oddPath(path),
        29,
      ),
      query,
    )
    .map(([at, asked]) => (asked === '' ? at : `${at}?${asked}`))
}

function oddPath(path: string): fc.Arbitrary<string> {
  return fc.constantFrom(
    `/${path}`,
    `${path}/`,
    path.replace('/api', '/%61pi'),
    path.replace('/api/', '/api/../api/'),
    `${path}%00`,
    path.toUpperCase(),
    `${path};x`,
    '*',
    'http://127.0.0.1/api/health',
    '//',
  )
}

/** As clients do; half surrogates cannot be, so they are left out. */
function encoded(text: string): string {
  return text.includes('@id') ? text : encodeURIComponent(text.toWellFormed())
}

function bodyOf(allowed: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> {
  const valid = allowed.map((value) => Buffer.from(jsonText(value)))
  const near = fc
    .tuple(allowed, fc.array(fc.tuple(fc.nat(1000), oddJson, fc.nat(2)), { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) => Buffer.from(jsonText(changes.reduce(changed, value))))
  const broken = fc.tuple(valid, mutation).map(([bytes, change]) => change(bytes))
  return fc.oneof(
    { arbitrary: valid, weight: 6 },
    { arbitrary: near, weight: 4 },
    { arbitrary: broken, weight: 2 },
  )
}

function fileOf(files: readonly Buffer[]): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.constantFrom(...files), fc.option(mutation, { freq: 4 }))
    .map(([bytes, change]) => (change === null ? bytes : change(bytes)))
}

/** One place in it another value, gone, or beside one that nobody knows. */
function changed(value: unknown, [at, other, what]: readonly [number, unknown, number]): unknown {
  const places = placesIn(value)
  const place = places[at % places.length] ?? []
  return putAt(value, place, other, what)
}

function placesIn(value: unknown, above: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [above]
  return [above, ...Object.entries(value).flatMap(([name, each]) => placesIn(each, [...above, name]))]
}

function putAt(value: unknown, [name, ...rest]: readonly string[], other: unknown, what: number): unknown {
  if (name === undefined) return what === 2 && isRecord(value) ? { ...value, unknown_field: other } : other
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === name ? putAt(each, rest, other, what) : each))
  if (!isRecord(value)) return other
  const { [name]: own, ...others } = value
  return what === 1 && rest.length === 0 ? others : { ...value, [name]: putAt(own, rest, other, what) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
