// Files as people download them: recognised by their content, the guess told, columns by name, by position, by the rows themselves.
import { describe, expect, it } from 'vitest'
import type { Candle } from '../../../../src/market/types.ts'
import { openStore, span } from '../fixture.ts'
import { candles, lines, MINUTE, stored, T0, tenMinutes, trades, values, write } from './files.ts'

const iso = ({ openTime }: Candle): string => new Date(openTime).toISOString()
const clock = (each: Candle): string => iso(each).slice(11, 19)
const dotted = (each: Candle): string => iso(each).slice(0, 10).replaceAll('-', '.')

const FILES: [source: string, content: string[], options?: object][] = [
  [
    'CryptoDataDownload',
    [
      'https://www.CryptoDataDownload.com',
      'unix,date,symbol,open,high,low,close,Volume ETH,Volume USDT,tradecount',
      ...lines(
        (each, i) =>
          `${i < 5 ? each.openTime / 1000 : each.openTime},${iso(each).slice(0, 19).replace('T', ' ')},ETH/USDT,${values(each)},${each.volume},${each.volume * each.close},3`,
      ).toReversed(),
    ],
  ],
  ['Kraken OHLCVT', lines((each) => `${each.openTime / 1000},${values(each)},${each.volume},7`)],
  [
    'TradingView',
    [
      'time,open,high,low,close,Volume,Volume MA',
      ...lines((each) => `${each.openTime / 1000},${values(each)},${each.volume},NaN`),
    ],
  ],
  [
    'MetaTrader 5',
    [
      '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>',
      ...lines((each) =>
        [dotted(each), clock(each), values(each).replaceAll(',', '\t'), each.volume, 0, 2].join('\t'),
      ),
    ],
    { timezone: 'UTC' },
  ],
  [
    'MetaTrader 4 bars',
    lines((each, i) => `${dotted(each)},${clock(each).slice(0, 5)},${values(each)},${i + 1}`),
    { timezone: 'UTC' },
  ],
  [
    'Dukascopy',
    [
      'Gmt time,Open,High,Low,Close,Volume',
      ...lines((each) => `08.08.2024 ${clock(each)}.000,${values(each)},${each.volume}`),
    ],
  ],
  [
    'Yahoo Finance',
    [
      'Datetime,Open,High,Low,Close,Adj Close,Volume',
      ...lines((each) => `${iso(each)},${values(each)},${each.close / 2},${each.volume}`),
    ],
  ],
  [
    'Yahoo Finance (yfinance)',
    [
      'Price,Close,High,Low,Open,Volume',
      'Ticker,ETH-USDT,ETH-USDT,ETH-USDT,ETH-USDT,ETH-USDT',
      'Datetime,,,,,',
      ...lines((each) => [iso(each), each.close, each.high, each.low, each.open, each.volume].join(',')),
    ],
  ],
  [
    'Bybit',
    [
      'start_at,symbol,period,open,high,low,close,volume',
      ...lines((each) => `${each.openTime / 1000},ETHUSDT,1,${values(each)},${each.volume}`),
    ],
  ],
]

