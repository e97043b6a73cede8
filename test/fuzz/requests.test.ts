// Requests made of the server's own description, allowed and not: each is answered, in the contract's form, and nothing that was said is lost.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { END } from '../unit/cli/market-files.ts'
import { OpenApi } from '../unit/server/openapi.ts'
import { Acknowledged } from './acknowledged.ts'
import { effort, holds } from './effort.ts'
import { anId, bytesOf, requests, type Asked, type Description } from './requests.ts'
import type { Known } from './schema-values.ts'
import { serveMarket, type ServedMarket } from './served.ts'
import { exchange, type Answer } from './wire.ts'

/** By so much the server's memory may grow over all of it. */
const MOST_GROWTH = 200 * 2 ** 20
/** At once, so many requests. */
const TOGETHER = 4

let server: ServedMarket
let description: Description
let api: OpenApi
const said = new Acknowledged()
let sent = 0

beforeAll(async () => {
  server = await serveMarket()
  description = await server.ask('GET', '/api/openapi.json')
  api = new OpenApi(description)
  await begin()
}, 120_000)
afterAll(() => server.stop())

const instants = (from: number, to: number): fc.Arbitrary<unknown> =>
  fc.tuple(fc.integer({ min: from, max: to }), fc.nat(2)).map(([seconds, form]) => {
    const time = END + seconds * 1000
    const text = new Date(time).toISOString()
    return [time, text, text.replace('Z', '+00:00')][form]
  })
const price = fc.constantFrom(2400, 2400.5, 2401, 2399.25)

/** What the served market has, and a little that it has not. */
const known: Known = {
  symbol: fc.constantFrom(...Array.from({ length: 8 }, () => 'ETH/USDT'), 'eth/usdt', 'BTC/USDT'),
  venue: fc.constantFrom(...Array.from({ length: 8 }, () => 'imported'), 'binance'),
  InstantIn: instants(-300, 5),
  entry: fc.record({ timestamp: instants(-110, -70), price }),
  exit: fc.record({ timestamp: instants(-69, 0), price }),
  from: instants(-300, -70),
  to: instants(-69, 5),
  price,
  model: fc.constantFrom('custom', 'cnn', 'dqn'),
  checkpoint: fc.constantFrom('0001', '0002', '9999'),
  session: anId,
  ids: fc.tuple(anId, anId).map((both) => both.join(',')),
  annotation_ids: fc.array(anId, { maxLength: 3 }),
  epochs: fc.integer({ min: 1, max: 3 }),
}

it('answers whatever is asked in the contract’s form, at once, and forgets nothing that it acknowledged', async () => {
  const files = [server.onnx, Buffer.from('no model')]
  const asked = fc.array(requests(description, known, files), {
    minLength: 1,
    maxLength: TOGETHER,
    size: 'max',
  })
  const law = fc.asyncProperty(asked, async (all) => {
    const faults = await Promise.all(all.map(faultsOf))
    expect(faults.flat()).toEqual([])
    expect(server.isAlive()).toBe(true)
  })
  await holds(law, effort({ short: 30, long: 200 }))
  const warm = server.memory()
  await holds(law, effort({ short: 170, long: 4_400 }))
  await calm()
  const memory = server.memory()
  const growth = (memory ?? 0) - (warm ?? 0)
  process.stderr.write(`fuzz: ${sent} requests, memory ${megabytes(warm)} to ${megabytes(memory)} MB\n`)
  expect(growth).toBeLessThan(MOST_GROWTH)
  const look = (address: string): Promise<unknown> => server.ask('GET', address)
  expect(await said.missing(look)).toEqual([])
  await server.killed()
  expect(await said.missing(look)).toEqual([])
}, 3_600_000)

