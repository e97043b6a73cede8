// Many markets in one server: several symbols of an exchange over one connection, beside the demo market, followed and let go while it runs.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CandlesOut, HealthOut, MarketOut, MarketsOut } from '../../src/contract/market.ts'
import type { SessionOut, SignalOut } from '../../src/contract/inference.ts'
import type { ErrorBody } from '../../src/contract/shapes.ts'
import type { LedgerOut } from '../../src/contract/ledger.ts'
import type { HistoryCostOut } from '../../src/contract/exchanges.ts'
import { klines } from '../exchange/binance-rest.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { annotate, serve, type Served } from '../unit/cli/annotate.ts'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'
import { patient, until } from '../patience.ts'
import { putDemoInto } from '../prepared-demo.ts'

const SYMBOLS = { ETHUSDT: 'ETH/USDT', BTCUSDT: 'BTC/USDT', XRPUSDT: 'XRP/USDT' } as const
let exchange: LocalBinance
let folder: string
let settings: string

beforeAll(async () => {
  exchange = await new LocalBinance({ symbols: Object.keys(SYMBOLS) }).open()
  folder = await mkdtemp(join(tmpdir(), 'annotate-markets-'))
  settings = join(folder, 'settings.json')
  await writeFile(settings, JSON.stringify(exchange.settings()))
})
afterAll(async () => {
  await exchange.close()
  await rm(folder, { recursive: true, force: true })
})

interface Answer<T> {
  status: number
  body: T
}

/** HTTP calls of a server, each with its status. */
function caller(served: Served) {
  const call = async <T>(method: string, path: string, body?: object): Promise<Answer<T>> => {
    const sent =
      body === undefined
        ? { method }
        : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch(served.url + path, sent)
    return { status: response.status, body: (await response.json()) as T }
  }
  const market = async (venue: string, symbol: string): Promise<MarketOut | undefined> => {
    const { body } = await call<MarketsOut>('GET', '/api/markets')
    return body.markets.find((each) => each.venue === venue && each.symbol === symbol)
  }
  const streaming = (venue: string, symbol: string): Promise<void> =>
    until(`${symbol} on ${venue}`, async () => (await market(venue, symbol))?.state === 'streaming')
  return { call, until, market, streaming }
}

/** That the last seconds of each symbol are the exchange's. */
async function checkSeconds(
  call: ReturnType<typeof caller>['call'],
  id: string,
  symbol: string,
): Promise<void> {
  const from = Math.ceil(exchange.now() / 1000) * 1000
  const path = `/api/candles?symbol=${symbol}&venue=binance&timeframe=1s&from=${from}`
  // Two seconds and what the exchange gives them to arrive; longer on a busy machine.
  let { body } = await call<CandlesOut>('GET', path)
  for (let tries = 0; body.candles.length < 2 && tries < 60; tries++) {
    await sleep(500)
    body = (await call<CandlesOut>('GET', path)).body
  }
  expect(body.candles.length).toBeGreaterThanOrEqual(2)
  const truth = klines(exchange.tradesOf(id), from, from + (body.candles.length - 1) * 1000, 1000)
  const traded = (row: readonly unknown[]): boolean => Number(row[5]) > 0
  expect(body.candles.filter(traded)).toEqual(truth.filter(traded).map((row) => row.slice(0, 6).map(Number)))
}

