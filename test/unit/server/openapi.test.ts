// The description of the HTTP interface: valid OpenAPI 3.1, whole, with names for its schemas, and of a size that tools can read.
import { Validator } from '@seriousme/openapi-schema-validator'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADDRESSES } from '../../../src/contract/addresses.ts'
import { EVENT_NAMES } from '../../../src/contract/event-names.ts'
import { EventStream } from '../../../src/server/event-stream.ts'
import { createServer } from '../../../src/server/http.ts'
import { startServer, type Harness } from './harness.ts'

type Json = Record<string, unknown>

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema?: Json }> }
  readonly responses: Record<string, Response>
}

/** `content` is not there where the document has it elsewhere. */
interface Response {
  readonly description?: string
  readonly content?: Record<string, { readonly schema: Json }>
}

interface Description {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: {
    readonly schemas: Record<string, Json>
    readonly responses: Record<string, Response>
  }
}

let server: Harness
let text = ''
let description: Description

beforeAll(async () => {
  server = await startServer('stored')
  const answer = await server.call<Description>('GET', '/api/openapi.json')
  text = answer.text
  description = answer.body
})
afterAll(() => server.stop())

function operations(): { id: string; address: string; operation: Operation }[] {
  return Object.entries(description.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      id: operation.operationId,
      address: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )
}

/** Every schema of the document, wherever it stands. */
function schemasIn(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.values(value).flatMap(schemasIn)
  return Array.isArray(value) ? inside : [value as Json, ...inside]
}

async function check(document: object): Promise<boolean> {
  return (await new Validator().validate(structuredClone(document) as Json)).valid
}

/** What the server has registered under /api, as `METHOD /path/{id}`; HEAD goes with GET. */
async function registered(): Promise<string[]> {
  const events = new EventStream({ firstId: 1 })
  const logger = pino({ level: 'silent' })
  const http = await createServer(server.app, events, { host: '127.0.0.1', port: 0, logger })
  await http.ready()
  const found: string[] = []
  const above: string[] = []
  for (const line of http.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent, part, methods] = /^(.*?)[├└]── (\S+)(?: \((.*)\))?$/.exec(line) ?? []
    if (indent === undefined || part === undefined) continue
    above.splice(indent.length / 4, Number.POSITIVE_INFINITY, part)
    const path = above.join('').replaceAll(/:(\w+)/g, '{$1}')
    const known = (methods ?? '').split(', ').filter((method) => method !== '' && method !== 'HEAD')
    if (path.startsWith('/api')) found.push(...known.map((method) => `${method} ${path}`))
  }
  await http.close()
  events.close()
  return found
}

describe('the description of the HTTP interface', () => {
  it('tells of each answer by its own schema: two that differ have two names', () => {
    const { operation } = operations().find(({ id }) => id === 'getModelHistory')!
    const [, name] = /schemas\/(\w+)$/.exec(
      String(operation.responses['200']!.content!['application/json']!.schema['$ref']),
    )!
    expect(JSON.stringify(description.components.schemas[name!])).toContain('PromotionsOut')
  })

  it('is valid OpenAPI 3.1, by a validator that refuses what is not', async () => {
    expect(await check(description)).toBe(true)
    expect(await check({ ...description, openapi: '3.1' })).toBe(false)
    expect(await check({ ...description, paths: { '/x': { get: { responses: 5 } } } })).toBe(false)
  })

  it('has every route that the server has, and no other', async () => {
    const described = operations().map(({ address }) => address)
    expect(described.toSorted()).toEqual((await registered()).toSorted())
    expect(described).toHaveLength(Object.keys(ADDRESSES).length)
  })

  it('gives each operation an id of its own, the one that clients call it by', () => {
    expect(
      operations()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(Object.keys(ADDRESSES).toSorted())
  })

  it('names the schemas of bodies and answers', () => {
    const named = expect.stringMatching(/^#\/components\/schemas\/\w+$/) as string
    for (const { id, operation } of operations()) {
      const { requestBody, responses } = operation
      const contents = [
        ...Object.values(responses).map(({ content = {} }) => content),
        requestBody?.content ?? {},
      ]
      const schemas = contents.map((content) => content['application/json']?.schema)
      for (const schema of schemas) {
        if (schema === undefined || id === 'getOpenApi') continue
        expect(schema, id).toEqual({ $ref: named })
      }
    }
  })

  it('leads somewhere wherever it refers to', () => {
    const names = Object.keys(description.components.schemas)
    const refs = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    expect(refs.length).toBeGreaterThan(names.length)
    expect(new Set(refs)).toEqual(new Set(names))
    expect(text.match(/"\$ref":"(?!#\/components\/(schemas|responses)\/)/g)).toBeNull()
    const responses = [...text.matchAll(/"\$ref":"#\/components\/responses\/(\w+)"/g)].map(([, name]) => name)
    expect([...new Set(responses)]).toEqual(Object.keys(description.components.responses))
  })

  it('says tuples as JSON Schema does since 2020', () => {
    const schemas = schemasIn(description)
    expect(schemas.filter(({ items }) => Array.isArray(items))).toEqual([])
    expect(schemas.filter((schema) => 'additionalItems' in schema)).toEqual([])
    const tuples = schemas.filter(({ prefixItems }) => Array.isArray(prefixItems))
    expect(tuples.length).toBeGreaterThan(0)
    for (const { items } of tuples) expect(items).toBe(false)
  })

  it('says what each event carries', () => {
    const stream = description.paths['/api/events']?.['get']
    const events = stream?.responses['200']?.content?.['text/event-stream']?.schema['x-events']
    expect(Object.keys(events ?? {})).toEqual([...EVENT_NAMES])
  })

  it.each([
    ['getPreview', '503', 'preview_failed'],
    ['findSimilar', '503', 'moments_failed'],
    ['listSuggestions', '503', 'suggestions_failed'],
    ['listSymbols', '502', 'exchange_unreachable'],
    ['getHistoryCost', '503', 'not_started'],
    ['getHealth', '5XX', 'disk_full'],
  ])('says of %s that it may fail with %s %s, and not that it refuses with it', (wanted, status, code) => {
    const { responses } = operations().find(({ id }) => id === wanted)!.operation
    const response = status === '5XX' ? description.components.responses['Failed'] : responses[status]
    expect(response?.description?.split(/: |, /)).toContain(code)
    expect(responses['4XX']?.description).not.toContain(code)
  })

  it('stays of a size that tools can read', () => {
    expect(text.length).toBeLessThan(220_000)
  })
})
