// Who is let in: no foreign names, no foreign pages, and no stranger where a token is set.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { epochMs } from '../../../src/core/time.ts'
import { requireSafeBinding } from '../../../src/server/guard.ts'
import { startServer, type Answer, type Harness } from './harness.ts'

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

  it.each(['cross-site', 'same-site', 'nonsense'])(
    'a foreign page without Origin is known by the browser’s own mark: %s',
    async (site) => {
      const headers = { 'sec-fetch-site': site }
      expect((await server.call('POST', '/api/inference-sessions', { ...change, headers })).status).toBe(403)
      expect((await server.call('GET', '/api/events', { headers })).status).toBe(403)
    },
  )

  it.each(['same-origin', 'none'])('its own page is known by it, too: %s', async (site) => {
    const headers = { 'sec-fetch-site': site, origin: server.http.url }
    expect((await server.call('POST', '/api/inference-sessions', { ...change, headers })).status).toBe(409)
  })

  it.each(['/%61pi/events', '/api/%65vents', '/api/events?symbol=ETH%2FUSDT'])(
    'the event stream is guarded however its address is spelled: %s',
    async (path) => {
      const headers = { origin: 'https://evil.example' }
      expect((await server.call('GET', path, { headers })).status).toBe(403)
    },
  )

  it('nothing that it knows stays in a cache', async () => {
    for (const path of ['/api/health', '/api/nothing', '/%61pi/nothing', '/metrics']) {
      expect((await server.call('GET', path)).headers['cache-control']).toBe('no-store')
    }
  })

  it.each(['/%61pi/nothing', '/api/nothing', '//api/nothing', '/%2fapi/nothing'])(
    'an address of the API that is none is told so, however it is spelled: %s',
    async (path) => {
      const answer = await server.call('GET', '/', { path })
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'unknown_path' } } })
    },
  )

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
    { cookie: 'annotate_session=wrong' },
    { cookie: 'annotate_session=9999999999999.x.y' },
    { cookie: `annotate_token=${encodeURIComponent(TOKEN)}` },
  ])('%j is not let in', async (headers) => {
    for (const path of ['/', '/api/health', '/api/events', '/metrics', '/api/nothing']) {
      expect((await server.call('GET', path, { headers })).status).toBe(401)
      pass(server, 60_000)
    }
  })

  it('lets in who has it', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` }
    expect((await server.call('GET', '/api/health', { headers })).status).toBe(200)
  })

  it('takes it once from the address and gives a cookie that scripts cannot read and that is not the token', async () => {
    const { cookie, line, answer } = await signIn(server)
    expect([answer.status, answer.headers['location']]).toEqual([302, '/'])
    expect(line).toMatch(/annotate_session=.*; HttpOnly; SameSite=Strict; Path=\//)
    expect(decodeURIComponent(line)).not.toContain(TOKEN)
    expect((await server.call('GET', '/api/health', { headers: { cookie } })).status).toBe(200)
  })

  it('with the cookie, an address with the token still loses it', async () => {
    const { cookie } = await signIn(server)
    const answer = await server.call('GET', '/?token=whatever', { headers: { cookie } })
    expect([answer.status, answer.headers['location']]).toEqual([302, '/'])
  })

  it('a cookie outlives the server, not its time, nor a change of one letter', async () => {
    const { cookie } = await signIn(server)
    const status = async (value: string): Promise<number> =>
      (await server.call('GET', '/api/health', { headers: { cookie: value } })).status
    await server.restart()
    expect(await status(cookie)).toBe(200)
    expect(await status(`${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`)).toBe(401)
    expect(await status(cookie.replace('annotate_session=1', 'annotate_session=2'))).toBe(401)
    pass(server, 31 * 86_400_000)
    expect(await status(cookie)).toBe(401)
  })

  it.each(['//evil.example/', '/\\evil.example', '///evil.example/x'])(
    'sends nobody elsewhere: %s',
    async (path) => {
      const answer = await server.call('GET', '/', { path: `${path}?token=${encodeURIComponent(TOKEN)}` })
      expect(answer.status).toBe(302)
      expect(String(answer.headers['location'])).toMatch(/^\/[^/\\]/)
    },
  )

  it('guessing is slowed, even when the guess is right', async () => {
    const guess = async (token: string) =>
      server.call('GET', '/api/health', { headers: { authorization: `Bearer ${token}` } })
    pass(server, 3_600_000)
    for (let i = 0; i < 5; i++) expect((await guess(`wrong ${i}`)).status).toBe(401)
    const slowed = await guess(TOKEN)
    expect(slowed).toMatchObject({ status: 429, body: { error: { code: 'too_many_attempts' } } })
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0)
    pass(server, Number(slowed.headers['retry-after']) * 1000)
    expect((await guess(TOKEN)).status).toBe(200)
    expect((await guess('wrong')).status).toBe(401)
    expect((await guess(TOKEN)).status).toBe(200)
  })

  it('still refuses foreign pages', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' }
    expect(
      (await server.call('POST', '/api/training-runs', { body: { model: 'cnn' }, headers })).status,
    ).toBe(403)
  })
})

function pass({ clock }: Harness, ms: number): void {
  clock.moveTo(epochMs(clock.now() + ms))
}

/** As a browser does at `/?token=…`: `cookie` is what it sends back from then on. */
async function signIn(server: Harness): Promise<{ answer: Answer<unknown>; line: string; cookie: string }> {
  const answer = await server.call('GET', `/?token=${encodeURIComponent(TOKEN)}`)
  const line = String(answer.headers['set-cookie'])
  return { answer, line, cookie: line.split(';')[0] ?? '' }
}

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
