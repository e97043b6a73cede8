// The event stream over real sockets: numbered, resumed, filtered, and never held up by one slow client.
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EVENT_NAMES, type EventName } from '../../../src/contract/event-names.ts'
import { EventStream } from '../../../src/server/event-stream.ts'

const FIRST = 1_000
let events: EventStream<Record<EventName, unknown>>
let server: Server
let topics: ReadonlySet<EventName>

beforeEach(async () => {
  topics = new Set(EVENT_NAMES)
  events = new EventStream({ firstId: FIRST, capacity: 4, maxBacklogBytes: 64_000, heartbeatMs: 20 })
  server = createServer((incoming, response) => {
    const symbol = new URL(incoming.url ?? '/', 'http://x').searchParams.get('symbol') ?? undefined
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    events.attach(response, { topics, symbol }, incoming.headers['last-event-id']?.toString())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  events.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** Collects what a client reads. */
class Client {
  text = ''
  ended = false
  readonly #response: IncomingMessage

  constructor(response: IncomingMessage) {
    this.#response = response
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => (this.text += chunk))
    response.on('close', () => (this.ended = true))
    response.on('error', () => (this.ended = true))
  }

  static async open(path = '/', lastEventId?: string): Promise<Client> {
    const { port } = server.address() as AddressInfo
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    return new Promise((resolve, reject) => {
      request({ port, path, headers, host: '127.0.0.1' }, (response) => resolve(new Client(response)))
        .on('error', reject)
        .end()
    })
  }

  pause(): void {
    this.#response.pause()
  }

  ids(): number[] {
    return [...this.text.matchAll(/id: (\d+)\nevent: (?!reset)/g)].map((match) => Number(match[1]))
  }
}

async function until(client: Client, part: string): Promise<void> {
  await vi.waitUntil(() => client.text.includes(part), { timeout: 5_000, interval: 5 })
}

function signal(n: number, symbol: string | null = 'ETH/USDT'): void {
  events.publish({ topic: 'signal', symbol, venue: null, payload: { n } })
}

describe('a connected client', () => {
  it('gets events in order, with ascending ids and the payload as JSON', async () => {
    const client = await Client.open()
    await until(client, `id: ${FIRST}`)
    signal(1)
    signal(2)
    await until(client, '{"n":2}')
    expect(client.text).toContain(`id: ${FIRST + 1}\nevent: signal\ndata: {"n":1}\n\n`)
    expect(client.ids()).toEqual([FIRST + 1, FIRST + 2])
  })

  it('gets only what it asked for, and what concerns every market', async () => {
    topics = new Set(['signal', 'training'] as const)
    const client = await Client.open('/?symbol=ETH/USDT')
    signal(1, 'BTC/USDT')
    events.publish({ topic: 'candle', symbol: 'ETH/USDT', venue: null, payload: { n: 2 } })
    signal(3)
    events.publish({ topic: 'training', symbol: null, venue: null, payload: { n: 4 } })
    await until(client, '{"n":4}')
    expect(client.ids()).toEqual([FIRST + 3, FIRST + 4])
  })

  it('hears a heartbeat while nothing happens', async () => {
    const client = await Client.open()
    await until(client, ': beat')
    expect(client.ids()).toEqual([])
  })

  it('is dropped when it does not read, while others go on', async () => {
    const slow = await Client.open()
    const quick = await Client.open()
    slow.pause()
    await expect.poll(() => events.clients).toBe(2)
    const big = 'x'.repeat(20_000)
    for (let n = 0; n < 2_000 && events.clients === 2; n++) {
      events.publish({ topic: 'candle', symbol: null, venue: null, payload: big })
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(events.clients).toBe(1)
    signal(7)
    await until(quick, '{"n":7}')
  })
})

describe('a client that comes back', () => {
  it('gets what it missed, once', async () => {
    signal(1)
    signal(2)
    signal(3)
    const client = await Client.open('/', String(FIRST + 1))
    signal(4)
    await until(client, '{"n":4}')
    expect(client.ids()).toEqual([FIRST + 2, FIRST + 3, FIRST + 4])
    expect(client.text).not.toContain('reset')
  })

  it('misses nothing when nothing happened', async () => {
    signal(1)
    const client = await Client.open('/', String(FIRST + 1))
    await until(client, `id: ${FIRST + 1}\n\n`)
    expect(client.ids()).toEqual([])
    expect(client.text).not.toContain('reset')
  })

  it.each([
    ['of an earlier process', '17'],
    ['from the future', String(FIRST + 999)],
    ['that is no number', 'abc'],
  ])('is told to start anew for an id %s', async (_, id) => {
    signal(1)
    const client = await Client.open('/', id)
    await until(client, 'event: reset')
    expect(client.ids()).toEqual([])
  })

  it('is told to start anew for an id that has left the ring', async () => {
    for (let n = 1; n <= 50; n++) signal(n)
    const client = await Client.open('/', String(FIRST + 2))
    await until(client, 'event: reset')
    const recent = await Client.open('/', String(FIRST + 48))
    await until(recent, '{"n":50}')
    expect(recent.ids()).toEqual([FIRST + 49, FIRST + 50])
  })
})

it('ends every client when it closes', async () => {
  const client = await Client.open()
  await until(client, 'id:')
  events.close()
  await expect.poll(() => client.ended).toBe(true)
})
