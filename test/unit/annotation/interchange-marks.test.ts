// Marks of several people, of series that are not the price, our own that come back, and lists of trades: each as annotations, or asked.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importLabels, type LabelImportOptions } from '../../../src/annotation/interchange/import-labels.ts'
import { annotationsTable } from '../../../src/annotation/interchange/tables.ts'
import { annotationsCsv } from '../../../src/cli/annotations-csv.ts'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import { parquetBytes } from '../../../src/market/exporting/parquet.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { MARKET, markAt, openFilledRoom, openFolder, priceAt, second, type Room } from './fixture.ts'

function write(content: unknown, name = 'labels.json'): string {
  const path = join(openFolder(), name)
  const bytes =
    content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(path, bytes)
  return path
}

async function importInto(room: Room, path: string, options: Partial<LabelImportOptions> = {}) {
  return importLabels({
    path,
    market: MARKET,
    reader: createMarketReader(room.store),
    standing: await room.annotations.list({ market: MARKET }),
    create: (body) => room.annotations.create(body, MARKET),
    clock: room.clock,
    ...options,
  })
}

const iso = (n: number): string => new Date(second(n)).toISOString().replace('.000', '')
const wall = (n: number): string => iso(n).replace('T', ' ').replace('Z', '')
/** Those entered in the same second come in any order. */
const inOrder = (list: readonly object[]): object[] =>
  list.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
const marks = (annotation: AnnotationOut) => {
  const { symbol, venue, direction, entry, exit, tags, notes, provenance } = annotation
  const { mode, visible_until, seconds_spent, annotator } = provenance
  const { stop_price, target_price } = annotation
  const mark = { symbol, venue, direction, entry, exit, tags, notes, stop_price, target_price }
  return { ...mark, mode, visible_until, seconds_spent, annotator }
}

const by = (who: unknown, from: number, to: number, name: string, more: object = {}) => ({
  completed_by: who,
  was_cancelled: false,
  ground_truth: false,
  result: [
    { type: 'timeserieslabels', value: { start: wall(from), end: wall(to), timeserieslabels: [name] } },
  ],
  ...more,
})
/** As the field case several-annotators: two LONG a second apart, a SHORT of the same span, a skipped one, ground truth, a prediction. */
const SEVERAL = [
  {
    id: 1,
    data: { csv: 'x.csv' },
    annotations: [
      by(3, 300, 360, 'LONG breakout'),
      by(5, 301, 360, 'LONG breakout'),
      by({ id: 6, email: 'six@desk' }, 300, 360, 'SHORT fade'),
      by(7, 410, 440, 'LONG', { was_cancelled: true }),
      by(3, 450, 480, 'LONG reviewed', { ground_truth: true }),
    ],
    predictions: [by(9, 220, 270, 'LONG')],
    drafts: [by(1, 490, 510, 'LONG')],
  },
]

describe('several annotators', () => {
  it('are kept with each mark, and what they agree and contradict on is reported', async () => {
    const room = openFilledRoom()
    const report = await importInto(room, write(SEVERAL))
    expect(report).toMatchObject({ added: 4, not_chosen: 0 })
    expect(report.agreement).toEqual({
      annotators: [
        { annotator: '3', labels: 2, ground_truth: 1 },
        { annotator: '5', labels: 1, ground_truth: 0 },
        { annotator: 'six@desk', labels: 1, ground_truth: 0 },
      ],
      agree: 1,
      contradict: 2,
      contradictions: [
        { lines: [1, 3], annotators: ['3', 'six@desk'], from: iso(300), to: iso(360) },
        { lines: [3, 2], annotators: ['six@desk', '5'], from: iso(301), to: iso(360) },
      ],
    })
    const saved = await room.annotations.list()
    expect(saved.map(({ provenance }) => provenance.annotator)).toEqual(
      expect.arrayContaining(['3', 'six@desk', '5', '3']),
    )
    const [last] = saved.slice(-1)
    const file = JSON.parse(await room.text(last!.test_case_id)) as { provenance: object }
    expect(file.provenance).toMatchObject({ annotator: '3' })
  })

  it('may be chosen from: one of them, or ground truth; who is not there is said', async () => {
    const one = openFilledRoom()
    expect(await importInto(one, write(SEVERAL), { annotator: '5' })).toMatchObject({
      added: 1,
      not_chosen: 3,
      agreement: null,
    })
    const truth = openFilledRoom()
    await importInto(truth, write(SEVERAL), { annotator: 'ground-truth' })
    expect((await truth.annotations.list()).map(({ tags }) => tags)).toEqual([['reviewed']])
    const unknown = importInto(openFilledRoom(), write(SEVERAL), { annotator: '7' })
    await expect(unknown).rejects.toMatchObject({
      code: 'unknown_annotator',
      message: expect.stringContaining('by 3, 5, six@desk') as string,
    })
    const alone = [{ data: {}, annotations: [by(3, 300, 360, 'LONG')] }]
    await expect(
      importInto(openFilledRoom(), write(alone), { annotator: 'ground-truth' }),
    ).rejects.toMatchObject({ code: 'no_ground_truth' })
    expect(await importInto(openFilledRoom(), write(alone))).toMatchObject({ agreement: null })
  })

  it('who mark the same are two marks, and importing again adds neither', async () => {
    const room = openFilledRoom()
    const same = [{ data: {}, annotations: [by(3, 300, 360, 'LONG'), by(5, 300, 360, 'LONG')] }]
    expect(await importInto(room, write(same))).toMatchObject({ added: 2, agreement: { agree: 1 } })
    expect(await importInto(room, write(same))).toMatchObject({ added: 0, already_present: 2 })
  })

  it('stay with a mark that is replaced', async () => {
    const room = openFilledRoom()
    await importInto(room, write(SEVERAL), { annotator: '5' })
    const [mark] = await room.annotations.list()
    await room.annotations.replace(mark!.id, markAt(310, 40), MARKET)
    expect((await room.annotations.get(mark!.id)).provenance.annotator).toBe('5')
  })
})