describe('candles', () => {
  it.each(FILES)('of %s are read, and the guess is told', async (source, content, options = {}) => {
    const store = openStore()
    const report = await candles(write(content), store, options)
    expect(report).toMatchObject({ recognised: source, rows: 10, added: 10, refused_count: 0 })
    const read = stored(store)
    if (source === 'MetaTrader 4 bars')
      expect(read.map(({ volume }) => volume)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    else expect(read).toEqual(tenMinutes())
  })

  it('of whoever have nothing guessed', async () => {
    const named = [
      'time,open,high,low,close,volume',
      ...lines((each) => `${each.openTime},${values(each)},${each.volume}`),
    ]
    expect((await candles(write(named))).recognised).toBeNull()
    expect(
      (await candles(write(lines((each) => `${each.openTime},${values(each)},${each.volume}`)))).recognised,
    ).toBeNull()
  })

  it('whose column of times names its zone are read in it, and a zone that contradicts it is refused', async () => {
    const wall = (each: Candle, hours: number): string =>
      new Date(each.openTime + hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
    for (const [name, hours] of [
      ['Gmt time', 0],
      ['timestamp_utc', 0],
      ['Date (UTC)', 0],
      ['Time (EET)', 3],
      ['time (Europe/Berlin)', 2],
      ['datetime [UTC+02:00]', 2],
    ] as const) {
      const content = [
        `${name},open,high,low,close,volume`,
        ...lines((each) => `${wall(each, hours)},${values(each)},${each.volume}`),
      ]
      const store = openStore()
      expect([name, (await candles(write(content), store)).added]).toEqual([name, 10])
      expect(stored(store)).toEqual(tenMinutes())
      const other = candles(write(content), openStore(), { timezone: 'America/New_York' })
      await expect(other).rejects.toMatchObject({ code: 'contradicts_file', field: 'timezone' })
    }
    const same = [
      'Gmt time,open,high,low,close,volume',
      ...lines((each) => `${wall(each, 0)},${values(each)},1`),
    ]
    expect(await candles(write(same), openStore(), { timezone: 'Etc/UTC' })).toMatchObject({ added: 10 })
    const prints = ['time_utc,price,amount', ...lines((each) => `${wall(each, 0)},${each.close},1`)]
    expect(await trades(write(prints))).toMatchObject({ added: 10, refused_count: 0 })
  })

  it('with the time of day as six digits beside the day are read', async () => {
    const content = [
      '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>',
      ...lines((each) =>
        [
          'ETHUSDT',
          1,
          iso(each).slice(0, 10).replaceAll('-', ''),
          clock(each).replaceAll(':', ''),
          values(each),
          each.volume,
        ].join(','),
      ),
    ]
    const store = openStore()
    expect(await candles(write(content), store, { timezone: 'UTC' })).toMatchObject({ added: 10 })
    expect(stored(store)).toEqual(tenMinutes())
  })

  it('with a time of their start beside another are stamped with the start', async () => {
    const content = [
      'timestamp,start,open,high,low,close,volume',
      ...lines((each) => `${each.openTime + MINUTE},${each.openTime},${values(each)},${each.volume}`),
    ]
    const store = openStore()
    expect(await candles(write(content), store)).toMatchObject({ added: 10 })
    expect(stored(store)).toEqual(tenMinutes())
  })

  it('have columns in any order, by name, by position and by both', async () => {
    const shuffled = lines((each) =>
      [each.volume, each.close, each.low, each.high, each.open, 'x', each.openTime].join(','),
    )
    const header = 'v1,last price,bottom,top,first,what,when'
    for (const [content, columns] of [
      [shuffled, 'time=7,open=5,high=4,low=3,close=2,volume=1'],
      [[header, ...shuffled], 'time=7,open=5,high=4,low=3,close=2,volume=1'],
      [[header, ...shuffled], 'time=when, open=First, high=top, low=3, close=last price, volume=v1'],
      [['volume,close,low,high,open,what,open_time', ...shuffled], ''],
    ] as const) {
      const store = openStore()
      expect(await candles(write(content), store, columns === '' ? {} : { columns })).toMatchObject({
        added: 10,
        refused_count: 0,
      })
      expect(stored(store)).toEqual(tenMinutes())
    }
  })

  it('with columns that are not there are refused by name', async () => {
    const file = write([
      'time,open,high,low,close,volume',
      ...lines((each) => `${each.openTime},${values(each)},1`),
    ])
    for (const columns of ['price=1', 'open', 'open=0', 'open='])
      await expect(candles(file, openStore(), { columns })).rejects.toMatchObject({ code: 'invalid_columns' })
    await expect(candles(file, openStore(), { columns: 'volume=turnover' })).rejects.toThrow(
      'no column turnover for volume',
    )
  })

  it('in semicolons and tabs, with decimal commas, below remarks', async () => {
    const comma = (text: string | number): string => `${text}`.replaceAll(',', ';').replaceAll('.', ',')
    const german = [
      '# exported by hand',
      '',
      'Zeit;open;high;low;close;volume',
      ...lines((each) => `${each.openTime};${comma(values(each))};${comma(each.volume)}`),
    ]
    const tabs = [
      '# open_time open high low close volume'.replaceAll(' ', '\t').replace('#\t', '# '),
      ...lines((each) => `${each.openTime}\t${values(each).replaceAll(',', '\t')}\t${each.volume}`),
    ]
    const quoted = [
      'time,open,high,low,close,volume',
      ...lines(
        (each) =>
          `${each.openTime},${values(each)
            .split(',')
            .map((value) => `"${value.replace('.', ',')}"`)
            .join(',')},"${comma(each.volume)}"`,
      ),
    ]
    for (const [content, options] of [
      [german, { columns: 'time=Zeit' }],
      [tabs, {}],
      [quoted, {}],
    ] as const) {
      const store = openStore()
      expect(await candles(write(content), store, options)).toMatchObject({ added: 10, refused_count: 0 })
      expect(stored(store)).toEqual(tenMinutes())
    }
    const both = await candles(
      write([
        `${T0},"1,234.5","1,300.25","1,200",1250,"12,345.5"`,
        ...lines((each) => `${each.openTime + 10 * MINUTE},${values(each)},1`),
      ]),
    )
    expect(both.refused).toMatchObject([
      { line: 1, reason: expect.stringContaining('may be a decimal comma or thousands') as string },
    ])
  })

  it('in JSON Lines, with keys that differ', async () => {
    const store = openStore()
    const objects = tenMinutes().map(({ openTime, ...rest }, i) =>
      JSON.stringify(i === 0 ? { ...rest, time: openTime } : { note: 'x', ...rest, time: openTime }),
    )
    expect(await candles(write(objects.join('\n')), store)).toMatchObject({
      format: 'jsonl',
      added: 10,
      refused_count: 0,
    })
    expect(stored(store)).toEqual(tenMinutes())
    const arrays = lines((each) => `[${each.openTime},${values(each)},${each.volume}]`)
    expect(await candles(write(arrays), store)).toMatchObject({ format: 'jsonl', already_present: 10 })
    const broken = await candles(write(objects.with(3, '{"time": 1').join('\n')), openStore())
    expect(broken).toMatchObject({
      added: 9,
      refused: [{ line: 4, reason: 'it is no JSON object or array' }],
    })
  })
})

describe('a market without volume', () => {
  const bare = ['time,open,high,low,close', ...lines((each) => `${each.openTime},${values(each)}`)]
  const nulls = JSON.stringify(
    tenMinutes().map(({ openTime, open, high, low, close }) => [openTime, open, high, low, close, null]),
  )

  it('is imported by --no-volume, and refused with that advice without it', async () => {
    for (const content of [bare, bare.slice(1), nulls]) {
      await expect(candles(write(content))).rejects.toThrow('--no-volume')
      const store = openStore()
      expect(await candles(write(content), store, { noVolume: true })).toMatchObject({
        added: 10,
        refused_count: 0,
      })
      expect(stored(store)).toEqual(tenMinutes().map((each) => ({ ...each, volume: 0 })))
    }
  })
})

describe('prices', () => {
  it('of 0 and less are refused for a reason that is true', async () => {
    const file = [
      ...lines((each) => `${each.openTime},${values(each)},1`),
      `${T0 + 10 * MINUTE},-14,13.86,-16.74,10.01,1`,
    ]
    expect((await candles(write(file))).refused).toMatchObject([
      { line: 11, reason: expect.stringContaining('--negative-prices') as string },
    ])
  })

  it('outside low to high are refused, or widen them', async () => {
    const file = write([
      ...lines((each) => `${each.openTime},${values(each)},1`),
      `${T0 + 10 * MINUTE},20,12,9,8,1`,
    ])
    expect((await candles(file)).refused).toMatchObject([
      { line: 11, reason: expect.stringContaining('--widen') as string },
    ])
    const store = openStore()
    const report = await candles(file, store, { widen: true })
    expect(report).toMatchObject({ added: 11, refused_count: 0 })
    expect(report.notes.join()).toContain('in 1 rows')
    expect(stored(store).at(-1)).toMatchObject({ open: 20, high: 20, low: 8, close: 8 })
  })
})

describe('rows that are mostly refused', () => {
  const other = (order: (each: Candle) => number[]): string[] =>
    lines((each) => [each.openTime, ...order(each), each.volume].join(','))

  it('refuse the file, with the order of columns that explains it', async () => {
    const orders: [(each: Candle) => number[], string][] = [
      [({ open, close, high, low }) => [open, close, high, low], 'time, open, close, high, low'],
      [({ open, close, high, low }) => [low, high, open, close], 'time, low, high, open, close'],
    ]
    for (const [order, words] of orders) {
      const flat = `${T0 + 10 * MINUTE},5,5,5,5,1`
      for (const content of [
        other(order),
        [...other(order), flat, flat.replace(/^\d+/, `${T0 + 11 * MINUTE}`)],
      ]) {
        const store = openStore()
        await expect(candles(write(content), store)).rejects.toThrow(words)
        expect(store.markets()).toEqual([])
      }
      const store = openStore()
      const columns =
        /--columns (\S+)\./.exec(
          (await candles(write(other(order))).catch((error: Error) => error.message)) as string,
        )?.[1] ?? ''
      await candles(write(other(order)), store, { columns })
      expect(stored(store)).toEqual(tenMinutes())
    }
  })

  it('of sessions beside the grid say what to do', async () => {
    const hours = Array.from({ length: 6 }, (_, i) => `${T0 + 30 * MINUTE + i * 60 * MINUTE},1,1,1,1,1`)
    await expect(candles(write(hours), openStore(), { timeframe: '1h' })).rejects.toThrow(
      /open at 22:30:00Z.*Import the minutes/,
    )
    const days = Array.from({ length: 6 }, (_, i) => `2024-07-0${i + 1}T00:00:00-04:00,1,1,1,1,1`)
    await expect(candles(write(days), openStore(), { timeframe: '1d' })).rejects.toThrow(
      /open at 04:00:00Z.*those of UTC/,
    )
  })

  it('in more than one of ten say so in the report; a last candle that still forms does not', async () => {
    const good = lines((each) => `${each.openTime},${values(each)},1`)
    expect((await candles(write([...good, 'x,1,1,1,1,1']))).mostly_refused).toBeNull()
    const report = await candles(write([...good, 'x,1,1,1,1,1', 'y,1,1,1,1,1']))
    expect(report.mostly_refused).toMatch(/^2 of 12 rows were refused, because timestamp is "x"/)
    expect(report.added).toBe(10)
    const several = await candles(write([...good.slice(0, 2), 'x,1,1,1,1,1', `${T0 + 9 * MINUTE},1,1,1,z,1`]))
    expect(several.mostly_refused).toMatch(/^2 of 4 rows were refused, because of several faults, such as: /)
    const prices = ['-1,1,-2,1', '1,1,-3,1'].map((four, n) => `${T0 + (8 + n) * MINUTE},${four},1`)
    const alike = await candles(write([...good.slice(0, 2), ...prices]))
    expect(alike.mostly_refused).toMatch(
      /^2 of 4 rows were refused, because (open|low) is -\d: expected more than 0/,
    )
    const now = T0 + 10 * MINUTE
    const forming = await candles(write([...good.slice(8), `${now},1,1,1,1,1`]), openStore(), {
      clock: { now: () => now + 5 } as never,
    })
    expect(forming).toMatchObject({ added: 2, refused_count: 1, mostly_refused: null })
  })
})

describe('trades', () => {
  it('of Tardis, Bybit, Kraken and Binance are read, and the guess is told', async () => {
    const files: [string, string[]][] = [
      [
        'Tardis',
        [
          'exchange,symbol,timestamp,local_timestamp,id,side,price,amount',
          `test,ETHUSDT,${T0}000,${T0}900,7,buy,10,2`,
          `test,ETHUSDT,${T0 + 1000}500,${T0 + 1001}900,8,unknown,11,1`,
        ],
      ],
      [
        'Bybit',
        [
          'timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional',
          `${T0 / 1000 + 1}.0005,ETHUSDT,Sell,11,11,ZeroMinusTick,u-2,1,1,11`,
          `${T0 / 1000},ETHUSDT,Buy,20,10,PlusTick,u-1,1,2,20`,
        ],
      ],
      ['Kraken trades', [`${T0 / 1000},10,2`, `${T0 / 1000 + 1},11,1`]],
      ['Binance trades', [`11,10,2,20,${T0}000,true,true`, `12,11,1,11,${T0 + 1000}000,false,true`]],
    ]
    for (const [source, content] of files) {
      const store = openStore()
      expect(await trades(write(content), store)).toMatchObject({
        recognised: source,
        added: 2,
        refused_count: 0,
      })
      const read = store.trades.read(store.open({ venue: 'test', symbol: 'ETH/USDT' }), span(T0, T0 + 5000))
      expect(read.map(({ time, price, amount }) => [time, price, amount])).toEqual([
        [T0, 10, 2],
        [T0 + 1000, 11, 1],
      ])
    }
  })
})
