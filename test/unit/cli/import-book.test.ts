// `annotate import book` as a process: report, ledger, exit codes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../../../src/core/database.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { BookStore } from '../../../src/market/book/book-store.ts'
import { annotate, annotateJson } from './annotate.ts'

const START = Date.parse('2024-01-15T10:00:00Z')
const snapshot = (id: number, time: number): string =>
  `{"type":"snapshot","recv_ns":${time}000000,"lastUpdateId":${id},"bids":[["99","1"],["98.5","2"]],"asks":[["101","1"]]}`
const update = (id: number, time: number, bid: string): string =>
  `{"type":"update","recv_ns":${time}000000,"E":${time},"U":${id},"u":${id},"b":[["${bid}","1.5"]],"a":[]}`
const LINES = [
  snapshot(1, START + 100),
  update(2, START + 300, '99.5'),
  update(3, START + 1300, '99.6'),
  '{"type":"update"',
  update(4, START + 2300, '99.7'),
  update(6, START + 3300, '99.8'),
]

let folder: string
let path: string
const at = (name: string): string[] => ['--symbol', 'ETH/USDT', '--workspace', join(folder, name)]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'annotate-book-'))
  path = join(folder, 'book.jsonl.gz')
  await writeFile(path, gzipSync(`${LINES.join('\n')}\n`))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('stores a snapshot a second, reports it, enters it in the ledger, and adds nothing the second time', async () => {
  const call = ['import', 'book', path, '--venue', 'binance', ...at('one')]
  const report = await annotateJson<Record<string, unknown>>(...call)
  expect(report).toMatchObject({
    kind: 'book',
    market: { venue: 'binance', symbol: 'ETH/USDT' },
    rule: 'binance-spot',
    lines: 6,
    applied: 3,
    resyncs_count: 1,
    refused: [{ line: 4 }],
    seconds_added: 2,
    recorded: [{ from: '2024-01-15T10:00:01Z', to: '2024-01-15T10:00:03Z' }],
  })
  const { code, stdout } = await annotate(...call)
  expect(code).toBe(0)
  expect(stdout).toContain('seconds added 0, already there 2, in conflict 0')
  expect(stdout).toContain('broken line 6')

  const { sqlite, close } = openDatabase(workspaceAt(join(folder, 'one')).database, [])
  const ledger = sqlite.prepare('SELECT kind, file, sha256, rows, added, finished_at FROM import').raw().all()
  expect(ledger).toEqual([
    ['book', 'book.jsonl.gz', report['sha256'], 6, 2, expect.any(Number)],
    ['book', 'book.jsonl.gz', report['sha256'], 6, 0, expect.any(Number)],
  ])
  const [first, second] = new BookStore(sqlite).before(
    { venue: 'binance', symbol: 'ETH/USDT' },
    (START + 60_000) as never,
  )
  expect(first).toMatchObject({ time: START + 1000, bids: [99.5, 1.5, 99, 1, 98.5, 2], asks: [101, 1] })
  expect(second).toMatchObject({ time: START + 2000, lastUpdateId: 3 })
  await close()
})

it('follows the rule it is told to', async () => {
  const report = await annotateJson<Record<string, unknown>>(
    'import',
    'book',
    path,
    '--rule',
    'binance-futures',
    ...at('two'),
  )
  expect(report).toMatchObject({ rule: 'binance-futures', seconds_added: 0, market: { venue: 'imported' } })
})

it('reads a file that names its fields and writes its times otherwise', async () => {
  const local = (time: number) => new Date(time + 3_600_000).toISOString().replace('Z', '').replace('T', ' ')
  const lines = [
    { at: local(START + 100), id: 1, buys: [['99', '1']], sells: [['101', '1']] },
    { at: local(START + 300), ts: local(START + 300), from: 2, to: 2, buys: [['99.5', '1.5']], sells: [] },
    { at: local(START + 1300), ts: local(START + 1300), from: 3, to: 3, buys: [['99.6', '1.5']], sells: [] },
    { at: local(START + 2300), ts: local(START + 2300), from: 4, to: 4, buys: [['99.7', '1.5']], sells: [] },
  ]
  const own = join(folder, 'own.jsonl')
  await writeFile(own, lines.map((line) => JSON.stringify(line)).join('\n'))
  const columns = 'arrival=at,time=ts,first_id=from,last_id=to,snapshot_id=id,bids=buys,asks=sells'
  const call = ['import', 'book', own, '--columns', columns, '--timezone', '+01:00', ...at('five')]
  const report = await annotateJson<Record<string, unknown>>(...call)
  expect(report).toMatchObject({
    snapshots: 1,
    applied: 3,
    refused: [],
    recorded: [{ from: '2024-01-15T10:00:01Z', to: '2024-01-15T10:00:03Z' }],
  })
  const position = await annotate('import', 'book', own, '--columns', 'time=2', ...at('five'))
  expect(position.code).toBe(1)
  expect(position.stderr).toMatch(/JSON object, so name its key.*invalid_columns/s)
})

it('fails in words', async () => {
  const rows = join(folder, 'rows.csv')
  await writeFile(rows, '1,2,3\n')
  const [missing, foreign, rule] = await Promise.all([
    annotate('import', 'book', join(folder, 'nowhere.jsonl'), ...at('three')),
    annotate('import', 'book', rows, ...at('three')),
    annotate('import', 'book', path, '--rule', 'kraken', ...at('three')),
  ])
  expect([missing.code, foreign.code, rule.code]).toEqual([1, 3, 1])
  expect(missing.stderr).toMatch(/nowhere\.jsonl could not be read.*unreadable_file/s)
  expect(foreign.stderr).toMatch(/rows\.csv has no order-book message.*no_usable_rows/s)
  expect(rule.stderr).toContain('Allowed choices are auto, binance-spot, binance-futures')
})
