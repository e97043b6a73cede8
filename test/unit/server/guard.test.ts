// Who is let in: no foreign names, no foreign pages, and no stranger where a token is set.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireSafeBinding } from '../../../src/server/guard.ts'
import { startServer, type Harness } from './harness.ts'

const TOKEN = 'correct horse battery staple'

describe('on this machine, without a token', () => {
  let server: Harness
  beforeAll(async () => {
    server = await startServer('stored')
  })
  afterAll(() => server.stop())

  it.each(['localhost:8050', '127.0.0.1', '[::1]:9000', '127.0.0.1:1'])(
    'Host %s is this server',
    async (host) => {
      expect((await server.call('GET', '/api/health', { headers: { host } })).status).toBe(200)
    },
  )

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:8050'])(
    'Host "%s" is refused (DNS rebinding)',
    async (host) => {
      const answer = await server.call('GET', '/api/health', { headers: { host } })
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'foreign_host' } } })
    },
  )

  const change = { body: { model: 'cnn', symbol: 'ETH/USDT' } }

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    'a page of %s changes nothing here',
    async (origin) => {
      const answer = await server.call('POST', '/api/inference-sessions', { ...change, headers: { origin } })
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'foreign_origin' } } })
      expect((await server.call('GET', '/api/events', { headers: { origin } })).status).toBe(403)
    },
  )

  it('a foreign page without Origin is known by the browser’s own mark', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    expect((await server.call('POST', '/api/inference-sessions', { ...change, headers })).status).toBe(403)
  })

  it('its own page and programs are let in', async () => {
    const origin = server.http.url
    const fromPage = await server.call('POST', '/api/inference-sessions', { ...change, headers: { origin } })
    expect(fromPage).toMatchObject({ status: 409, body: { error: { code: 'no_checkpoint' } } })
    expect((await server.call('POST', '/api/inference-sessions', change)).status).toBe(409)
  })

  it('sends a strict content policy with everything', async () => {
    for (const path of ['/', '/api/health', '/api/nothing']) {
      const { headers } = await server.call('GET', path)
      expect(headers['content-security-policy']).toContain("default-src 'self'")
      expect(headers['content-security-policy']).not.toContain('unsafe')
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
  })
})

describe('with a token', () => {
  let server: Harness
  beforeAll(async () => {
    server = await startServer('stored', { token: TOKEN })
  })
  afterAll(() => server.stop())

  it.each([
    {},
    { authorization: 'Bearer wrong' },
    { cookie: 'annotate_token=wrong' },
    { cookie: 'annotate_token=%' },
  ])('%j is not let in', async (headers) => {
    for (const path of ['/', '/api/health', '/api/events', '/metrics', '/api/nothing']) {
      expect((await server.call('GET', path, { headers })).status).toBe(401)
    }
  })

  it('lets in who has it, by header or by cookie', async () => {
    const cookie = `other=1; annotate_token=${encodeURIComponent(TOKEN)}`
    expect(
      (await server.call('GET', '/api/health', { headers: { authorization: `Bearer ${TOKEN}` } })).status,
    ).toBe(200)
    expect((await server.call('GET', '/api/health', { headers: { cookie } })).status).toBe(200)
  })

  it('takes it once from the address and keeps it in a cookie that scripts cannot read', async () => {
    const answer = await server.call('GET', `/?token=${encodeURIComponent(TOKEN)}`)
    expect(answer.status).toBe(302)
    expect(answer.headers['location']).toBe('/')
    expect(String(answer.headers['set-cookie'])).toMatch(/annotate_token=.*HttpOnly; SameSite=Strict/)
  })

  it('still refuses foreign pages', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' }
    expect(
      (await server.call('POST', '/api/training-runs', { body: { model: 'cnn' }, headers })).status,
    ).toBe(403)
  })
})

describe('an address that others can reach', () => {
  it.each(['0.0.0.0', '192.168.1.5', '::', 'example.com'])('%s needs a token', (host) => {
    expect(() => requireSafeBinding({ host })).toThrow(/token/)
    expect(() => requireSafeBinding({ host, token: 'short' })).toThrow(/16 characters/)
    expect(() => requireSafeBinding({ host, token: TOKEN })).not.toThrow()
  })

  it.each(['127.0.0.1', 'localhost', '::1', '127.1.2.3'])('%s does not', (host) => {
    expect(() => requireSafeBinding({ host })).not.toThrow()
  })
})
