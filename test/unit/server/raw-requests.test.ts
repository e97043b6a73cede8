// Requests that no client sends, byte by byte: each is refused in the contract's form, none is the server's fault, and the server goes on.
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer, type Harness } from './harness.ts'

let server: Harness
let port: number
beforeAll(async () => {
  server = await startServer('stored')
  port = Number(new URL(server.http.url).port)
})
afterAll(() => server.stop())

/** What comes back until the server closes. */
function send(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => (answer += chunk.toString()))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })
}

const get = (target: string, more = ''): string =>
  `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n${more}\r\n`
const post = (body: string, type = 'application/json'): string =>
  `POST /api/annotations HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const mark = (price: string): string =>
  `{"symbol":"ETH/USDT","direction":"LONG","entry":{"timestamp":1768473000000,"price":${price}},"exit":{"timestamp":1768473060000,"price":2400}}`

it.each<[string, () => string, number, string]>([
  ['a path of slashes', () => get('///api/nothing'), 404, 'unknown_path'],
  ['a broken percent sign', () => get('/api/annotations/%E0%A4%A'), 400, 'invalid_request'],
  ['an id of 129 letters', () => get(`/api/annotations/${'x'.repeat(129)}`), 400, 'invalid_request'],
  ['an id of 201 letters', () => get(`/api/annotations/${'x'.repeat(201)}`), 400, 'invalid_request'],
  ['an id of 10,000 letters', () => get(`/api/annotations/${'x'.repeat(10_000)}`), 400, 'invalid_request'],
  [
    'an address of 20,000 letters',
    () => get(`/api/candles?symbol=${'x'.repeat(20_000)}`),
    431,
    'invalid_request',
  ],
  [
    'a header of 20,000 letters',
    () => get('/api/health', `X-A: ${'x'.repeat(20_000)}\r\n`),
    431,
    'invalid_request',
  ],
  ['no HTTP at all', () => 'hello\r\n\r\n', 400, 'invalid_request'],
  ['a method nobody knows', () => get('/api/health').replace('GET', 'BREW'), 400, 'invalid_request'],
  ['brackets alone', () => post('['.repeat(20_000) + ']'.repeat(20_000)), 400, 'invalid_request'],
  ['brackets without end', () => post('['.repeat(20_000)), 400, 'invalid_json'],
  [
    'braces alone',
    () => post('{"symbol":'.repeat(20_000) + '1' + '}'.repeat(20_000)),
    400,
    'invalid_request',
  ],
  ['a body of 2 MB', () => post('['.repeat(2_000_000)), 413, 'body_too_large'],
  ['another type', () => post('<a/>', 'text/xml'), 415, 'invalid_content_type'],
  ['a price that is next to none', () => post(mark('1e-320')), 400, 'invalid_request'],
  ['a price beyond all', () => post(mark('1e300')), 400, 'invalid_request'],
])('%s is refused in words', async (_name, text, status, code) => {
  const answer = await send(text())
  expect(answer.split('\r\n')[0]).toContain(` ${status} `)
  const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as { error: Record<string, string> }
  expect(body.error).toMatchObject({ code, message: expect.stringMatching(/.{10}/) })
})

it('GET // is the page’s affair, with a token and without', async () => {
  expect((await send(get('//'))).split('\r\n')[0]).not.toMatch(/ 5\d\d /)
  const guarded = await startServer('stored', { token: 'correct horse battery staple' })
  port = Number(new URL(guarded.http.url).port)
  expect((await send(get('//'))).split('\r\n')[0]).toContain(' 401 ')
  await guarded.stop()
  port = Number(new URL(server.http.url).port)
})

it('the server goes on', async () => {
  expect((await server.call('GET', '/api/health')).status).toBe(200)
})
