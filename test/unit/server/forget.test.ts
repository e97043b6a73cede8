// What is taken out of the market, and what had been made of it: the test cases and order books that it concerns, and no others.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { TestCaseState } from '../../../src/contract/annotations.ts'
import { ManualClock } from '../../../src/core/clock.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { BookLedger } from '../../../src/market/book/book-ledger.ts'
import { importTrades } from '../../../src/market/importing/trades/import-trades.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import { cnn } from '../../../src/models/cnn.ts'
import { lineageOf } from '../../../src/server/lineage.ts'
import { newRun } from '../../../src/training/runs/new-run.ts'
import { RunStore } from '../../../src/training/runs/run-store.ts'
import { describeImports, forgetOneImport, forgetOneStretch } from '../../../src/server/imports.ts'
import { openWorkspace, type OpenWorkspace } from '../../../src/server/open-workspace.ts'
import { at, fill, markAt, MARKET, openFolder, priceAt, second, SECONDS } from '../annotation/fixture.ts'
import { contentOf } from '../orchestrator/content.ts'
import { START as BOOK_START, top } from '../market/book-fixture.ts'

const ALL = rangeOf(0, 1e15)

function desk(): OpenWorkspace {
  const clock = new ManualClock(at('2024-08-10T12:00:00Z'))
  const open = openWorkspace({ workspace: workspaceAt(openFolder()), clock })
  onTestFinished(() => open.close())
  fill(open.store)
  return open
}

/** One trade in each of the seconds after those that the market has, from a file; the import's number. */
async function bringSeconds({ workspace, store, clock }: OpenWorkspace): Promise<number> {
  const path = join(workspace.root, 'seconds.csv')
  const rows = Array.from({ length: 200 }, (_, n) => SECONDS + n).map(
    (n) => `${second(n)},${priceAt(n)},0.5,buy,${n}`,
  )
  writeFileSync(path, ['time,price,amount,side,id', ...rows].join('\n'))
  return (await importTrades({ path, market: MARKET, store, clock })).import
}

async function states({ testCases }: OpenWorkspace): Promise<Record<string, TestCaseState['state']>> {
  return Object.fromEntries((await testCases.list()).map(({ test_case_id: name, state }) => [name, state]))
}

it('names the test cases that stood on an import, and these become revised once it is out', async () => {
  const open = desk()
  const id = await bringSeconds(open)
  const before = await open.annotations.create(markAt(300), MARKET)
  const on = await open.annotations.create(markAt(1000), MARKET)
  const complete = { [before.test_case_id]: 'complete', [on.test_case_id]: 'complete' }
  expect(await states(open)).toEqual(complete)

  const dry = await forgetOneImport(open, id, { dryRun: true })
  expect(dry).toMatchObject({ dry_run: true, removed: 200, test_cases: [on.test_case_id] })
  expect(await states(open)).toEqual(complete)

  expect(await forgetOneImport(open, id)).toMatchObject({ removed: 200, test_cases: [on.test_case_id] })
  expect(await states(open)).toEqual({ ...complete, [on.test_case_id]: 'revised' })
})

it('names no case whose candles are all made of others: the forming day has the hours that the venue gave', async () => {
  const open = desk()
  const on = await open.annotations.create(markAt(200), MARKET)
  const minutes = (from: string, to: string) =>
    ({
      market: MARKET,
      holds: '1m',
      range: rangeOf(at(`2024-08-08T${from}Z`), at(`2024-08-08T${to}Z`)),
    }) as const
  expect(await forgetOneStretch(open, minutes('21:40:00', '21:45:00'))).toMatchObject({
    removed: 5,
    test_cases: [],
  })
  expect(await states(open)).toEqual({ [on.test_case_id]: 'complete' })
  const inside = await forgetOneStretch(open, minutes('23:30:00', '23:35:00'))
  expect(inside).toMatchObject({ removed: 5, test_cases: [on.test_case_id] })
  expect(await states(open)).toEqual({ [on.test_case_id]: 'revised' })
})

