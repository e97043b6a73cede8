// Values as they were written, whoever wrote them: decimals, long ids, times of any unit, absent sides, to the last digit.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { importTrades } from '../../../src/market/importing/trades/import-trades.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { MARKET, openStore, span, temporaryFolder } from '../../unit/market/fixture.ts'
import { PYTHON } from '../../unit/market/interchange/python.ts'
import {
  expectedOf,
  foreignTable,
  writeForeign,
  writtenHere,
  type Expected,
  type ForeignTable,
} from './foreign.ts'

/** By id. */
async function read(path: string): Promise<readonly Expected[]> {
  const store = openStore()
  const report = await importTrades({ path, market: MARKET, store })
  expect(report, path).toMatchObject({ refused_count: 0, conflicts: 0 })
  const trades = await createMarketReader(store).trades(MARKET, span(0, 1e14))
  const known = trades.map(({ id, time, price, amount, side }): Expected => ({
    id,
    time,
    price,
    amount,
    side,
  }))
  return known.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
}

async function check(table: ForeignTable, folder: string): Promise<number> {
  const files = readdirSync(folder)
  for (const name of files)
    expect({ name, trades: await read(join(folder, name)) }).toEqual({ name, trades: expectedOf(table) })
  return files.length
}

it('of writers that are none of ours are read to the last digit', async () => {
  const folder = temporaryFolder()
  let n = 0
  await fc.assert(
    fc.asyncProperty(foreignTable, async (table) => {
      const own = join(folder, String((n += 1)))
      mkdirSync(own)
      for (const [name, content] of Object.entries(writtenHere(table)))
        writeFileSync(join(own, name), content)
      expect(await check(table, own)).toBeGreaterThan(5)
    }),
    { numRuns: 12 },
  )
})

it.skipIf(PYTHON === null)(
  'of pandas, pyarrow and duckdb are read to the last digit',
  { timeout: 240_000 },
  async () => {
    const folder = temporaryFolder()
    const tables = fc.sample(foreignTable, 6)
    writeForeign(PYTHON ?? '', tables, folder)
    for (const [n, table] of tables.entries()) {
      expect(await check(table, join(folder, String(n)))).toBeGreaterThan(14)
    }
  },
)
