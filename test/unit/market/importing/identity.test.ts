// What a file says of itself is believed: a contradiction is refused before anything is stored, naming both.
import { describe, expect, it } from 'vitest'
import { createMarketReader } from '../../../../src/market/reader.ts'
import { exportCandles } from '../../../../src/market/exporting/candles.ts'
import { meantMarket } from '../../../../src/market/importing/identity/known-market.ts'
import { symbolsIn } from '../../../../src/market/importing/identity/split-symbols.ts'
import { ccxtSymbol, sameSymbol } from '../../../../src/market/importing/identity/symbols.ts'
import type { MarketStore } from '../../../../src/market/store/market-store.ts'
import { epochMs } from '../../../../src/core/time.ts'
import { join } from 'node:path'
import { at, MARKET, openStore, temporaryFolder } from '../fixture.ts'
import { candles, lines, MINUTE, stored, T0, tenMinutes, trades, values, write } from './files.ts'

const HEADER = 'open_time,open,high,low,close,volume'
const rows = lines((each) => `${each.openTime},${values(each)},${each.volume}`)

async function expectRefused(
  importing: Promise<unknown>,
  store: MarketStore,
  ...words: string[]
): Promise<void> {
  await expect(importing).rejects.toMatchObject({ code: 'contradicts_file' })
  for (const each of words) await expect(importing).rejects.toThrow(each)
  expect(store.markets()).toEqual([])
}

describe('a column of symbols', () => {
  const two = ['symbol,timestamp,open,high,low,close,volume', ...rows.map((row) => `ETHUSDT,${row}`)]
  const both = [...two, ...lines((each) => `BTCUSDT,${each.openTime},60000,60010,59990,60005,1`)]

  it('picks the rows of the market, and says how many belong elsewhere', async () => {
    for (const order of [both, [both[0]!, ...both.slice(1).toReversed()]]) {
      const store = openStore()
      const report = await candles(write(order), store)
      expect(report).toMatchObject({ rows: 10, added: 10, elsewhere: 10, conflicts: 0 })
      expect(report.notes).toContain('10 rows belong to other markets: BTCUSDT.')
      expect(stored(store)).toEqual(tenMinutes())
    }
  })

  it('of another market alone refuses the file', async () => {
    const store = openStore()
    const other = both.filter((line) => !line.startsWith('ETH'))
    await expectRefused(candles(write(other), store), store, 'BTCUSDT', 'ETH/USDT')
    const print = ['symbol,timestamp,price,amount', `BTC/USDT,${T0},60000,1`, `BTC/USDT,${T0 + 1000},60000,1`]
    await expectRefused(trades(write(print), store), store, 'BTC/USDT', 'ETH/USDT')
    const objects = [{ symbol: 'BTC/USDT', timestamp: T0, price: 1, amount: 1 }]
    await expectRefused(trades(write(JSON.stringify(objects)), store), store, 'BTC/USDT')
  })

  it.each(['Instrument Name', 'instrument_id', 'Ticker', 'currency_pair', 'Contract', '#RIC'])(
    'may be called %s',
    async (name) => {
      const store = openStore()
      const file = [
        `${name},timestamp,open,high,low,close,volume`,
        ...rows.map((row) => `BTC-PERPETUAL,${row}`),
      ]
      await expectRefused(candles(write(file), store), store, 'BTC-PERPETUAL', 'ETH/USDT')
    },
  )

  it('names the markets to split the file into', async () => {
    expect(await symbolsIn({ path: write(both), store: openStore() }, 'candles')).toEqual([
      'ETHUSDT',
      'BTCUSDT',
    ])
    const none = symbolsIn({ path: write([HEADER, ...rows]), store: openStore() }, 'candles')
    await expect(none).rejects.toMatchObject({ code: 'bad_header' })
  })

  it('is compared however it is spelled', () => {
    for (const spelling of [
      'ETHUSDT',
      'eth/usdt',
      'ETH-USDT',
      'BINANCE:ETHUSDT',
      ' ETH_USDT ',
      'ETH',
      'ETH/USDT:USDT',
    ])
      expect([spelling, sameSymbol(spelling, spelling.includes(':USDT') ? 'ETHUSDT' : 'ETH/USDT')]).toEqual([
        spelling,
        true,
      ])
    expect(sameSymbol('XBTUSD', 'BTC/USD')).toBe(true)
    expect(sameSymbol('BTC-PERPETUAL', 'BTC/USD:BTC')).toBe(true)
    expect(sameSymbol('BTC-PERPETUAL', 'ETH/USD:ETH')).toBe(false)
    expect(sameSymbol('ETH/USDT:USDT', 'ETH/USDT')).toBe(false)
    for (const other of ['BTCUSDT', 'ETHBTC', 'ETH/USDC', 'ETHUSD', 'ETHFIUSDT'])
      expect([other, sameSymbol(other, 'ETH/USDT')]).toEqual([other, false])
    expect(['ETHUSDT', 'eth-usdt', 'XBTUSD', 'AAPL'].map(ccxtSymbol)).toEqual([
      'ETH/USDT',
      'ETH/USDT',
      'BTC/USD',
      'AAPL',
    ])
  })
})

