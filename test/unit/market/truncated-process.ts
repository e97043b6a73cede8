// A process that reads a database whose file another cuts off meanwhile: what it says, and that it says something.
import { statSync, truncateSync } from 'node:fs'
import { openDatabase } from '../../../src/core/database.ts'
import { messageOf } from '../../../src/core/errors.ts'
import { epochMs } from '../../../src/core/time.ts'
import { openMarketStore } from '../../../src/market/store/market-store.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'

const [path = ''] = process.argv.slice(2)
const market = { venue: 'test', symbol: 'ETH/USDT' }
const ROWS = 100_000
const candles = Array.from({ length: ROWS }, (_, i) => ({
  openTime: epochMs(i * 1000),
  open: 100 + i / 8,
  high: 101 + i / 8,
  low: 99 + i / 8,
  close: 100 + i / 8,
  volume: 1,
}))

const writing = openDatabase(path, marketMigrations)
const store = openMarketStore(writing.sqlite)
store.addCandles(market, '1s', candles, { first: null, corrected: epochMs(ROWS * 1000) })
writing.sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)')

const { sqlite } = openDatabase(path, marketMigrations)
const reading = openMarketStore(sqlite)
const id = reading.open(market)
reading.candles.read(id, '1s', { from: epochMs(0), to: epochMs(1000) })
truncateSync(path, statSync(path).size / 2)
try {
  const { length } = reading.candles.read(id, '1s', { from: epochMs(0), to: epochMs(ROWS * 1000) })
  console.log(`read ${length}`)
} catch (error) {
  console.log(`error: ${messageOf(error)}`)
}
process.exit(0)
