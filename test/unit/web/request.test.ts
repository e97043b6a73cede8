// Requests of the page to a real server that stalls: before it answers, and half-way through an answer.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClient } from '../../../src/contract/client.ts'
import { sender } from '../../../src/web/state/request.ts'
import { until } from '../../patience.ts'

type Manner = 'answers' | 'is silent' | 'stops half-way' | 'refuses' | 'breaks off'
let manner: Manner
let server: Server
let base: string
/** Requests that the client has let go. */
let left = 0

beforeEach(async () => {
  left = 0
  server = createServer((_, response) => {
    response.on('close', () => void (left += response.writableFinished ? 0 : 1))
    if (manner === 'breaks off') response.destroy()
    if (manner === 'answers') response.end('{"models":[]}')
    if (manner === 'stops half-way') response.write('{"models":')
    if (manner === 'refuses') {
      response.statusCode = 422
      response.end('{"error":{"code":"not_enough_candles","message":"Too few."}}')
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const client = (usual = 300) => createClient(sender(base, { usual, of: { fetchHistory: 60_000 } }))

describe('a request of the page', () => {
  it('answers', async () => {
    manner = 'answers'
    expect(await client(60_000).listModels()).toEqual({ models: [] })
  })

  it.each(['is silent', 'stops half-way'] as const)('ends in words where the server %s', async (how) => {
    manner = how
    await expect(client().listModels()).rejects.toMatchObject({
      code: 'timed_out',
      message: 'The server has not answered within 0.3 s. What is shown may be old; try again.',
    })
    await until('the connection is let go', () => left === 1)
  })

  it('says of a change that it may have been done', async () => {
    manner = 'is silent'
    await expect(client().deleteAnnotation({ id: 'a' })).rejects.toMatchObject({
      code: 'timed_out',
      message: expect.stringContaining('Whether it was done is not known') as string,
    })
  })

  it.each(['is silent', 'stops half-way'] as const)(
    'is let go with its view where the server %s',
    async (how) => {
      manner = how
      const view = new AbortController()
      const asked = client(60_000).listModels({}, view.signal)
      setTimeout(() => view.abort(), 50)
      await expect(asked).rejects.toMatchObject({ code: 'gone' })
      await until('the connection is let go', () => left === 1)
    },
  )

  it('has a limit of its own where an exchange is asked', async () => {
    manner = 'is silent'
    const view = new AbortController()
    const stretch = { symbol: 'ETH/USDT', venue: 'binance', timeframe: '1m', from: 0, to: 1 } as const
    const asked = client(20).fetchHistory({ body: stretch }, view.signal)
    setTimeout(() => view.abort(), 200)
    await expect(asked).rejects.toMatchObject({ code: 'gone' })
  })

  it('gives the server’s own words, and says where nobody answers', async () => {
    manner = 'refuses'
    await expect(client(60_000).listModels()).rejects.toMatchObject({
      code: 'not_enough_candles',
      message: 'Too few.',
      status: 422,
    })
    manner = 'breaks off'
    await expect(client(60_000).listModels()).rejects.toMatchObject({ code: 'unreachable' })
  })
})
