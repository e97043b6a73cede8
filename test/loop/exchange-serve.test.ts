// A real market from the command line: serve and download-data as processes, against the local exchange by a settings file.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExchangesOut, HistoryCostOut, HistoryOut, SymbolsOut } from '../../src/contract/exchanges.ts'
import type { CandlesOut, HealthOut } from '../../src/contract/market.ts'
import type { ErrorBody } from '../../src/contract/shapes.ts'
import { annotate, annotateJson, serve, type Served } from '../unit/cli/annotate.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { klines } from '../exchange/binance-rest.ts'
import { patient, until } from '../patience.ts'

const DAY = 86_400_000
let exchange: LocalBinance
let folder: string
let settings: string

beforeAll(async () => {
  exchange = await new LocalBinance().open()
  folder = await mkdtemp(join(tmpdir(), 'annotate-exchange-'))
  settings = join(folder, 'settings.json')
  await writeFile(settings, JSON.stringify(exchange.settings()))
})
afterAll(async () => {
  await exchange.close()
  await rm(folder, { recursive: true, force: true })
})

const on = (workspace: string): string[] =>
  `--exchange binance --symbol ETH/USDT --exchange-settings ${settings} --workspace ${join(folder, workspace)}`.split(
    ' ',
  )

describe('serve --source exchange', () => {
  let served: Served
  beforeAll(async () => {
    served = await serve('--source', 'exchange', ...on('served'))
  })

  async function get<T>(path: string): Promise<T> {
    return (await (await fetch(served.url + path)).json()) as T
  }

  async function post(path: string, body: object): Promise<{ status: number; body: unknown }> {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(served.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: response.status, body: await response.json() }
  }

  it('streams, and says how', async () => {
    let health = await get<HealthOut>('/api/health')
    await until('the stream', async () => {
      health = await get<HealthOut>('/api/health')
      return health.data_source.state === 'streaming'
    })
    expect(health.data_source).toMatchObject({
      kind: 'exchange',
      venue: 'binance',
      symbol: 'ETH/USDT',
      simulated: false,
      state: 'streaming',
      connection: { connected: true, gaps: 0, clock_doubted: false },
    })
  })

  it('has 100 candles and more of each timeframe behind it, and goes on with seconds of trades', async () => {
    const now = exchange.now()
    for (const timeframe of ['1m', '1h', '1d'] as const) {
      const { candles, gaps } = await get<CandlesOut>(
        `/api/candles?symbol=ETH/USDT&timeframe=${timeframe}&limit=120`,
      )
      expect(candles).toHaveLength(120)
      expect(gaps).toEqual([])
    }
    await sleep(3000)
    const from = Math.ceil(now / 1000) * 1000
    const { candles } = await get<CandlesOut>(`/api/candles?symbol=ETH/USDT&timeframe=1s&limit=120`)
    expect(candles).toHaveLength(120)
    const live = candles.filter(([open]) => open >= from)
    expect(live.length).toBeGreaterThan(0)
    const truth = klines(exchange.trades, from, from + (live.length - 1) * 1000, 1000)
    expect(live.filter((row) => row[5] > 0)).toEqual(
      truth.map((row) => row.slice(0, 6).map(Number)).filter((row) => row[5]! > 0),
    )
  })

  it('fetches a window of the past when asked, and says before what it takes', async () => {
    const to = Math.floor(exchange.now() / DAY) * DAY - 3 * DAY
    const query = `symbol=ETH/USDT&timeframe=1s&from=${to - 300_000}&to=${to}`
    const cost = await get<HistoryCostOut>(`/api/history?${query}`)
    expect(cost).toMatchObject({ way: 'candles', requests: 1 })
    expect(cost.missing).toHaveLength(1)
    const stretch = { symbol: 'ETH/USDT', timeframe: '1s', from: to - 300_000, to }
    const fetched = await post('/api/history', stretch)
    expect(fetched).toMatchObject({ status: 200, body: { added: 300, missing: [] } })
    const again = await post('/api/history', stretch)
    expect(again.body).toMatchObject({ added: 0 } satisfies Partial<HistoryOut>)
    const { candles } = await get<CandlesOut>(`/api/candles?${query}`)
    expect(candles).toHaveLength(300)
  })

  it('fetches what a test case lacks before it refuses the mark', async () => {
    const entry = Math.floor(exchange.now() / DAY) * DAY - 2 * DAY + 3_723_000
    const price = Number(exchange.trades[0]!.price)
    const made = await post('/api/annotations', {
      symbol: 'ETH/USDT',
      direction: 'LONG',
      entry: { timestamp: entry, price },
      exit: { timestamp: entry + 60_000, price: price * 1.02 },
    })
    expect(made.status).toBe(201)
    const missing = await get<HistoryCostOut>(
      `/api/history?symbol=ETH/USDT&timeframe=1s&from=${entry - 100_000}&to=${entry}`,
    )
    expect(missing.missing).toEqual([])
  })

  it('refuses a stretch that is too long, in words', async () => {
    const to = exchange.now() - 30 * DAY
    const stretch = { symbol: 'ETH/USDT', timeframe: '1s', from: to - DAY, to }
    const { status, body } = await post('/api/history', stretch)
    expect(status).toBe(422)
    const { error } = body as ErrorBody
    expect(error.code).toBe('too_much_history')
    expect(error.message).toContain('download-data')
  })

  it('knows exchanges and their symbols', async () => {
    const { exchanges } = await get<ExchangesOut>('/api/exchanges')
    const ids = exchanges.map(({ id }) => id)
    for (const id of ['binance', 'binanceusdm', 'bybit', 'coinbase', 'kraken', 'okx'])
      expect(ids).toContain(id)
    const { symbols } = await get<SymbolsOut>('/api/exchanges/binance/symbols?q=eth')
    expect(symbols.map(({ symbol }) => symbol)).toEqual(['ETH/BTC', 'ETH/USDT'])
    const unknown = await get<ErrorBody>('/api/exchanges/bynance/symbols?q=eth')
    expect(unknown.error.code).toBe('unknown_exchange')
  })

  it('ends within two seconds, also where the exchange owes an answer', async () => {
    const asked = exchange.requests.length
    exchange.isSilent = true
    exchange.disconnect()
    await until('a question after the break', () => exchange.requests.length > asked)
    const { code, ms } = await served.stop()
    exchange.isSilent = false
    expect(code).toBe(0)
    expect(ms).toBeLessThan(patient(2000))
  })
})