/** A mark, a model and a session, so that there is something to ask for. */
async function begin(): Promise<void> {
  const at = (seconds: number) => ({ timestamp: END + seconds * 1000, price: 2400 })
  const market = { symbol: 'ETH/USDT', venue: 'imported' }
  const mark = { ...market, direction: 'LONG', entry: at(-90), exit: { ...at(-30), price: 2430 } }
  const onnx = { method: 'POST', body: server.onnx, headers: { 'content-type': 'application/octet-stream' } }
  const taken = await fetch(new URL('/api/models/custom/checkpoints?name=mine.onnx', server.url), onnx)
  expect(taken.status).toBe(201)
  for (const [path, body] of [
    ['/api/annotations', mark],
    ['/api/reviewed-spans', { ...market, from: END - 100_000, to: END }],
    ['/api/inference-sessions', { ...market, model: 'custom' }],
  ] as const) {
    said.note('POST', path, path, {
      status: 201,
      type: '',
      allow: [],
      text: JSON.stringify(await server.ask('POST', path, body)),
    })
  }
}

function megabytes(bytes: number | null): string {
  return bytes === null ? '?' : String(Math.round(bytes / 2 ** 20))
}

/** What is wrong with the answer to a request. */
async function faultsOf(asked: Asked): Promise<string[]> {
  const { method } = asked
  const target = bytesOf(asked, '', said.ids).toString('latin1').split(' ')[1] ?? ''
  const [path = ''] = target.split('?')
  const request = bytesOf(asked, new URL(server.url).host, said.ids)
  sent += 1
  const words = `${method} ${target.slice(0, 200)} ${asked.body?.toString('latin1').slice(0, 300) ?? ''}`
  const answer = await exchange(server.url, request).catch((error: unknown) => String(error))
  if (typeof answer === 'string') return [`${words}: ${answer}`]
  if (answer === null) return [`${words}: closed without an answer`]
  const faults = method === 'HEAD' ? headFaults(answer) : faultsIn(answer, asked, path)
  if (faults.length === 0 && method !== 'HEAD') said.note(method, asked.path, target, answer)
  if (answer.status === 202) await cancelled(answer)
  return faults.map((fault) => `${words}: ${answer.status} ${answer.text.slice(0, 300)}: ${fault}`)
}

function headFaults({ status }: Answer): string[] {
  return status < 500 ? [] : ['the server’s fault']
}

function faultsIn(answer: Answer, asked: Asked, path: string): string[] {
  const { status, type, text } = answer
  if (type === 'text/event-stream' && status === 200) return []
  const isPage = !path.startsWith('/api')
  if (isPage) return status < 500 ? [] : ['the server’s fault']
  if (asked.method === 'OPTIONS' && status === 204) return wrongMethodFaults(answer, path)
  if (type !== 'application/json') return [`the answer is ${type}`]
  const body = parsed(text)
  if (body === undefined) return ['the answer is no JSON']
  if (status >= 400 && !isRefusal(body)) return ['a refusal that is not in the contract’s form']
  const code = (body as { error?: { code?: string } }).error?.code
  // Nothing of this server fails because of what is asked; an exchange that cannot be reached is none of it.
  if (status >= 500 && status !== 502) return ['the server’s fault']
  if (status === 405) return wrongMethodFaults(answer, path)
  if (code === 'unknown_path' || (status >= 400 && !api.describes(asked.method, path))) return []
  return api.faults(asked.method, path, status, body)
}

/** It is said of a path that is known, and names what is described. */
function wrongMethodFaults({ allow }: Answer, path: string): string[] {
  const described = api.methodsAt(path)
  const allowed = allow.filter((method) => method !== 'HEAD' && method !== 'OPTIONS')
  return allowed.length > 0 && allowed.toSorted().join() === described.toSorted().join()
    ? []
    : [`it says that ${path} takes ${allow.join(', ')}: described is ${described.join(', ')}`]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRefusal(body: unknown): boolean {
  const { error } = (body ?? {}) as { error?: { code?: unknown; message?: unknown } }
  return typeof error?.code === 'string' && typeof error.message === 'string' && error.message.length > 9
}

/** A training that was begun is of no use here: its process would take the core. */
async function cancelled({ text }: Answer): Promise<void> {
  const { id } = JSON.parse(text) as { id: string }
  await server.ask('POST', `/api/training-runs/${id}/cancel`).catch(() => undefined)
}

/** Until no session runs. */
async function calm(): Promise<void> {
  const { inference_sessions: sessions } = await server.ask<{ inference_sessions: { id: string }[] }>(
    'GET',
    '/api/inference-sessions',
  )
  for (const { id } of sessions) await server.ask('POST', `/api/inference-sessions/${id}/stop`)
}
