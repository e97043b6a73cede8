// Messages that exchanges really sent, through ccxt's own parsers and ours: every print, to the last digit.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { EpochMs } from '../../src/core/time.ts'
import type { CcxtCandle } from '../../src/market/exchange/ccxt.ts'
import { printsOf } from '../../src/market/exchange/prints.ts'
import { recordedMessages } from '../exchange/tape.ts'
import { connection, FOLDER, hasWire, recorded, withMarkets, type Inside } from '../exchange/wire.ts'

function keys(exchange: Inside, symbol: string): string[] {
  const facts = { contract: false, contractSize: undefined }
  const { trades, refused } = printsOf([...(exchange.trades[symbol] ?? [])], facts, 0 as EpochMs, () => 0)
  expect(refused).toBe(0)
  return trades.map(({ id, time, price, amount, side }) => [id, time, price, amount, side].join(' '))
}

describe.skipIf(!hasWire)('recorded messages (skipped where ../shared/data is absent)', () => {
  it('Binance spot: 14,515 prints of @trade', async () => {
    const exchange = await withMarkets('binance', { ETHUSDT: 'ETH/USDT' })
    const client = connection('wss://stream.binance.com:9443/ws/0')
    const messages = [...recordedMessages('trade')]
    for (const message of messages) exchange.handleMessage(client, message)
    expect(messages).toHaveLength(14_515)
    expect(keys(exchange, 'ETH/USDT')).toEqual(
      messages.map(({ t, T, p, q, m }) =>
        [t, T, Number(p), Number(q), m === true ? 'sell' : 'buy'].join(' '),
      ),
    )
  })

  it('Binance USD-M: @aggTrade', async () => {
    const exchange = await withMarkets('binanceusdm', { CTKUSDT: 'CTK/USDT:USDT' }, 'swap')
    const client = connection('wss://fstream.binance.com/ws/0')
    const messages = recorded('binanceusdm/cryptofeed-BINANCE_FUTURES.ws.1.0.txt.gz', '"s":"CTKUSDT","p"')
      .map((message) => (message as { data: Record<string, unknown> }).data)
      .filter(({ e }) => e === 'aggTrade')
    for (const message of messages) exchange.handleMessage(client, message)
    expect(messages.length).toBeGreaterThan(10)
    expect(keys(exchange, 'CTK/USDT:USDT')).toEqual(
      messages.map(({ a, T, p, q, m }) =>
        [a, T, Number(p), Number(q), m === true ? 'sell' : 'buy'].join(' '),
      ),
    )
  })

  it('OKX v5: trades', async () => {
    const exchange = await withMarkets('okx', { 'BTC-USDT': 'BTC/USDT' })
    const client = connection('wss://ws.okx.com:8443/ws/v5/public')
    const messages = recorded(
      'okx/cryptofeed-OKX.ws.1.0.txt.gz',
      '"channel":"trades","instId":"BTC-USDT"},"data"',
    )
    for (const message of messages) exchange.handleMessage(client, message)
    const rows = messages.flatMap((message) => (message as { data: Record<string, string>[] }).data)
    expect(rows.length).toBeGreaterThan(20)
    expect(keys(exchange, 'BTC/USDT')).toEqual(
      rows.map(({ tradeId, ts, px, sz, side }) => [tradeId, ts, Number(px), Number(sz), side].join(' ')),
    )
  })

  it('Coinbase Exchange: match, whose side is the maker’s', async () => {
    const exchange = await withMarkets('coinbaseexchange', {
      'YFI-BTC': 'YFI/BTC',
      'DASH-BTC': 'DASH/BTC',
      'NMR-EUR': 'NMR/EUR',
    })
    const client = connection('wss://ws-feed.exchange.coinbase.com')
    const messages = recorded('coinbase/cryptofeed-COINBASE.ws.28.0.txt.gz', '"type":"match"') as Record<
      string,
      unknown
    >[]
    const products: Record<string, string> = {
      'YFI-BTC': 'YFI/BTC',
      'DASH-BTC': 'DASH/BTC',
      'NMR-EUR': 'NMR/EUR',
    }
    const wanted = messages.filter(({ type, product_id: id }) => type === 'match' && String(id) in products)
    for (const message of wanted) exchange.handleMessage(client, message)
    expect(wanted.length).toBeGreaterThan(3)
    const found = Object.values(products).flatMap((symbol) => keys(exchange, symbol))
    const taker = { buy: 'sell', sell: 'buy' } as const
    const expected = wanted.map(({ trade_id: id, time, price, size, side }) =>
      [id, Date.parse(String(time)), Number(price), Number(size), taker[side as 'buy' | 'sell']].join(' '),
    )
    expect(found.toSorted()).toEqual(expected.toSorted())
  })

  it('Kraken REST: trades and candles', async () => {
    const exchange = await withMarkets('kraken', { XBTUSDT: 'BTC/USDT' })
    const reply = (file: string) =>
      JSON.parse(gunzipSync(readFileSync(FOLDER + file)).toString('utf8')) as {
        result: { XBTUSDT: unknown[][] }
      }
    const trades = reply('kraken/nautilus-http_trades.json.gz')
    exchange.fetch = async () => structuredClone(trades)
    const { trades: prints } = printsOf(
      await exchange.fetchTrades('BTC/USDT'),
      { contract: false, contractSize: undefined },
      null,
      () => 0,
    )
    expect(prints.length).toBeGreaterThan(500)
    expect(prints.map(({ id, time, price, amount, side }) => [id, time, price, amount, side])).toEqual(
      trades.result.XBTUSDT.map(([price, amount, time, side, , , id]) => [
        String(id),
        Math.trunc(Number(time) * 1000),
        Number(price),
        Number(amount),
        side === 'b' ? 'buy' : 'sell',
      ]),
    )
    const candles = reply('kraken/nautilus-http_ohlc.json.gz')
    exchange.fetch = async () => structuredClone(candles)
    const rows: CcxtCandle[] = await exchange.fetchOHLCV('BTC/USDT', '1m')
    expect(rows).toEqual(
      candles.result.XBTUSDT.map(([time, open, high, low, close, , volume]) => [
        Number(time) * 1000,
        ...[open, high, low, close, volume].map(Number),
      ]),
    )
  })

  it('Bybit of 2021 is another protocol than today’s: nothing is made of it', async () => {
    const exchange = await withMarkets('bybit', { LINKUSDT: 'LINK/USDT' })
    const client = connection('wss://stream.bybit.com/v5/public/spot')
    const messages = recorded('bybit/cryptofeed-BYBIT.ws.25.0.txt.gz', '"topic":"trade.LINKUSDT"')
    expect(messages.length).toBeGreaterThan(1)
    for (const message of messages) exchange.handleMessage(client, message)
    const made = [...(exchange.trades['LINK/USDT'] ?? [])]
    const facts = { contract: false, contractSize: undefined }
    expect(printsOf(made, facts, null, () => 0)).toEqual({ trades: [], refused: made.length })
  })
})