describe('a column of venues', () => {
  const header = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount'
  const row = (venue: string, i: number): string =>
    `${venue},ETHUSDT,${T0 + i * 500}000,${T0 + i * 500}100,${i},unknown,10,1`

  it('of another venue refuses the file; a file of several needs to be told which', async () => {
    const store = openStore()
    const file = [header, row('binance', 0), row('binance', 1)]
    const venue = { ...MARKET, venue: 'kraken' }
    await expectRefused(trades(write(file), store, { market: venue }), store, 'binance', 'kraken')
    const mixed = write([header, row('binance', 0), row('coinbase', 1), row('binance', 2)])
    await expectRefused(
      trades(mixed, store, { market: { ...MARKET, venue: 'imported' } }),
      store,
      'binance and coinbase',
    )
    const report = await trades(mixed, store, { market: { ...MARKET, venue: 'Binance' } })
    expect(report).toMatchObject({ rows: 2, added: 2, elsewhere: 1, recognised: 'Tardis' })
  })

  it('is told where no venue was named', async () => {
    const report = await trades(write([header, row('binance', 0)]), openStore(), {
      market: { ...MARKET, venue: 'imported' },
    })
    expect(report.notes.join()).toContain('its venue is binance')
  })
})

describe('the spacing of the rows', () => {
  it('refuses minutes as seconds and as hours, and other spans than there are here', async () => {
    const store = openStore()
    const minutes = write([HEADER, ...rows])
    await expectRefused(
      candles(minutes, store, { timeframe: '1s' }),
      store,
      '60 s apart: a 1m file',
      '--timeframe 1m',
    )
    await expectRefused(
      candles(minutes, store, { timeframe: '1h' }),
      store,
      '60 s apart: a 1m file',
      '--timeframe 1m',
    )
    await expectRefused(candles(minutes, store, { timeframe: '1s', sparse: true }), store, 'a 1m file')
    const hours = Array.from(
      { length: 24 },
      (_, i) => `${at('2024-08-08T00:00:00Z') + i * 60 * MINUTE},1,1,1,1,1`,
    )
    await expectRefused(candles(write(hours), store, { sparse: true }), store, '3600 s apart: a 1h file')
    await expectRefused(
      candles(write(hours.toReversed()), store, { timeframe: '1d' }),
      store,
      '--timeframe 1h',
    )
    const fives = Array.from({ length: 24 }, (_, i) => `${T0 + i * 5 * MINUTE},1,1,1,1,1`)
    await expectRefused(candles(write(fives), store), store, 'a 5m file', '1s, 1m, 1h and 1d')
  })

  it('is seen before the first batch of a long file is written', async () => {
    const store = openStore()
    const many = Array.from({ length: 30_000 }, (_, i) => `${T0 - i * MINUTE},1,1,1,1,1`)
    await expectRefused(candles(write(many), store, { timeframe: '1s', batchRows: 1000 }), store, 'a 1m file')
  })

  it('may be wide where nobody traded', async () => {
    const sparse = [0, 1, 5, 65, 66, 130].map((minute) => `${T0 + minute * MINUTE},1,1,1,1,1`)
    expect(await candles(write(sparse), openStore(), { sparse: true })).toMatchObject({ added: 6 })
    const seconds = [0, 60, 120, 125].map((second) => `${T0 + second * 1000},1,1,1,1,1`)
    expect(await candles(write(seconds), openStore(), { timeframe: '1s' })).toMatchObject({ added: 4 })
  })
})

