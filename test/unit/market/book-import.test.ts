import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { importBook } from '../../../src/market/book/import-book.ts'
import { BINANCE, openBookStore, START } from './book-fixture.ts'
import { span, temporaryFolder } from './fixture.ts'

const received = (time: number): string => `"recv_ns":${time - 30}000000`
const update = (id: number, time: number, bid: string): string =>
  `{"type":"update",${received(time)},"E":${time},"U":${id},"u":${id},"b":[["${bid}","1.0"]],"a":[]}`
const whole = (id: number, time: number): string =>
  `{"type":"snapshot",${received(time)},"lastUpdateId":${id},"bids":[["99","1"]],"asks":[["101","1"]]}`

const LINES = [
  update(1, START + 100, '90'),
  whole(2, START + 250),
  update(2, START + 200, '91'),
  update(3, START + 300, '92'),
  update(3, START + 300, '92'),
  '{"type":"update"',
  '',
  update(4, START + 1500, '93'),
  update(6, START + 2500, '94'),
  update(7, START + 3500, '95'),
  whole(6, START + 3600),
  update(8, START + 4500, '96'),
  update(9, START + 5100, '101'),
]

function fileOf(lines: readonly string[], zipped = false): string {
  const path = join(temporaryFolder(), 'book.jsonl')
  const text = `${lines.join('\n')}\n`
  writeFileSync(path, zipped ? gzipSync(text) : text)
  return path
}

describe('the import of a recorded book', () => {
  it.each([false, true])('counts and names everything; gzip: %s', async (zipped) => {
    const store = openBookStore()
    const progress: number[] = []
    const report = await importBook({
      path: fileOf(LINES, zipped),
      market: BINANCE,
      store,
      onProgress: ({ lines }) => progress.push(lines),
    })
    expect(report).toMatchObject({
      kind: 'book',
      rule: 'binance-spot',
      lines: 12,
      snapshots: 2,
      diffs: 9,
      applied: 5,
      dropped_before_snapshot: 3,
      duplicates: 1,
      not_joined: 0,
      resyncs_count: 2,
      crossed: 1,
      refused_count: 1,
      refused: [{ line: 6, reason: 'this is no JSON' }],
      seconds_added: 3,
      seconds_present: 0,
    })
    expect(report.resyncs.map(({ line, reason }) => [line, reason])).toEqual([
      [9, 'gap'],
      [13, 'crossed'],
    ])
    expect(report.recorded).toEqual([span(START + 1000, START + 2000), span(START + 4000, START + 6000)])
    expect(store.recorded(BINANCE)).toEqual(report.recorded)
    expect(progress.at(-1)).toBe(12)
  })

  it('again adds nothing', async () => {
    const store = openBookStore()
    const path = fileOf(LINES)
    await importBook({ path, market: BINANCE, store })
    expect(await importBook({ path, market: BINANCE, store })).toMatchObject({
      seconds_added: 0,
      seconds_present: 3,
      seconds_conflicts: 0,
    })
  })

  it('of a file without any message, or of none, says so', async () => {
    const store = openBookStore()
    const path = fileOf(['time,price', '1,2'])
    await expect(importBook({ path, market: BINANCE, store })).rejects.toMatchObject({
      code: 'no_usable_rows',
      details: { refused_count: 2 },
    })
    await expect(importBook({ path: `${path}.none`, market: BINANCE, store })).rejects.toMatchObject({
      code: 'unreadable_file',
    })
  })
})
