// download-data with trades and with Binance's dump files: from a local server of dumps and the local exchange, verified, resumed, each row once.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/core/database.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { candlesOf } from '../../src/market/columns.ts'
import { dumpFiles } from '../../src/market/exchange/binance/dump-files.ts'
import { rangeOf } from '../../src/market/ranges.ts'
import { openMarketStore, type MarketStore } from '../../src/market/store/market-store.ts'
import { marketMigrations } from '../../src/market/store/schema.ts'
import type { Timeframe } from '../../src/market/timeframe.ts'
import { epochMs } from '../../src/core/time.ts'
import { klines } from '../exchange/binance-rest.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { DumpServer } from '../exchange/dump-server.ts'
import { annotate, annotateJson, start } from '../unit/cli/annotate.ts'

const DAY = 86_400_000
const SPANS = { '1s': 1000, '1m': 60_000, '1h': 3_600_000, '1d': DAY } as const
let exchange: LocalBinance
let dumps: DumpServer
let folder: string
let settings: string
/** A day on which the tape had been running from its first to its last moment. */
let first: number

beforeAll(async () => {
  // The tape's ten minutes as five days, the first of them from midnight on: whatever the hour, each day holds the same of the tape.
  exchange = await new LocalBinance({ speed: 0.0015, past: 4 * DAY + (Date.now() % DAY) }).open()
  dumps = await new DumpServer(exchange.trades).open()
  first = Math.ceil(exchange.trades[0]!.time / DAY) * DAY
  folder = await mkdtemp(join(tmpdir(), 'annotate-dumps-'))
  settings = join(folder, 'settings.json')
  await writeFile(settings, JSON.stringify({ ...exchange.settings(), dumps: dumps.url }))
})
afterAll(async () => {
  await exchange.close()
  await dumps.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  dumps.requests.length = 0
  dumps.missing = []
  dumps.unit = 1
})

interface Download {
  kind: string
  timeframe: Timeframe | null
  rows: number
  added: number
  already_known: number
  gaps: unknown[]
  dumps: { file: string; rows: number; added: number }[]
}

const place = (workspace: string): string[] =>
  `--exchange binance --symbol ETH/USDT --exchange-settings ${settings} --workspace ${join(folder, workspace)}`.split(
    ' ',
  )
const span = (from: number, to: number): string[] =>
  ['--from', new Date(from), '--to', new Date(to)].map((each) =>
    typeof each === 'string' ? each : each.toISOString(),
  )
const download = async (workspace: string, ...args: string[]): Promise<Download[]> =>
  (await annotateJson<{ downloads: Download[] }>('download-data', ...place(workspace), ...args)).downloads

function stored<T>(workspace: string, read: (store: MarketStore, market: number) => T): T {
  const database = openDatabase(workspaceAt(join(folder, workspace)).database, marketMigrations)
  try {
    const store = openMarketStore(database.sqlite)
    return read(store, store.open({ venue: 'binance', symbol: 'ETH/USDT' }))
  } finally {
    void database.close()
  }
}

function checkTrades(workspace: string, from: number, to: number): void {
  const found = stored(workspace, (store, market) => store.trades.read(market, rangeOf(from, to)))
  const truth = exchange.trades.filter(({ time }) => time >= from && time < to)
  expect(truth.length).toBeGreaterThan(500)
  expect(found.map(({ id, time, price, amount, side }) => [id, time, price, amount, side])).toEqual(
    truth.map(({ id, time, price, amount, maker }) => [
      String(id),
      time,
      Number(price),
      Number(amount),
      maker ? 'sell' : 'buy',
    ]),
  )
}

/** That candles with trades in them are the exchange's. */
function checkCandles(workspace: string, timeframe: Timeframe, from: number, to: number): void {
  const found = stored(workspace, (store, market) =>
    candlesOf(store.candles.read(market, timeframe, rangeOf(from, to))),
  )
  const truth = klines(exchange.trades, from, to - SPANS[timeframe], SPANS[timeframe]).map((row) =>
    row.slice(0, 6).map(Number),
  )
  const rows = found.map(({ openTime, open, high, low, close, volume }) => [
    openTime,
    open,
    high,
    low,
    close,
    volume,
  ])
  const traded = (row: readonly number[]): boolean => row[5]! > 0
  expect(rows.filter(traded)).toEqual(truth.filter(traded))
}

describe('trades of an exchange', () => {
  it('are fetched whole, and not again', async () => {
    const [trades] = await download('rest', '--timeframes', 'none', '--trades', ...span(first, first + DAY))
    expect(trades).toMatchObject({ kind: 'trades', timeframe: null, already_known: 0, gaps: [], dumps: [] })
    expect(trades!.added).toBe(trades!.rows)
    checkTrades('rest', first, first + DAY)
    checkCandles('rest', '1s', first, first + DAY)
    checkCandles('rest', '1h', first, first + DAY)
    const [again] = await download('rest', '--timeframes', 'none', '--trades', ...span(first, first + DAY))
    expect(again).toMatchObject({ rows: 0, already_known: DAY / 1000, gaps: [] })
  })

  it('go on where they were stopped', async () => {
    const args = ['--timeframes', 'none', '--trades', ...span(first, first + 2 * DAY)]
    const running = start('download-data', ...place('stopped'), ...args)
    const asked = exchange.requests.length
    while (!exchange.requests.slice(asked).some((url) => url.includes('fromId'))) {
      await new Promise((resolve) => {
        setTimeout(resolve, 2)
      })
    }
    running.process.kill('SIGKILL')
    await new Promise((resolve) => running.process.on('close', resolve))
    const [rest] = await download('stopped', ...args)
    expect(rest!.gaps).toEqual([])
    checkTrades('stopped', first, first + 2 * DAY)
  })

  it('and no candles is nothing, and said so', async () => {
    const { code, stderr } = await annotate(
      'download-data',
      ...place('rest'),
      '--timeframes',
      'none',
      ...span(first, first + DAY),
    )
    expect(code).toBe(1)
    expect(stderr).toContain('--trades')
  })
})