describe('a series', () => {
  const line = (series: string, n: number, value: number, label: string): string =>
    `${series},${iso(n)},${value},${label}`
  const points = Array.from({ length: 30 }, (_, i) => 300 + i)
  const labelled = (n: number): string => (n >= 305 && n <= 314 ? 'LONG' : '')
  const series = (name: string, of: (n: number) => number): string[] =>
    points.map((n) => line(name, n, of(n), labelled(n)))
  const file = (...lines: string[][]): string =>
    write(['series,timestamp,value,label', ...lines.flat()].join('\n'), 'x.csv')
  const rsi = series('rsi', (n) => 45 + (n - 300) / 10)
  const close = series('close', (n) => priceAt(n - 1))

  it('that is not the price is refused, naming the one that is', async () => {
    const room = openFilledRoom()
    const report = await importInto(room, file(rsi, close))
    expect(report).toMatchObject({ added: 1, refused_count: 1 })
    expect(report.refused[0]!.reason).toMatch(
      /^rsi is not the price: choose --series close \(its entry price 45\.5 is 56 % off/,
    )
    expect(await room.annotations.list()).toMatchObject([
      {
        entry: { timestamp: iso(305), price: priceAt(304) },
        exit: { timestamp: iso(314), price: priceAt(313) },
      },
    ])
  })

  it('alone that is not the price saves nothing: RSI, MACD, a return, volume, another currency', async () => {
    for (const of of [
      (n: number) => 45 + n / 1000,
      () => -0.4,
      (n: number) => priceAt(n) / priceAt(300),
      () => 0,
      (n: number) => priceAt(n) * 0.92,
    ]) {
      const room = openFilledRoom()
      await expect(importInto(room, file(series('x', of)))).rejects.toMatchObject({
        code: 'no_usable_labels',
        message: expect.stringContaining('x is not the price') as string,
      })
      expect(await room.annotations.count()).toBe(0)
    }
  })

  it('may be chosen; two that could both be the price over the same time are asked for', async () => {
    const room = openFilledRoom()
    expect(await importInto(room, file(rsi, close), { series: 'close' })).toMatchObject({
      added: 1,
      refused_count: 0,
      not_chosen: 1,
    })
    await expect(importInto(openFilledRoom(), file(close), { series: 'rsi' })).rejects.toMatchObject({
      code: 'unknown_series',
      message: expect.stringContaining('Labelled are: close') as string,
    })
    const mean = series('mean', (n) => priceAt(n) - 0.05)
    const asked = openFilledRoom()
    await expect(importInto(asked, file(close, mean))).rejects.toMatchObject({
      code: 'choose_series',
      message: expect.stringContaining('--series close or --series mean') as string,
    })
    expect(await asked.annotations.count()).toBe(0)
    expect(await importInto(asked, file(close, mean), { series: 'mean' })).toMatchObject({ added: 1 })
  })
})

describe('our own annotations', () => {
  async function marked(): Promise<AnnotationOut[]> {
    const room = openFilledRoom()
    const bodies = [
      markAt(300, 60, {
        tags: ['flag', 'a;b', '[c'],
        notes: 'two\nlines, "quoted"; ä€',
        provenance: { mode: 'replay', visible_until: iso(300), seconds_spent: 12.5, annotator: 'me' },
      }),
      markAt(300, 60, { direction: 'SHORT', tags: ['fade'], stop_price: 104.5, target_price: 101.25 }),
      markAt(400, 30, { exit: { timestamp: second(430) + 500, price: 99.5 } }),
      // Off the market's price: it was saved so, and comes back so.
      markAt(440, 30, { entry: { timestamp: second(440), price: 55.5 } }),
    ]
    for (const body of bodies) await room.annotations.create(body, MARKET)
    return room.annotations.list()
  }

  it('come back from CSV, JSON and Parquet as they were, once', async () => {
    const standing = await marked()
    const files = [
      write(annotationsCsv(standing), 'annotations.csv'),
      write({ annotations: standing }),
      write({ annotations: standing, test_cases: [] }),
      write(standing),
      write(await parquetBytes(annotationsTable(standing)), 'a.parquet'),
    ]
    for (const [index, path] of files.entries()) {
      const room = openFilledRoom()
      expect(await importInto(room, path)).toMatchObject({
        format: 'annotations',
        added: 4,
        refused: [],
        agreement: null,
      })
      const whole = index < 4
      const without = whole ? {} : { visible_until: null, seconds_spent: null }
      expect(
        inOrder((await room.annotations.list()).map((each) => ({ ...marks(each), ...without }))),
      ).toEqual(inOrder(standing.map((each) => ({ ...marks(each), ...without }))))
      expect(await importInto(room, path)).toMatchObject({ added: 0, already_present: 4 })
    }
  })

  it('of another market are passed over, and all of another is said with its name; deleted ones stay deleted', async () => {
    const [one] = await marked()
    const other = { ...one!, symbol: 'BTC/USDT' }
    expect(await importInto(openFilledRoom(), write([one, other]))).toMatchObject({
      added: 1,
      other_market: 1,
    })
    await expect(importInto(openFilledRoom(), write([other]))).rejects.toThrow(/\(BTC\/USDT on test\)/)
    const gone = { ...one!, deleted_at: iso(800) }
    await expect(importInto(openFilledRoom(), write([gone]))).rejects.toThrow(/It holds no labels/)
  })
})

describe('a list of trades', () => {
  const [from, to] = [300, 360]
  const expected = [
    {
      direction: 'SHORT',
      entry: { timestamp: iso(from), price: priceAt(from - 1) },
      exit: { timestamp: iso(to), price: priceAt(to - 1) },
    },
  ]
  const [entry, exit] = [String(priceAt(from - 1)), String(priceAt(to - 1))]
  const dotted = (n: number): string => wall(n).replaceAll('-', '.')
  const freqtrade = (open: boolean) => ({
    pair: 'ETH/USDT:USDT',
    stake_amount: 100,
    open_date: `${wall(from)}+00:00`,
    open_timestamp: second(from),
    close_date: open ? null : `${wall(to)}+00:00`,
    close_timestamp: open ? null : second(to),
    open_rate: Number(entry),
    close_rate: open ? null : Number(exit),
    is_short: true,
    enter_tag: 'fade',
    orders: [{ amount: 1 }],
  })

  it.each([
    ['freqtrade, a backtest', { strategy: { Mine: { trades: [freqtrade(false)] } } }, {}],
    ['freqtrade, its API', { trades: [freqtrade(false), freqtrade(true)], trades_count: 2 }, {}],
    [
      'freqtrade, CSV of pandas',
      `,pair,open_date,close_date,open_rate,close_rate,is_short,enter_tag\n0,ETH/USDT,${wall(from)}+00:00,${wall(to)}+00:00,${entry},${exit},True,fade\n`,
      {},
    ],
    [
      'MetaTrader 5, positions',
      [
        'Time;Position;Symbol;Type;Volume;Price;S / L;T / P;Time;Price;Commission;Swap;Profit',
        `${dotted(from)};123;ETHUSDT;sell;1.00;${entry.replace('.', ',')};;;${dotted(to)};${exit.replace('.', ',')};0;0;-1`,
      ].join('\r\n'),
      { timezone: 'UTC' },
    ],
    [
      'a broker',
      `Symbol,Side,Qty,Entry Time,Entry Price,Exit Time,Exit Price,P&L\nETHUSDT,Short,2,${iso(from)},$${entry},${iso(to)},"$${exit}",-2\n`,
      {},
    ],
    [
      'fills of a broker',
      [
        'Date(UTC),Pair,Side,Price,Executed,Amount,Fee',
        `${iso(to)},ETHUSDT,BUY,${exit},0.4ETH,40,0`,
        `${iso(from)},ETHUSDT,SELL,${entry},0.4ETH,40,0`,
      ].join('\n'),
      {},
    ],
    [
      'MetaTrader 5, deals',
      [
        'Time\tDeal\tSymbol\tType\tDirection\tVolume\tPrice\tOrder\tProfit',
        `${dotted(from)}\t1\tETHUSDT\tsell\tin\t0.5\t${entry}\t1\t0`,
        `${dotted(to)}\t2\tETHUSDT\tbuy\tout\t0.5\t${exit}\t2\t-1`,
      ].join('\n'),
      { timezone: '+00:00' },
    ],
  ])('%s becomes annotations', async (name, content, options) => {
    const room = openFilledRoom()
    const report = await importInto(room, write(content, `${name}.txt`), options)
    expect(report).toMatchObject({ added: 1 })
    expect(await room.annotations.list()).toMatchObject(expected)
  })

  it('is asked for its zone where it says none, and for its exit where it is open', async () => {
    const header = 'Side,Entry Time,Entry Price,Exit Time,Exit Price\n'
    const local = write(`${header}Buy,${wall(from)},${entry},${wall(to)},${exit}\n`, 'x.csv')
    await expect(importInto(openFilledRoom(), local)).rejects.toThrow(/says no zone: .*--timezone/)
    const zoned = openFilledRoom()
    const zone = { timezone: 'Europe/Zurich' }
    await expect(importInto(zoned, local, zone)).rejects.toThrow(/14 % off: .*--timezone/)
    const open = write(
      `${header}Buy,${iso(from)},${entry},,\nBuy,${iso(from)},${entry},${iso(to)},${exit}`,
      'x.csv',
    )
    const report = await importInto(openFilledRoom(), open)
    expect(report.refused).toEqual([{ line: 2, reason: 'it has no exit: the trade is still open' }])
  })

  it('is refused by row: pending orders, ends before starts, prices of another market, no such day', async () => {
    const header = 'Type,Open Time,Open Price,Close Time,Close Price'
    const rows = [
      `buy limit,${iso(from)},${entry},${iso(to)},${exit}`,
      `buy,${iso(to)},${exit},${iso(from)},${entry}`,
      `buy,${iso(from)},2680.5,${iso(to)},2681.4`,
      `buy,2024-02-30T00:00:00Z,${entry},${iso(to)},${exit}`,
      `buy,${iso(from)},0,${iso(to)},${exit}`,
      `buy,${iso(from)},${entry},${iso(to)},${exit}`,
    ]
    const report = await importInto(openFilledRoom(), write([header, ...rows].join('\n'), 'x.csv'))
    expect(report).toMatchObject({ format: 'trades', labels: 6, added: 1, refused_count: 5 })
    const words = [
      /"buy limit" is no direction/,
      /before it starts at .*: swap/,
      /% off: ETH\/USDT on test stood at .*another market/,
      /no such day/,
      /entry price is "0"/,
    ]
    for (const [index, pattern] of words.entries()) expect(report.refused[index]!.reason).toMatch(pattern)
  })

  it('of fills is put together from flat to flat, turned around and left open', async () => {
    const rows = [
      ['buy', 300, 1],
      ['buy', 305, 1],
      ['sell', 320, 2],
      ['sell', 340, 1],
      ['buy', 350, 3],
      ['sell', 370, 2],
      ['buy', 390, 1],
    ] as const
    const lines = rows.map(([side, n, amount]) => `${iso(n)},${side},${priceAt(n - 1)},${amount}`)
    const room = openFilledRoom()
    const report = await importInto(room, write(['time,side,price,amount', ...lines].join('\n'), 'x.csv'))
    expect(report).toMatchObject({ format: 'fills', added: 3, refused_count: 1 })
    expect(report.refused[0]).toMatchObject({
      line: 8,
      reason: expect.stringContaining('still open') as string,
    })
    expect(await room.annotations.list()).toMatchObject([
      {
        direction: 'LONG',
        entry: { timestamp: iso(300), price: (priceAt(299) + priceAt(304)) / 2 },
        exit: { timestamp: iso(320), price: priceAt(319) },
      },
      { direction: 'SHORT', entry: { timestamp: iso(340) }, exit: { timestamp: iso(350) } },
      { direction: 'LONG', entry: { timestamp: iso(350) }, exit: { timestamp: iso(370) } },
    ])
  })
})
