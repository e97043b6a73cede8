// Every reader of what others wrote, by name: it reads a file and checks what came of it, or refuses it as the house does.
import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { readTestCase } from '../../../src/annotation/case-files.ts'
import { importLabels } from '../../../src/annotation/interchange/import-labels.ts'
import { ManualClock } from '../../../src/core/clock.ts'
import { epochMs } from '../../../src/core/time.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { importBook } from '../../../src/market/book/import-book.ts'
import { bookMessageOf } from '../../../src/market/exchange/binance/book-messages.ts'
import type { CcxtExchange, CcxtTrade } from '../../../src/market/exchange/ccxt.ts'
import { tapKrakenChecksums } from '../../../src/market/exchange/kraken/checksum.ts'
import { printsOf } from '../../../src/market/exchange/prints.ts'
import { readExchangeSettings } from '../../../src/market/exchange/settings.ts'
import { importCandles } from '../../../src/market/importing/candles/import-candles.ts'
import { importTrades } from '../../../src/market/importing/trades/import-trades.ts'
import { decodeWeights } from '../../../src/nn/weights.ts'
import { Checkpoints } from '../../../src/orchestrator/checkpoints.ts'
import { inOneFile } from '../../../src/orchestrator/custom/own-weights.ts'
import { openWorkspace, type OpenWorkspace } from '../../../src/server/open-workspace.ts'
import { decodeState } from '../../../src/training/jobs/state-file.ts'
import { fill, MARKET } from '../../unit/annotation/fixture.ts'
import { checkMarket, checkNothing, checkReport, law } from './laws.ts'

/** When every test reads: long after what the files hold. */
const NOW = epochMs(Date.parse('2026-01-15T10:30:00Z'))
const ARRIVED = epochMs(NOW - 1000)

type Parser = (path: string) => Promise<void>

/** All of them over one workspace in `folder`; a file's market is its own. */
export function parsersIn(folder: string) {
  const open = openWorkspace({ workspace: workspaceAt(folder), clock: new ManualClock(NOW) })
  fill(open.store)
  return {
    candles: candles(open, {}),
    'candles without zone': candles(open, { timezone: 'UTC' }),
    trades: trades(open),
    book: book(open),
    labels: labels(open),
    'test case': async (path) => void (await readTestCase(path)),
    checkpoint,
    weights: async (path) => {
      const tensors = decodeWeights(await readFile(path), basename(path))
      for (const { shape, data } of tensors.values()) {
        law(shape.reduce((product, size) => product * size, 1) === data.length, 'a tensor of another shape')
      }
    },
    'training state': async (path) => void decodeState(await readFile(path), basename(path)),
    onnx: async (path) => void (await inOneFile(path, await readFile(path))),
    'exchange settings': async (path) => void readExchangeSettings(path),
    'order-book message': bookMessage,
    'exchange message': otherMessage,
  } satisfies Record<string, Parser>
}

export type ParserName = keyof ReturnType<typeof parsersIn>

let count = 0
const nextMarket = () => ({ venue: `file-${(count += 1)}`, symbol: 'ETH/USDT' })

function candles({ store, reader, clock }: OpenWorkspace, more: { timezone?: string }): Parser {
  return async (path) => {
    const market = nextMarket()
    try {
      const report = await importCandles({
        path,
        market,
        store,
        clock,
        timeframe: '1m',
        sparse: false,
        ...more,
      })
      checkReport(report)
    } catch (error) {
      checkNothing(store, market)
      throw error
    }
    await checkMarket(store, reader, market)
  }
}

function trades({ store, reader, clock }: OpenWorkspace): Parser {
  return async (path) => {
    const market = nextMarket()
    try {
      checkReport(await importTrades({ path, market, store, clock }))
    } catch (error) {
      checkNothing(store, market)
      throw error
    }
    await checkMarket(store, reader, market)
  }
}

function book({ books, store }: OpenWorkspace): Parser {
  return async (path) => {
    const market = nextMarket()
    try {
      const report = await importBook({ path, market, store: books })
      law(report.seconds_added <= 100_000, `${report.seconds_added} seconds of a few`)
    } catch (error) {
      checkNothing(store, market)
      throw error
    }
  }
}

function labels({ annotations, reader, clock }: OpenWorkspace): Parser {
  return async (path) => {
    const before = await annotations.list({ market: MARKET })
    const added: string[] = []
    try {
      const report = await importLabels({
        path,
        market: MARKET,
        reader,
        clock,
        timezone: 'UTC',
        direction: 'LONG',
        standing: before,
        create: async (body) => {
          const made = await annotations.create(body, MARKET)
          added.push(made.id)
          return made
        },
      })
      law(report.added === added.length, 'more was added than is said')
      law(
        report.labels ===
          report.added +
            report.already_present +
            report.other_market +
            report.not_chosen +
            report.refused_count,
        `labels do not add up: ${JSON.stringify(report)}`,
      )
    } catch (error) {
      law(added.length === 0, 'the file was refused, and marks of it stand')
      throw error
    } finally {
      for (const id of added) await annotations.remove(id)
    }
  }
}

async function checkpoint(path: string): Promise<void> {
  const root = dirname(dirname(dirname(path)))
  const [entry] = await new Checkpoints(root).list('cnn')
  law(
    entry !== undefined && (entry.broken === null || entry.broken.includes('0001')),
    'a checkpoint that is not named',
  )
  await new Checkpoints(root).load('cnn', '0001')
}

/** What Binance sends of its books. */
async function bookMessage(path: string): Promise<void> {
  const message = parsed(await readFile(path, 'utf8'))
  if (message === null) return
  const read = bookMessageOf(message, ARRIVED)
  const numbers = [...read.bids, ...read.asks, read.lastUpdateId, read.eventTime ?? 0]
  law(
    numbers.every((each) => Number.isFinite(each) && each >= 0),
    `a level that is no number: ${JSON.stringify(read)}`,
  )
}

/** A trade as ccxt tells it, or a message of Kraken's, to those who read them. */
async function otherMessage(path: string): Promise<void> {
  const message = parsed(await readFile(path, 'utf8'))
  if (message === null) return
  const market = { contract: true, contractSize: 0.1 }
  const { trades: read } = printsOf([message as CcxtTrade], market, null, () => 0)
  for (const { time, price, amount, sequence } of read) {
    const isTrade = Number.isSafeInteger(time) && Number.isFinite(sequence) && price > 0 && amount > 0
    law(isTrade && [price, amount].every(Number.isFinite), `no trade: ${JSON.stringify(message)}`)
  }
  const exchange: Handling = { handleMessage: () => undefined }
  const checksum = tapKrakenChecksums(exchange as unknown as CcxtExchange, 'ETH/USDT')
  exchange.handleMessage({}, message)
  law(checksum() === null, 'a checksum that outlives its message')
}

interface Handling {
  handleMessage(client: object, message: unknown): void
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}