describe('dump files', () => {
  it.each([
    ['ms', 1, ['1m', '1h']],
    ['µs', 1000, ['1s', '1h']],
  ] as const)(
    'in %s give the exchange’s candles and trades, days by file and the rest by REST',
    async (name, unit, timeframes) => {
      dumps.unit = unit
      const to = first + DAY + 3_600_000
      const args = ['--from-dumps', '--trades', '--timeframes', timeframes.join(), ...span(first, to)]
      const workspace = `dumps-${unit}`
      const reports = await download(workspace, ...args)
      for (const report of reports) expect([name, report.gaps]).toEqual([name, []])
      const [lowest, , trades] = reports
      const rows = DAY / SPANS[timeframes[0]]
      expect(lowest!.dumps.every((dump) => dump.rows === rows)).toBe(true)
      expect(lowest!.dumps.length).toBeGreaterThanOrEqual(1)
      expect(trades!.dumps.length).toBeGreaterThanOrEqual(1)
      expect(trades!.dumps.every(({ file }) => file.startsWith('ETHUSDT-aggTrades-'))).toBe(true)
      checkTrades(workspace, first, to)
      for (const timeframe of timeframes) checkCandles(workspace, timeframe, first, first + DAY)
      dumps.requests.length = 0
      for (const report of await download(workspace, ...args))
        expect(report).toMatchObject({ rows: 0, gaps: [], dumps: [] })
      expect(dumps.requests).toEqual([])
    },
  )

  it('that come damaged are fetched again; those that stay so are refused and nothing of them is stored', async () => {
    const args = ['--from-dumps', '--trades', '--timeframes', 'none', ...span(first, first + DAY)]
    dumps.damaged = 1
    const [trades] = await download('damaged', ...args)
    expect(trades).toMatchObject({ rows: 0, gaps: [] })
    checkTrades('damaged', first, first + DAY)
    dumps.damaged = 100
    const { code, stderr } = await annotate('download-data', ...place('damaged-again'), ...args)
    dumps.damaged = 0
    expect([code, stderr.includes('bad_checksum')]).toEqual([1, true])
    expect(
      stored('damaged-again', (store, market) => store.trades.read(market, rangeOf(first, first + DAY))),
    ).toEqual([])
  })

  it('that are not published are made up for by REST', async () => {
    dumps.missing = [new Date(first + DAY).toISOString().slice(0, 10)]
    const [trades] = await download(
      'unpublished',
      '--from-dumps',
      '--trades',
      '--timeframes',
      'none',
      ...span(first, first + 2 * DAY),
    )
    expect(trades!.dumps).toHaveLength(1)
    expect(trades!.rows).toBeGreaterThan(0)
    expect(trades!.gaps).toEqual([])
    checkTrades('unpublished', first, first + 2 * DAY)
  })

  it('of whole months are taken by the month, and by the day where that is not published', async () => {
    const now = new Date(first)
    const month = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 1)
    const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)
    const [hours] = await download(
      'months',
      '--from-dumps',
      '--timeframes',
      '1h',
      ...span(month, next + 2 * DAY),
    )
    expect(hours!.gaps).toEqual([])
    expect(hours!.dumps.map(({ rows }) => rows)).toEqual([(next - month) / 3_600_000, 24, 24])
    dumps.missing = ['/monthly/']
    const [days] = await download('months-by-day', '--from-dumps', '--timeframes', '1h', ...span(month, next))
    expect(days!.dumps).toHaveLength((next - month) / DAY)
    expect(days!.gaps).toEqual([])
  })

  it('are those of the market’s kind', () => {
    const wanted = rangeOf(Date.UTC(2024, 6, 31), Date.UTC(2024, 8, 2))
    const paths = (exchangeId: string, contract: boolean): string[] =>
      dumpFiles(
        { exchange: exchangeId, market: { id: 'ETHUSDT', contract }, what: '1m' },
        wanted,
        epochMs(Date.UTC(2025, 0)),
      ).map(({ path }) => path)
    expect(paths('binance', false)).toEqual([
      'data/spot/daily/klines/ETHUSDT/1m/ETHUSDT-1m-2024-07-31.zip',
      'data/spot/monthly/klines/ETHUSDT/1m/ETHUSDT-1m-2024-08.zip',
      'data/spot/daily/klines/ETHUSDT/1m/ETHUSDT-1m-2024-09-01.zip',
    ])
    expect(paths('binanceusdm', true)[1]).toBe(
      'data/futures/um/monthly/klines/ETHUSDT/1m/ETHUSDT-1m-2024-08.zip',
    )
  })

  it('are for exchanges that publish them', async () => {
    const args = [
      '--exchange',
      'kraken',
      '--symbol',
      'BTC/EUR',
      '--from',
      '2024-01-01T00:00:00Z',
      '--from-dumps',
    ]
    const { code, stderr } = await annotate('download-data', ...args, '--workspace', join(folder, 'none'))
    expect([code, stderr.includes('publishes no dump files')]).toEqual([1, true])
  })
})
