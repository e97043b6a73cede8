// The typed client: where its calls go and what they carry; and what the compiler refuses of callers and of handlers.
import { beforeEach, describe, expect, it } from 'vitest'
import { createClient, pathOf, type WireRequest } from '../../../src/contract/client.ts'
import type { Handlers } from '../../../src/server/typed.ts'

let sent: WireRequest[] = []
const client = createClient(async (request) => {
  sent.push(request)
  return { models: [] }
})
beforeEach(() => {
  sent = []
})

describe('a call', () => {
  it('goes where the table says, with its parameters and query in the path', async () => {
    await client.listSymbols({ id: 'a/b?c', query: { q: 'ETH & co', limit: 5 } })
    expect(sent).toEqual([
      {
        operation: 'listSymbols',
        within: undefined,
        method: 'GET',
        path: '/api/exchanges/a%2Fb%3Fc/symbols?q=ETH+%26+co&limit=5',
        headers: {},
        body: undefined,
      },
    ])
  })

  it('leaves out what is not said', async () => {
    await client.listSignals()
    await client.getOrderBook({ query: { symbol: 'ETH/USDT' } })
    expect(sent.map(({ path }) => path)).toEqual(['/api/signals', '/api/order-book?symbol=ETH%2FUSDT'])
  })

  it('sends JSON as JSON and bytes as bytes', async () => {
    await client.promoteCheckpoint({ id: 'cnn', body: { checkpoint: '0001' } })
    await client.importModel({ query: { name: 'own.onnx' }, body: new Uint8Array([1, 2]) })
    expect(sent.map(({ headers, body }) => [headers['content-type'], body])).toEqual([
      ['application/json', '{"checkpoint":"0001"}'],
      ['application/octet-stream', new Uint8Array([1, 2])],
    ])
  })

  it('says for how long its answer is wanted', async () => {
    const { signal } = new AbortController()
    await client.listModels({}, signal)
    expect(sent.map(({ operation, within }) => [operation, within])).toEqual([['listModels', signal]])
  })

  it('answers what was sent back', async () => {
    expect((await client.listModels()).models).toEqual([])
  })

  it('has its path for links', () => {
    expect(pathOf('getTestCase', { id: 'annotation_1' })).toBe('/api/test-cases/annotation_1')
  })
})

it('does not compile where a caller or a handler says otherwise than the table', () => {
  const wrong = [
    // @ts-expect-error a parameter of the path is missing
    () => client.getAnnotation(),
    // @ts-expect-error the query has no such field
    () => client.getCandles({ query: { symbol: 'ETH/USDT', timeframe: '1m', colour: 'red' } }),
    // @ts-expect-error the body lacks its model
    () => client.startTrainingRun({ body: { epochs: 1 } }),
    // @ts-expect-error the answer has no such field
    async () => (await client.listModels()).model,
  ]
  // @ts-expect-error health says more than that
  const handlers: Handlers<'getHealth'> = { getHealth: async () => ({ status: 'ok' }) }
  expect([...wrong, handlers]).toHaveLength(5)
})
