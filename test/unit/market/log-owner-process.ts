// A process that owns a market, appends once, stores more, and is killed there, or after appending that, before its file notes so. Arguments: PostgreSQL, folder, when.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../../src/core/database.ts'
import { epochMs } from '../../../src/core/time.ts'
import { ownMarket } from '../../../src/market/log/market-owner.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import { LOGGED_MARKET, openMachine } from './log-fixture.ts'

const T0 = Date.parse('2024-01-15T10:00:00Z')
const [url = '', folder = '', when = ''] = process.argv.slice(2)
const { store, file, log } = openMachine(url, folder)

function keep(from: number): void {
  const time = epochMs(from)
  const trade = { id: `${from}`, time, sequence: 0, price: 10, amount: 1, side: null, arrivedAt: time }
  const range = rangeOf(from, from + 2_000)
  store.transaction(() => {
    store.addTrades(LOGGED_MARKET, [trade])
    store.cover(LOGGED_MARKET, '1s', 'trades', [range])
    store.recompose(LOGGED_MARKET, '1s', range, { first: null, corrected: time })
  })
}

const owner = await ownMarket(file, LOGGED_MARKET)
keep(T0)
await owner.flush()
keep(T0 + 2_000)
if (when === 'appended') {
  // The file's lock is held: what was appended cannot be noted.
  openDatabase(join(folder, 'annotate.db'), []).sqlite.exec('BEGIN IMMEDIATE')
  void owner.flush()
  while ((await log.head(LOGGED_MARKET))?.number !== 2) await sleep(10)
}
process.send?.(when)
setInterval(() => undefined, 1_000)
