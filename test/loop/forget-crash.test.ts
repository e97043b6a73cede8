// Killed in the middle of taking an import out: it is listed as leaving, and the same call goes on with it to the same end.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { candlesOf } from '../../src/market/columns.ts'
import { importTrades } from '../../src/market/importing/trades/import-trades.ts'
import { rangeOf } from '../../src/market/ranges.ts'
import { BookStore } from '../../src/market/book/book-store.ts'
import { forgetImport } from '../../src/market/store/forget-import.ts'
import type { MarketStore } from '../../src/market/store/market-store.ts'
import { describeImports } from '../../src/server/imports.ts'
import { MARKET, openStore, temporaryFolder } from '../unit/market/fixture.ts'

const CHILD = new URL('forget-until-killed.ts', import.meta.url).pathname
const START = Date.parse('2024-08-08T00:00:00Z')
const ROWS = 30_000

/** A trade every half second; of two such files each row of one contradicts the other's. */
async function bring(store: MarketStore, folder: string, amount: number): Promise<number> {
  const path = join(folder, `${amount}.csv`)
  const rows = Array.from(
    { length: ROWS },
    (_, n) => `${START + n * 500},${100 + (n % 7)},${amount},buy,${n}`,
  )
  writeFileSync(path, ['time,price,amount,side,id', ...rows].join('\n'))
  return (await importTrades({ path, market: MARKET, store })).import
}

function content(store: MarketStore): unknown {
  const id = store.open(MARKET)
  const all = rangeOf(0, 1e15)
  const candles = (['1s', '1m', '1h'] as const).map((each) => candlesOf(store.candles.read(id, each, all)))
  return { trades: store.trades.read(id, all), candles, known: store.coverage.known(id, '1s') }
}

async function killAt(share: number, args: string[]): Promise<void> {
  const child = fork(CHILD, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.on('message', (done: number) => {
    if (done >= share) child.kill('SIGKILL')
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
}

it('goes on where it was killed, as often as it was', async () => {
  const [alone, folder] = [openStore(), temporaryFolder()]
  await bring(alone, folder, 1)
  const store = openStore(folder)
  await bring(store, folder, 1)
  const leaving = await bring(store, folder, 2)
  expect(content(store)).not.toEqual(content(alone))
  for (const share of [0.2, 0.6]) {
    await killAt(share, [join(folder, 'annotate.db'), String(leaving)])
    expect(describeImports(store)).toMatchObject([{ id: leaving, state: 'leaving' }, { state: 'kept' }])
  }
  await forgetImport(leaving, { store, clock: systemClock, books: new BookStore(store.sqlite) })
  expect(describeImports(store)).toMatchObject([{ state: 'forgotten' }, { state: 'kept' }])
  expect(content(store)).toEqual(content(alone))
})