describe('a wrong call', () => {
  it('names the symbols there are', async () => {
    const { code, stderr } = await annotate(
      'serve',
      '--source',
      'exchange',
      ...on('wrong'),
      '--symbol',
      'ETH/EUR',
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(/no ETH\/EUR on Binance.*ETH\/BTC/s)
  })

  it('names the setting that there is not', async () => {
    const file = join(folder, 'wrong.json')
    await writeFile(file, JSON.stringify({ apiKey: 'mine' }))
    const { code, stderr } = await annotate(
      'download-data',
      ...on('wrong'),
      '--from',
      '2024-01-01T00:00:00Z',
      '--exchange-settings',
      file,
    )
    expect(code).toBe(1)
    expect(stderr).toContain('httpsProxy')
  })
})

interface Download {
  timeframe: string
  rows: number
  added: number
  already_known: number
  gaps: unknown[]
  sha256: string | null
}

describe('download-data', () => {
  const from = Math.floor((Date.now() - 3 * DAY) / DAY) * DAY
  const stretch = (days: number): string[] => [
    '--from',
    new Date(from).toISOString(),
    '--to',
    new Date(from + days * DAY).toISOString(),
  ]
  const download = async (...args: string[]): Promise<Download[]> =>
    (await annotateJson<{ downloads: Download[] }>('download-data', ...on('downloads'), ...args)).downloads

  it('fetches every candle once, goes on where it stopped, and repeats nothing', async () => {
    const [minutes, hours, days] = await download(...stretch(1))
    expect(minutes).toMatchObject({ timeframe: '1m', rows: 1440, added: 1440, already_known: 0, gaps: [] })
    expect(hours).toMatchObject({ timeframe: '1h', rows: 0, already_known: 24, gaps: [] })
    expect(days).toMatchObject({ timeframe: '1d', already_known: 1, gaps: [] })
    const again = await download(...stretch(1), '--timeframes', '1m')
    expect(again[0]).toMatchObject({ rows: 0, added: 0, already_known: 1440, gaps: [], sha256: null })
    const longer = await download(...stretch(2), '--timeframes', '1m')
    expect(longer[0]).toMatchObject({ rows: 1440, added: 1440, already_known: 1440, gaps: [] })
  })

  it('waits out a ban and goes on', async () => {
    exchange.refusal = { status: 418, times: 2, retryAfter: 1 }
    const [hours] = await download(...stretch(3), '--timeframes', '1h')
    expect(exchange.refusal.times).toBe(0)
    expect(hours).toMatchObject({ already_known: 48, rows: 24, gaps: [] })
  })

  it('tells what is not there yet as a gap', async () => {
    const to = new Date(Date.now() + 10 * DAY).toISOString()
    const [days] = await download(
      '--from',
      new Date(from - 10 * DAY).toISOString(),
      '--to',
      to,
      '--timeframes',
      '1d',
    )
    expect(days!.gaps.length).toBeLessThanOrEqual(1)
    expect(days!.rows).toBeGreaterThanOrEqual(10)
  })
})
