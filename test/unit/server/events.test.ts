// The event stream of a real server: what GET answers, resumed where a client left off.
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { CandlesOut } from '../../../src/contract/market.ts'
import { shift } from '../../../src/core/time.ts'
import { startServer, type Harness } from './harness.ts'

interface Received {
  id: string
  event: string
  data: unknown
}

let server: Harness
beforeAll(async () => {
  server = await startServer('stored')
})
afterAll(() => server.stop())

/** Reads the stream until `enough`, then leaves. */
async function listen(
  path: string,
  enough: (received: Received[]) => boolean,
  lastEventId?: string,
): Promise<Received[]> {
  const leave = new AbortController()
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const response = await fetch(new URL(path, server.http.url), { headers, signal: leave.signal })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const received: Received[] = []
  let text = ''
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const parts = text.split('\n\n')
      text = parts.pop()!
      received.push(...parts.flatMap(parse))
      if (enough(received)) leave.abort()
    }
  } catch (error) {
    if (!leave.signal.aborted) throw error
  }
  return received
}

function parse(part: string): Received[] {
  const fields = new Map(
    part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  const data = fields.get('data')
  return data === undefined
    ? []
    : [{ id: fields.get('id')!, event: fields.get('event')!, data: JSON.parse(data) as unknown }]
}

async function second(): Promise<void> {
  await vi.waitUntil(() => server.app.provider.clock.now() > 0)
  server.clock.moveTo(shift(server.clock.now(), 1_000))
}

it('tells HEAD what it is, and ends the answer: nobody waits for events that HEAD has none of', async () => {
  const answer = await server.call('HEAD', '/api/events')
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toContain('text/event-stream')
  expect((await server.call('GET', '/metrics')).text).toContain('annotate_event_clients 0')
})

it('streams candles as GET answers them, and resumes after the last one seen', async () => {
  const clients = (): Promise<string> =>
    server.call('GET', '/metrics').then(({ text }) => /annotate_event_clients (\d+)/.exec(text)![1]!)
  const first = listen('/api/events?symbol=ETH/USDT&types=candle', (received) => received.length >= 2)
  await vi.waitUntil(async () => (await clients()) === '1')
  await second()
  const seen = await first
  const newest = seen.find(({ data }) => (data as CandlesOut).timeframe === '1s')!
  const { body } = await server.call<CandlesOut>('GET', '/api/candles?symbol=ETH/USDT&timeframe=1s&limit=1')
  expect(newest.event).toBe('candle')
  expect((newest.data as CandlesOut).candles).toEqual(body.candles)

  await second()
  await vi.waitUntil(
    async () =>
      (await server.call<CandlesOut>('GET', '/api/candles?symbol=ETH/USDT&timeframe=1s&limit=1')).body
        .candles[0]![0] !== body.candles[0]![0],
  )
  // A browser that opens a stream anew can send no header: it says so in the address.
  for (const [address, header] of [
    ['', newest.id],
    [`&last_event_id=${newest.id}`, undefined],
    // Taken up again by itself it says the newer one in the header.
    ['&last_event_id=1', newest.id],
  ] as const) {
    const missed = await listen(
      `/api/events?types=candle${address}`,
      (received) => received.some(({ data }) => (data as CandlesOut).timeframe === '1s'),
      header,
    )
    expect(Number(missed[0]!.id)).toBeGreaterThan(Number(newest.id))
    expect(missed.map(({ event }) => event)).not.toContain('reset')
  }
})

it('says reset to a client of an earlier server', async () => {
  const before = await listen('/api/events?types=health', (received) => received.length >= 1)
  server.clock.moveTo(shift(server.clock.now(), 10))
  await server.restart()
  const after = await listen('/api/events', (received) => received.length >= 1, before[0]!.id)
  expect(after[0]!.event).toBe('reset')
  expect(Number(after[0]!.id)).toBeGreaterThan(Number(before[0]!.id))
  const unknown = `/api/events?last_event_id=${before[0]!.id}`
  expect((await listen(unknown, (received) => received.length >= 1))[0]!.event).toBe('reset')
})

it('sends health as GET answers it', async () => {
  const [health] = await listen('/api/events?types=health', (received) => received.length >= 1)
  const { body } = await server.call<{ now: string }>('GET', '/api/health')
  expect(Object.keys(health!.data as object).toSorted()).toEqual(Object.keys(body).toSorted())
})

it.each(['weather', 'candle,weather', ''])('does not know types=%s', async (types) => {
  const answer = await server.call('GET', `/api/events?types=${types}`)
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', field: 'types' } } })
})