describe('serve with several symbols', () => {
  let before = 0
  let served: Served
  let api: ReturnType<typeof caller>
  beforeAll(async () => {
    before = exchange.tradeConnections
    const symbols =
      '--source exchange --exchange binance --symbol ETH/USDT,BTC/USDT --market binance:XRP/USDT'
    const place = ['--exchange-settings', settings, '--workspace', join(folder, 'several')]
    served = await serve(...symbols.split(' '), ...place)
    api = caller(served)
    for (const symbol of Object.values(SYMBOLS)) await api.streaming('binance', symbol)
  })
  afterAll(() => served.stop())

  it('streams each of them, over one connection', async () => {
    expect(exchange.tradeConnections - before).toBe(1)
    await Promise.all(Object.entries(SYMBOLS).map(([id, symbol]) => checkSeconds(api.call, id, symbol)))
    const { body } = await api.call<HealthOut>('GET', '/api/health')
    expect(body.data_source).toMatchObject({ venue: 'binance', symbol: 'ETH/USDT', state: 'streaming' })
    expect(body.data_sources.map(({ symbol }) => symbol)).toEqual(Object.values(SYMBOLS))
    for (const source of body.data_sources)
      expect(source).toMatchObject({
        state: 'streaming',
        connection: { connected: true, gaps: 0, reconnects: 0 },
      })
  })

  it('comes back with all of them after the connection is cut', async () => {
    exchange.disconnect()
    await api.until('the reconnection', async () => {
      const { data_sources: sources } = (await api.call<HealthOut>('GET', '/api/health')).body
      return sources.every(({ state, connection }) => state === 'streaming' && connection!.reconnects === 1)
    })
    await Promise.all(Object.entries(SYMBOLS).map(([id, symbol]) => checkSeconds(api.call, id, symbol)))
    const { body } = await api.call<HealthOut>('GET', '/api/health')
    expect(body.data_sources.map(({ connection }) => connection!.gaps)).toEqual([0, 0, 0])
  })

  it('holds in its ledger what it streamed and what it asked for', async () => {
    const { body } = await api.call<LedgerOut>('GET', '/api/ledger?symbol=BTC/USDT&venue=binance&hash=true')
    const origins = new Map(body.ledger.map(({ holds, origins: of }) => [holds, of.map(({ kind }) => kind)]))
    expect(origins.get('trades')).toEqual(['stream'])
    expect(origins.get('1d')).toEqual(['exchange'])
    for (const { gaps, rows, sha256 } of body.ledger) {
      expect(gaps).toEqual([])
      expect(rows).toBeGreaterThan(0)
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    }
  })

  it('says of each what its past would take', async () => {
    const to = Math.floor(exchange.now() / 86_400_000) * 86_400_000 - 86_400_000
    const { body } = await api.call<HistoryCostOut>(
      'GET',
      `/api/history?symbol=BTC/USDT&timeframe=1s&from=${to - 60_000}&to=${to}`,
    )
    expect(body).toMatchObject({ way: 'candles', requests: 1 })
  })
})

