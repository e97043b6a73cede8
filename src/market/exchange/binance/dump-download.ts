// Binance's dump files fetched one by one, verified by their .CHECKSUM and imported; none twice.
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as askHttp, type Agent, type IncomingMessage } from 'node:http'
import { request as askHttps } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../../core/clock.ts'
import { AppError, messageOf } from '../../../core/errors.ts'
import { importCandles } from '../../importing/candles/import-candles.ts'
import type { ImportReport } from '../../importing/report.ts'
import { importTrades } from '../../importing/trades/import-trades.ts'
import { missingFrom, rangeOf } from '../../ranges.ts'
import type { MarketStore } from '../../store/market-store.ts'
import type { Market, TimeRange } from '../../types.ts'
import { dumpFiles, DUMPS, type DumpFile, type DumpRequest } from './dump-files.ts'
import type { ExchangeSettings } from '../settings.ts'

const ATTEMPTS = 4
const FIRST_PAUSE = 500
/** Nothing has come for so long: the connection is given up. */
const SILENCE = 30_000

export interface DumpOptions {
  readonly request: DumpRequest
  readonly market: Market
  readonly store: MarketStore
  readonly settings: ExchangeSettings
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onFile: (name: string, trouble: string | null) => void
}

/** One file that was imported, or was before. */
export interface DumpReport {
  readonly file: string
  readonly rows: number
  readonly added: number
  readonly sha256: string
}

/**
 * Imports what files there are of `wanted`; those that were imported before are passed over, and those that are not published are left to
 * the exchange's own interface.
 * @throws AppError `bad_checksum` for a file that stays damaged, `exchange_unreachable`
 */
export async function importDumps(options: DumpOptions, wanted: TimeRange): Promise<DumpReport[]> {
  const { request, clock } = options
  const folder = await mkdtemp(join(tmpdir(), 'annotate-dumps-'))
  const reports: DumpReport[] = []
  try {
    const queue = dumpFiles(request, wanted, clock.now())
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      options.signal.throwIfAborted()
      if (isImported(options, file)) continue
      const report = await one(options, file, folder)
      if (report === null) queue.unshift(...file.days)
      else reports.push(report)
    }
    return reports
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function isImported({ store, market }: DumpOptions, { name }: DumpFile): boolean {
  const rows = store.sqlite
    .prepare(
      'SELECT 1 FROM import WHERE market = ? AND file = ? AND finished_at IS NOT NULL AND forgotten_at IS NULL',
    )
    .all([store.open(market), name])
  return rows.length > 0
}

/** Null where there is no such file. */
async function one(options: DumpOptions, file: DumpFile, folder: string): Promise<DumpReport | null> {
  const path = join(folder, file.name)
  for (let attempt = 1; ; attempt += 1) {
    if (!(await fetchFile(options, file, path))) return null
    try {
      const { rows, added, sha256 } = await importOne(options, file, path)
      return { file: file.name, rows, added, sha256 }
    } catch (error) {
      // Damaged on the way: nothing was stored.
      const isDamaged = error instanceof AppError && error.code === 'bad_checksum'
      if (!isDamaged || attempt >= ATTEMPTS) throw error
      options.onFile(file.name, error.message)
    } finally {
      await rm(path, { force: true })
      await rm(`${path}.CHECKSUM`, { force: true })
    }
  }
}

async function importOne(
  { request, market, store, clock, signal }: DumpOptions,
  file: DumpFile,
  path: string,
): Promise<ImportReport> {
  const onProgress = (): void => signal.throwIfAborted()
  const { what } = request
  if (what !== 'aggTrades')
    return importCandles({ path, market, timeframe: what, sparse: false, store, clock, onProgress })
  const report = await importTrades({ path, market, store, clock, onProgress })
  coverWhole(store, market, file.range, report)
  return report
}

/** A dump holds every trade of its days: also what lies before the first and after the last is known, but no row that could not be read. */
function coverWhole(
  store: MarketStore,
  market: Market,
  whole: TimeRange,
  { import: source, coverage: inside, gaps }: ImportReport,
): void {
  const ends = inside === null ? [whole] : [rangeOf(whole.from, inside.from), rangeOf(inside.to, whole.to)]
  store.transaction(() => {
    store.cover(market, '1s', 'trades', missingFrom(gaps, whole), null, source)
    for (const end of ends) {
      if (end.from < end.to) store.recompose(market, '1s', end, { first: null, corrected: whole.to })
    }
  })
}

/** The file and its checksum; false where it is not published. */
async function fetchFile(options: DumpOptions, file: DumpFile, path: string): Promise<boolean> {
  const url = `${(options.settings.dumps ?? DUMPS).replace(/\/$/, '')}/${file.path}`
  options.onFile(file.name, null)
  const checksum = await withAttempts(options, file.name, () => textOf(options, `${url}.CHECKSUM`))
  if (checksum === null) return false
  await writeFile(`${path}.CHECKSUM`, checksum)
  return withAttempts(options, file.name, () => toFile(options, url, path))
}

async function withAttempts<T>(
  { signal, onFile }: DumpOptions,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) throw error
      if (attempt >= ATTEMPTS) throw unreachable(name, error)
      onFile(name, messageOf(error))
      await sleep(FIRST_PAUSE * 2 ** (attempt - 1), undefined, { signal })
    }
  }
}

async function textOf(options: DumpOptions, url: string): Promise<string | null> {
  const response = await ask(options, url)
  if (response === null) return null
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

async function toFile(options: DumpOptions, url: string, path: string): Promise<boolean> {
  const response = await ask(options, url)
  if (response === null) return false
  await pipeline(response, createWriteStream(path), { signal: options.signal })
  return true
}

/** Null for 404. */
async function ask({ settings, signal }: DumpOptions, url: string): Promise<IncomingMessage | null> {
  const isSecure = url.startsWith('https:')
  const agent = await agentOf(settings)
  return new Promise((resolve, reject) => {
    const asked = (isSecure ? askHttps : askHttp)(url, {
      signal,
      timeout: SILENCE,
      ...(agent === null ? {} : { agent }),
    })
    asked.on('timeout', () => asked.destroy(new Error(`nothing came for ${SILENCE} ms`)))
    asked.on('error', reject)
    asked.on('response', (response) => {
      const { statusCode = 0 } = response
      if (statusCode === 200) return resolve(response)
      response.resume()
      if (statusCode === 404) return resolve(null)
      reject(new Error(`${new URL(url).host} answered ${statusCode}`))
    })
    asked.end()
  })
}

/** Through the proxy that the exchange is asked through. */
async function agentOf({ httpProxy, httpsProxy, socksProxy }: ExchangeSettings): Promise<Agent | null> {
  if (socksProxy !== undefined) return new (await import('socks-proxy-agent')).SocksProxyAgent(socksProxy)
  const proxy = httpsProxy ?? httpProxy
  // Tunnels both kinds of address.
  return proxy === undefined ? null : new (await import('https-proxy-agent')).HttpsProxyAgent(proxy)
}

function unreachable(name: string, cause: unknown): AppError {
  const message = `The dump ${name} could not be fetched: ${messageOf(cause)}. Look at the connection, or run it again without --from-dumps.`
  return new AppError('exchange_unreachable', message, { status: 502, cause })
}
