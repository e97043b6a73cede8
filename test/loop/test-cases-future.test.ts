// Another future, the same bytes: the database is changed at and after T, and the file of the same annotation does not change.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Annotations } from '../../src/annotation/annotations.ts'
import { annotationMigrations } from '../../src/annotation/schema.ts'
import { ManualClock } from '../../src/core/clock.ts'
import { openDatabase, type Sqlite } from '../../src/core/database.ts'
import { epochMs } from '../../src/core/time.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { createMarketReader } from '../../src/market/reader.ts'
import { marketMigrations } from '../../src/market/store/schema.ts'
import { openMarketStore } from '../../src/market/store/market-store.ts'
import { BINANCE, hasRecordedData, importRecorded, skipReason } from './recorded.ts'

const at = (iso: string): number => Date.parse(iso)

/** What each future does to the rows of candles that end after T and of trades from T on; coverage before T stays. */
const FUTURES: readonly [name: string, candles: string, trades: string][] = [
  [
    'changed',
    'UPDATE candle SET close = high * 2, high = high * 2, volume = volume + 1',
    'UPDATE trade SET price = price * 2',
  ],
  ['thinned out', 'DELETE FROM candle', 'DELETE FROM trade'],
]

describe.skipIf(!hasRecordedData)(`a case and the future${skipReason}`, () => {
  it.each(FUTURES)('does not notice a future that is %s', async (_name, candles, trades) => {
    const folder = mkdtempSync(join(tmpdir(), 'annotate-future-'))
    const workspace = workspaceAt(folder)
    const database = openDatabase(workspace.database, [...marketMigrations, ...annotationMigrations])
    const { sqlite, close } = database
    onTestFinished(async () => {
      await close()
      rmSync(folder, { recursive: true, force: true })
    })
    await importRecorded(openMarketStore(sqlite))
    const make = async (asOf: number): Promise<string> => {
      // A new reader each time: what the old one remembered is not the point here.
      const reader = createMarketReader(openMarketStore(sqlite))
      const clock = new ManualClock(epochMs(at('2024-08-10T00:00:00Z')))
      const annotations = new Annotations({ database, workspace, reader, clock })
      const { id, test_case_id } = await annotations.create(
        {
          symbol: 'ETH/USDT',
          direction: 'LONG',
          entry: { timestamp: asOf, price: 2680 },
          exit: { timestamp: asOf + 30_000, price: 2690 },
        },
        BINANCE,
      )
      const text = readFileSync(join(workspace.testCases, `${test_case_id}.json`), 'utf8')
      return text.replaceAll(id, 'ID')
    }
    // From the last instant back, so that each future changes more.
    for (let asOf = at('2024-08-09T00:05:05Z'); asOf >= at('2024-08-08T23:55:56Z'); asOf -= 29_000) {
      const before = await make(asOf)
      changeFrom(sqlite, asOf, candles, trades)
      expect((await make(asOf)) === before, new Date(asOf).toISOString()).toBe(true)
    }
  })
})

function changeFrom(sqlite: Sqlite, asOf: number, candles: string, trades: string): void {
  sqlite.prepare(`${candles} WHERE open_time + timeframe * 1000 > ?`).run([asOf])
  sqlite.prepare(`${trades} WHERE time >= ?`).run([asOf])
  // Coverage keeps what it says of the time before T: that is knowledge of the past.
  sqlite
    .prepare('UPDATE coverage SET to_time = max(?, from_time + 1) WHERE from_time < ? AND to_time > ?')
    .run([asOf, asOf, asOf])
}