describe('a server on the demo market', () => {
  let served: Served
  let api: ReturnType<typeof caller>
  const place = (): string => join(folder, 'demo')
  beforeAll(async () => {
    await publishUntrained(join(place(), 'models', 'checkpoints'), { rule: EAGER, calibration: null })
    await putDemoInto(place())
    served = await serve('--exchange-settings', settings, '--workspace', place())
    api = caller(served)
    await api.streaming('demo-1', 'ETH/USDT')
  })
  afterAll(() => served.stop())

  it('follows a real market beside it, once', async () => {
    const body = { exchange: 'binance', symbol: 'ETH/USDT' }
    const [first, second] = await Promise.all([
      api.call<MarketOut>('POST', '/api/markets', body),
      api.call<MarketOut>('POST', '/api/markets', { venue: 'binance', symbol: 'ETH/USDT' }),
    ])
    expect(new Set([first.status, second.status])).toEqual(new Set([200, 201]))
    expect(first.body).toMatchObject({
      venue: 'binance',
      symbol: 'ETH/USDT',
      streaming: true,
      primary: false,
      simulated: false,
    })
    await api.streaming('binance', 'ETH/USDT')
    expect((await api.call('POST', '/api/markets', body)).status).toBe(200)
    expect(await api.market('demo-1', 'ETH/USDT')).toMatchObject({
      streaming: true,
      primary: true,
      simulated: true,
    })
    await checkSeconds(api.call, 'ETHUSDT', 'ETH/USDT')
  })

  it('means the primary market where no venue is named, and a followed one before a stored one', async () => {
    await api.call('POST', '/api/markets', { exchange: 'binance', symbol: 'BTC/USDT' })
    const eth = await api.call<CandlesOut>('GET', '/api/candles?symbol=ETH/USDT&timeframe=1s&limit=1')
    const btc = await api.call<CandlesOut>('GET', '/api/candles?symbol=BTC/USDT&timeframe=1s&limit=1')
    expect([eth.body.venue, btc.body.venue]).toEqual(['demo-1', 'binance'])
  })

  it('tells events of each market', async () => {
    await api.streaming('binance', 'BTC/USDT')
    const response = await fetch(`${served.url}/api/events?types=candle`)
    const seen = new Set<string>()
    const text = new TextDecoder()
    for await (const chunk of response.body!) {
      for (const [, venue, symbol] of text.decode(chunk).matchAll(/"venue":"([^"]+)","symbol":"([^"]+)"/g))
        seen.add(`${venue} ${symbol}`)
      if (seen.size === 3) break
    }
    expect([...seen].toSorted()).toEqual(['binance BTC/USDT', 'binance ETH/USDT', 'demo-1 ETH/USDT'])
  })

  it('runs sessions on any of them, and ends them when the market is let go', async () => {
    const { status, body: session } = await api.call<SessionOut>('POST', '/api/inference-sessions', {
      model: 'cnn',
      symbol: 'BTC/USDT',
      venue: 'binance',
    })
    expect(status).toBe(201)
    const signals = async (): Promise<SignalOut[]> =>
      (await api.call<{ signals: SignalOut[] }>('GET', `/api/signals?session=${session.id}`)).body.signals
    await api.until(
      'signals',
      async () => (await signals()).filter(({ reason }) => reason === null).length >= 3,
    )
    for (const { venue, symbol } of await signals()) expect([venue, symbol]).toEqual(['binance', 'BTC/USDT'])
    const gone = await api.call<MarketOut>('DELETE', '/api/markets?venue=binance&symbol=BTC/USDT')
    expect(gone).toMatchObject({ status: 200, body: { streaming: false, state: null, lag_ms: null } })
    const ended = await api.call<SessionOut>('GET', `/api/inference-sessions/${session.id}`)
    expect(ended.body).toMatchObject({ state: 'stopped', stop_reason: 'market_stopped' })
    expect((await api.market('binance', 'ETH/USDT'))?.state).toBe('streaming')
    const refused = await api.call<ErrorBody>('POST', '/api/inference-sessions', {
      model: 'cnn',
      symbol: 'BTC/USDT',
      venue: 'binance',
    })
    expect([refused.status, refused.body.error.code]).toEqual([409, 'market_not_live'])
  })

  it('goes on where it was when a market is followed again, and never lets go of the one it serves', async () => {
    const again = await api.call('POST', '/api/markets', { exchange: 'binance', symbol: 'BTC/USDT' })
    expect(again.status).toBe(201)
    await api.streaming('binance', 'BTC/USDT')
    await checkSeconds(api.call, 'BTCUSDT', 'BTC/USDT')
    const { status, body } = await api.call<ErrorBody>('DELETE', '/api/markets?venue=demo-1&symbol=ETH/USDT')
    expect([status, body.error.code]).toEqual([409, 'primary_market'])
  })

  it.each([
    [{ exchange: 'bynance', symbol: 'ETH/USDT' }, 404, 'unknown_exchange'],
    [{ exchange: 'binance', symbol: 'ETH/EUR' }, 404, 'unknown_symbol'],
    [{ symbol: 'ETH/USDT' }, 400, 'invalid_request'],
    [{ exchange: 'binance', venue: 'kraken', symbol: 'ETH/USDT' }, 400, 'invalid_request'],
  ])('refuses %j by name', async (body, status, code) => {
    const answer = await api.call<ErrorBody>('POST', '/api/markets', body)
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
  })
})

it('says that an exchange cannot be reached', async () => {
  const file = join(folder, 'nowhere.json')
  const nowhere = { public: 'http://127.0.0.1:9/api/v3', ws: { spot: 'ws://127.0.0.1:9' } }
  await writeFile(file, JSON.stringify({ urls: { api: nowhere }, timeout: 500, rateLimit: 1 }))
  const served = await serve('--exchange-settings', file, '--workspace', join(folder, 'nowhere'))
  const { call } = caller(served)
  const answer = await call<ErrorBody>('POST', '/api/markets', { exchange: 'binance', symbol: 'ETH/USDT' })
  expect([answer.status, answer.body.error.code]).toEqual([502, 'exchange_unreachable'])
  expect((await served.stop()).ms).toBeLessThan(patient(2000))
})

it('takes one symbol alone for a replay, and other markets for a real one alone', async () => {
  const place = ['--workspace', join(folder, 'wrong')]
  const replay = ['serve', '--source', 'replay', '--from', '2024-01-01T00:00:00Z']
  expect((await annotate(...replay, '--symbol', 'A/B,C/D', ...place)).stderr).toContain('one --symbol')
  expect((await annotate('serve', '--market', 'binance:A/B', ...place)).stderr).toContain('--source exchange')
})
