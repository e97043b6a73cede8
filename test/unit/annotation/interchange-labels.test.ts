// Labels of other programs as annotations, and annotations as Label Studio tasks.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { labelStudioTasks } from '../../../src/annotation/interchange/export-label-studio.ts'
import { importLabels, type LabelImportOptions } from '../../../src/annotation/interchange/import-labels.ts'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { MARKET, markAt, openFilledRoom, openFolder, priceAt, second, type Room } from './fixture.ts'

function write(content: unknown, name = 'labels.json'): string {
  const path = join(openFolder(), name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
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

const marks = ({ symbol, venue, direction, entry, exit, tags, notes }: AnnotationOut) => ({
  symbol,
  venue,
  direction,
  entry,
  exit,
  tags,
  notes,
})

const region = (start: unknown, end: unknown, ...timeserieslabels: string[]) => ({
  id: 'x',
  from_name: 'label',
  to_name: 'ts',
  type: 'timeserieslabels',
  value: { start, end, instant: false, timeserieslabels },
})
const task = (...result: object[]) => ({
  id: 1,
  data: { csv: '/data/1.csv' },
  annotations: [{ id: 1, was_cancelled: false, result }],
})
const iso = (n: number): string => new Date(second(n)).toISOString().replace('.000', '')

describe('Label Studio', () => {
  it('takes regions as entry and exit, priced at the last close, from JSON and JSON_MIN, in every way it writes times', async () => {
    const [from, to] = [second(300), second(360)]
    const text = (time: number): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ')
    const files = [
      [task(region(from, to, 'LONG'))],
      [task(region(from / 1000, to / 1000, 'Buy'))],
      [task(region(text(from), text(to), 'long'))],
      [task(region(iso(300), iso(360), 'LONG'))],
      [{ id: 1, ts: '/data/1.csv', annotator: 1, annotation_id: 1, label: [region(from, to, 'LONG').value] }],
    ]
    for (const file of files) {
      const room = openFilledRoom()
      expect(await importInto(room, write(file))).toMatchObject({
        format: 'label-studio',
        labels: 1,
        added: 1,
        refused: [],
      })
      expect((await room.annotations.list()).map(marks)).toEqual([
        {
          ...MARKET,
          direction: 'LONG',
          entry: { timestamp: iso(300), price: priceAt(299) },
          exit: { timestamp: iso(360), price: priceAt(359) },
          tags: [],
          notes: '',
        },
      ])
      expect((await room.testCases.list())[0]).toMatchObject({ state: 'complete', action: 'BUY' })
    }
  })

  it('adds only what is missing, and says of each label that it cannot take why', async () => {
    const room = openFilledRoom()
    const good = region(second(300), second(360), 'SHORT breakout', 'wide')
    const bad = [
      region(second(300), second(300), 'LONG'),
      region('noon', 'later', 'LONG'),
      region(second(300), second(360), 'Run'),
      region(second(300), second(360), 'LONG', 'SHORT'),
      region(second(300), second(9999), 'LONG'),
      region(second(10), second(20), 'LONG'),
      { ...good, value: { start: 1 } },
    ]
    const other = { ...task(good), data: { symbol: 'BTC/USDT' } }
    const skipped = { ...task(good), annotations: [{ result: [good], was_cancelled: true }] }
    const path = write([task(good, ...bad, { type: 'choices', value: {} }), other, skipped])
    const report = await importInto(room, path)
    expect(report).toMatchObject({ labels: 9, added: 1, other_market: 1, refused_count: 7 })
    const reasons = report.refused
      .toSorted((a, b) => a.line - b.line)
      .map(({ line, reason }) => `${line}: ${reason}`)
    const words = [
      /^2: .*later exit/,
      /^3: .*noon/,
      /^4: .*Run says no direction/,
      /^5: .*both directions/,
      /^6: No price/,
      /^7: .*candles/,
      /^8: .*no start/,
    ]
    for (const [index, pattern] of words.entries()) expect(reasons[index]).toMatch(pattern)
    expect((await room.annotations.list())[0]).toMatchObject({
      direction: 'SHORT',
      tags: ['breakout', 'wide'],
    })
    expect(await importInto(room, path)).toMatchObject({ added: 0, already_present: 1 })
    expect(await room.annotations.count()).toBe(1)
    const named = await importInto(room, write([task(region(second(400), second(450), 'Run'))]), {
      direction: 'LONG',
    })
    expect(named).toMatchObject({ added: 1 })
  })

  it('round-trips our own annotations, prices, tags and notes too', async () => {
    const room = openFilledRoom()
    await room.annotations.create(markAt(300, 60, { tags: ['flag', 'a;b'], notes: 'two\nlines' }), MARKET)
    await room.annotations.create(
      markAt(400, 30, { direction: 'SHORT', exit: { timestamp: second(430) + 500, price: 99.5 } }),
      MARKET,
    )
    const standing = await room.annotations.list()
    const tasks = await labelStudioTasks(standing, createMarketReader(room.store))
    expect(tasks).toHaveLength(1)
    const { ts } = tasks[0]!.data as { ts: { time: number[]; close: number[] } }
    // A candle's time is its end: the region begins where the last close is the one at the entry.
    expect(ts.close[ts.time.indexOf(second(300))]).toBe(priceAt(299))
    const back = openFilledRoom()
    expect(await importInto(back, write(tasks))).toMatchObject({ added: 2, refused: [] })
    expect((await back.annotations.list()).map(marks)).toEqual(standing.map(marks))
  })

  it('is refused by name where the JSON is something else', async () => {
    const expected = { code: 'unknown_format', message: expect.stringContaining('other.json') as string }
    for (const content of [[{ a: 1 }], [[1, 2]], [5], { candles: [] }])
      await expect(importInto(openFilledRoom(), write(content, 'other.json'))).rejects.toMatchObject(expected)
    await expect(importInto(openFilledRoom(), write([task()], 'none.json'))).rejects.toMatchObject({
      code: 'no_usable_labels',
    })
    await expect(importInto(openFilledRoom(), write('[{', 'cut.json'))).rejects.toMatchObject({
      code: 'unreadable_file',
    })
  })
})

describe('TRAINSET', () => {
  const line = (n: number, label: string, series = 'eth'): string =>
    `${series},${iso(n)},${priceAt(n)},${label}`
  const header = 'filename,timestamp,value,label'

  it('takes each run of points with the same label, the values at its ends as prices', async () => {
    const room = openFilledRoom()
    const points = Array.from({ length: 300 }, (_, i) => 300 + i)
    const label = (n: number): string =>
      n >= 310 && n <= 330 ? 'LONG flag' : n > 330 && n <= 340 ? 'SHORT' : n === 400 ? 'LONG' : ''
    const lines = [header, ...points.map((n) => line(n, label(n))), line(350, 'LONG', 'other')]
    const report = await importInto(room, write(lines.join('\r\n'), 'x.csv'), { opens: '1s' })
    expect(report).toMatchObject({ format: 'trainset', labels: 4, added: 2, refused_count: 2 })
    expect(report.refused[0]).toMatchObject({
      line: 102,
      reason: expect.stringContaining('single point') as string,
    })
    expect((await room.annotations.list()).map(marks)).toMatchObject([
      {
        direction: 'LONG',
        entry: { timestamp: iso(311), price: priceAt(310) },
        exit: { timestamp: iso(331), price: priceAt(330) },
        tags: ['flag'],
      },
      { direction: 'SHORT', entry: { timestamp: iso(332) }, exit: { timestamp: iso(341) } },
    ])
    const [first] = await room.annotations.list()
    expect(first?.entry_check).toMatchObject({ last_close: priceAt(310), deviation_pct: 0 })
  })

  it('takes 1 for a label without a name where a direction is given; times are instants unless told', async () => {
    const lines = [
      'series,timestamp,value,label',
      ...[300, 301, 302].map((n) => line(n, n < 302 ? '1' : '0')),
    ]
    await expect(importInto(openFilledRoom(), write(lines.join('\n'), 'x.csv'))).rejects.toThrow(
      /--direction/,
    )
    const room = openFilledRoom()
    expect(await importInto(room, write(lines.join('\n'), 'x.csv'), { direction: 'SHORT' })).toMatchObject({
      added: 1,
    })
    expect((await room.annotations.list())[0]).toMatchObject({
      direction: 'SHORT',
      entry: { timestamp: iso(300) },
      exit: { timestamp: iso(301) },
    })
  })

  it('refuses points it cannot read, and a file of another kind by its header', async () => {
    const lines = [
      header,
      line(300, 'LONG'),
      'eth,2024-08-09 00:00:00,1,LONG',
      line(302, 'LONG'),
      'eth,x',
      '"eth,2',
    ]
    const report = await importInto(openFilledRoom(), write(lines.join('\n'), 'x.csv'))
    expect(report).toMatchObject({ added: 1, refused_count: 3 })
    expect(report.refused.map((each) => each.line)).toEqual([3, 5, 6])
    await expect(importInto(openFilledRoom(), write('a,b\n1,2\n', 'x.csv'))).rejects.toMatchObject({
      code: 'bad_header',
    })
  })
})

it('annotations whose text would not be kept, or whose tag means all patterns, are refused by line', async () => {
  const saved = await openFilledRoom().annotations.create(markAt(300, 60), MARKET)
  const changes = [{ notes: 'cut\0short' }, { tags: ['flag', '\ud800'] }, { tags: ['*'] }, {}]
  const path = write(changes.map((change) => ({ ...saved, ...change })))
  const report = await importInto(openFilledRoom(), path)
  expect(report).toMatchObject({ added: 1, refused_count: 3 })
  expect(report.refused.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/notes holds a NUL character/),
    expect.stringMatching(/tags.1 holds half of a surrogate pair/),
    expect.stringMatching(/none of them "\*"/),
  ])
})