it('takes an import of order books out by its number: the seconds that it alone gave', async () => {
  const open = desk()
  const moment = (n: number) => top((second(n) - BOOK_START) / 1000)
  const moments = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => moment(from + i))
  const bring = (from: number, to: number, finishes = true): number => {
    const ledger = new BookLedger(open.store, open.clock)
    ledger.begin(MARKET, 'book.jsonl')
    ledger.keep(MARKET, () => open.books.append(MARKET, moments(from, to)))
    if (finishes) ledger.finish({ sha256: '', lines: to - from, seconds_added: 0 })
    return open.store.imports.list()[0]?.id ?? 0
  }
  const held = () => open.books.recorded(MARKET)
  // A stream recorded 200 to 220; the first file has it and goes on, the second one overlaps both.
  open.books.append(MARKET, moments(200, 220))
  const [first, second_] = [bring(210, 260), bring(215, 300)]
  const brokenOff = bring(290, 310, false)
  const on = await open.annotations.create(markAt(330), MARKET)
  expect(describeImports(open.store)).toMatchObject([
    { state: 'unfinished' },
    { state: 'kept' },
    { state: 'kept' },
  ])

  const dry = await forgetOneImport(open, second_, { dryRun: true })
  expect(dry).toMatchObject({ removed: 0, order_book_seconds: 30, test_cases: [on.test_case_id] })
  expect(held()).toEqual([rangeOf(second(200), second(310))])
  expect(await forgetOneImport(open, second_)).toMatchObject({ order_book_seconds: 30 })
  expect(held()).toEqual([rangeOf(second(200), second(260)), rangeOf(second(290), second(310))])
  expect(await states(open)).toEqual({ [on.test_case_id]: 'revised' })

  expect(await forgetOneImport(open, brokenOff)).toMatchObject({ order_book_seconds: 20 })
  expect(await forgetOneImport(open, first)).toMatchObject({ order_book_seconds: 40 })
  expect(held()).toEqual([rangeOf(second(200), second(220))])
  await expect(forgetOneImport(open, first)).rejects.toMatchObject({ code: 'unknown_import' })
})

it('refuses an import of order books of before with the way that there is, and takes their stretch out', async () => {
  const open = desk()
  new BookLedger(open.store, open.clock).begin(MARKET, 'book.jsonl')
  const id = open.store.imports.list()[0]?.id ?? 0
  const moments = Array.from({ length: 120 }, (_, n) => top((second(200 + n) - BOOK_START) / 1000))
  open.books.append(MARKET, moments)
  const before = await open.annotations.create(markAt(150), MARKET)
  const on = await open.annotations.create(markAt(330), MARKET)
  await expect(forgetOneImport(open, id)).rejects.toMatchObject({
    code: 'import_not_kept',
    message: expect.stringContaining('--books') as string,
  })

  const stretch = { market: MARKET, holds: 'books', range: rangeOf(second(300), second(310)) } as const
  const done = await forgetOneStretch(open, stretch)
  expect(done).toMatchObject({ removed: 0, order_book_seconds: 10, test_cases: [on.test_case_id] })
  expect(open.books.range(MARKET, ALL)).toEqual(
    moments.filter(({ time }) => time < second(300) || time >= second(310)),
  )
  expect(await states(open)).toEqual({ [before.test_case_id]: 'complete', [on.test_case_id]: 'revised' })

  await forgetOneStretch(open, { ...stretch, holds: null, range: ALL })
  expect(open.books.has(MARKET)).toBe(false)
  expect(open.store.markets()).toEqual([])
  expect(describeImports(open.store)).toMatchObject([{ id, state: 'forgotten' }])
  open.books.append(MARKET, moments)
  expect(open.store.markets()).toEqual([MARKET])
})

it('leaves every checkpoint, promotion and run, also where all that they stood on is gone', async () => {
  const open = desk()
  const mark = await open.annotations.create(markAt(300), MARKET)
  const learnt = { test_case_id: mark.test_case_id, sha256: (await open.testCases.hash(mark.id)) ?? '' }
  for (const seed of [1, 2]) {
    const { metadata, ...files } = contentOf(seed)
    const data = { ...metadata.data, test_cases: [learnt] }
    await open.checkpoints.publish('cnn', { ...files, metadata: { ...metadata, data } })
  }
  await open.orchestrator.promote('cnn', '0002', 'newer')
  const body = { model: 'cnn' }
  const run = newRun(body, cnn, null, open.clock.now())
  await new RunStore(open.database).insert({
    body,
    run: { ...run, status: 'COMPLETED', checkpoint: '0002' },
  })

  await forgetOneStretch(open, { market: MARKET, holds: null, range: ALL })
  await open.annotations.remove(mark.id)
  // Cancelling is the only way to end a run: one that is over stays as it is.
  expect(await open.training.cancel(run.id)).toMatchObject({ status: 'COMPLETED', checkpoint: '0002' })

  expect((await open.checkpoints.list('cnn')).map(({ version, broken }) => [version, broken])).toEqual([
    ['0001', null],
    ['0002', null],
  ])
  expect(await lineageOf(open, 'cnn', 'champion')).toMatchObject({
    checkpoint: '0002',
    run: { id: run.id },
    promotions: [{ reason: 'newer', to: null }],
    test_cases: { count: 1, page: [{ state: 'gone', annotation_id: mark.id }] },
  })
  await open.orchestrator.rollBack('cnn')
  expect(await open.orchestrator.promoted('cnn')).toBe('0001')
})