describe('metadata and names', () => {
  it('of our own Parquet and feather are compared', async () => {
    const store = openStore()
    await candles(write([HEADER, ...rows]), store)
    for (const format of ['parquet', 'feather'] as const) {
      const path = join(temporaryFolder(), 'own')
      await exportCandles({
        reader: createMarketReader(store),
        market: MARKET,
        timeframe: '1m',
        asOf: epochMs(T0 * 2),
        path,
        format,
      })
      const other = openStore()
      await expectRefused(
        candles(path, other, { market: { ...MARKET, symbol: 'BTC/USDT' } }),
        other,
        'ETH/USDT',
        'BTC/USDT',
      )
      await expectRefused(
        candles(path, other, { market: { ...MARKET, venue: 'kraken' } }),
        other,
        'test',
        'kraken',
      )
      await expectRefused(candles(path, other, { timeframe: '1h' }), other, '1m candles', '1h')
      expect(await candles(path, other, { market: { ...MARKET, venue: 'imported' } })).toMatchObject({
        added: 10,
      })
    }
  })

  it('in a known convention are compared', async () => {
    const btc = [
      'BTCUSDT-1m-2024-08.csv',
      'BTC_USDT-1m.feather',
      'Binance_BTCUSDT_2024_minute.csv',
      'XBTUSD_1.csv',
      'BTCUSDT-trades-2024-08-08.zip',
      'BINANCE_BTCUSDT, 1.csv',
      'BYBIT_BTCUSDT.P, 1_0a1b2.csv',
      'BTCUSDT_M1_202408080000_202408082359.csv',
      'binance_trades_2024-08-08_BTCUSDT.csv',
      'BTCUSDT2024-08-08.csv',
      'BTCUSDT_1_2024-08-01_2024-08-31.csv',
      'BTCUSD_Candlestick_1_M_BID_08.08.2024-09.08.2024.csv',
      'DAT_ASCII_BTCUSD_M1_2024.csv',
    ]
    for (const name of btc) {
      const store = openStore()
      await expectRefused(candles(write([HEADER, ...rows], name), store), store, name, 'ETH/USDT')
    }
    for (const name of [
      'ETHUSDT-1h-2024-08.csv',
      'ETH_USDT-5m-futures.json',
      'ETHUSD_60.csv',
      'ETHUSDT-aggTrades-2024-08-08.csv',
      'BINANCE_ETHUSDT, 60.csv',
      'COINBASE_ETHUSDT, 1D.csv',
      'ETHUSDTm_H1_202408080000_202408082359.csv',
      'ETHUSDT_D_2024-08-01_2024-08-31.csv',
    ]) {
      const store = openStore()
      const market = { venue: 'imported', symbol: name.startsWith('ETHUSD_') ? 'ETH/USD' : 'ETH/USDT' }
      await expectRefused(candles(write([HEADER, ...rows], name), store, { market }), store, name, '1m')
    }
    const store = openStore()
    await expectRefused(
      candles(write([HEADER, ...rows], 'Binance_ETHUSDT_minute.csv'), store, {
        market: { ...MARKET, venue: 'kraken' },
      }),
      store,
      'Binance',
      'kraken',
    )
    for (const name of [
      'ETHUSDT-1m-2024-08.csv',
      'ETH_USDT-1m.csv',
      'ETHUSDT_1.csv',
      'my-BTC-notes.csv',
      'BINANCE_ETHUSDT.P, 1.csv',
      'FX_IDC_ETHUSDT, 1 (2).csv',
      'ETHUSDT.r_M1_202408080000_202408082359.csv',
      'binance-BTCUSDT-1h.csv',
    ])
      expect(await candles(write([HEADER, ...rows], name))).toMatchObject({ added: 10 })
  })
})

describe('volume', () => {
  it('is not the turnover', async () => {
    const store = openStore()
    const taken = lines(
      (each) => `${each.openTime},${values(each)},${each.volume * each.close},${each.volume}`,
    )
    await expectRefused(
      candles(write(taken), store),
      store,
      'Column 6',
      'column 7 times the price',
      '--columns volume=7',
    )
    const named = ['date,open,high,low,close,volume,base', ...taken]
    await expectRefused(candles(write(named), store), store, 'volume', 'base', '--columns volume=base')
    expect(await candles(write(named), store, { columns: 'volume=base' })).toMatchObject({ added: 10 })
    expect(stored(store)).toEqual(tenMinutes())
  })

  it('beside a turnover is taken', async () => {
    const shares = [
      'trade_date,open,high,low,close,vol,amount',
      ...lines((each) => `${each.openTime},${values(each)},${each.volume},${each.volume * each.close}`),
    ]
    const store = openStore()
    await candles(write(shares), store)
    expect(stored(store)).toEqual(tenMinutes())
  })
})

describe('a symbol', () => {
  it('that differs from a known one in case or blanks alone is that one; another spelling is noted', async () => {
    const store = openStore()
    await candles(write([HEADER, ...rows]), store)
    for (const symbol of ['ETH/USDT', ' ETH/USDT', 'eth/usdt', 'ETH / USDT'])
      expect(meantMarket(store, { ...MARKET, symbol }).market).toEqual(MARKET)
    expect(meantMarket(store, { symbol: 'ETH/USDT', venue: 'TEST ' }).market).toEqual(MARKET)
    expect(meantMarket(store, MARKET).note).toBeNull()
    for (const symbol of ['ETH-USDT', 'ETHUSDT'])
      expect(meantMarket(store, { ...MARKET, symbol })).toMatchObject({
        market: { symbol },
        note: expect.stringContaining('There is ETH/USDT on test already') as string,
      })
    expect(meantMarket(store, { ...MARKET, symbol: ' BTC/USDT' })).toEqual({
      market: { ...MARKET, symbol: 'BTC/USDT' },
      note: null,
    })
  })
})
