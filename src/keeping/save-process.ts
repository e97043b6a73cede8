// The process that copies what can be read of a damaged database. Arguments: the damaged file, an empty database with its schema, the file to be
// written, and now in ms. Answers what it came to as JSON.
import { openConnection } from '../core/connection.ts'
import { isDamage } from '../core/damage.ts'
import { openDatabase, type Sqlite } from '../core/database.ts'
import { salvage, type Salvaged } from '../core/salvage.ts'
import { epochMs } from '../core/time.ts'
import { uncoverLost } from '../market/store/lost-rows.ts'
import { openMarketStore } from '../market/store/market-store.ts'
import { durationOf, TIMEFRAMES } from '../market/timeframe.ts'
import { inChild } from './child.ts'

/** What is known of cases follows from their files; what changed, from nothing that is older than this database. */
const FOLLOWING = new Set(['migration', 'case_state', 'case_watch', 'candle_change', 'book_change'])

const [, , damaged = '', empty = '', rebuilt = '', now = ''] = process.argv
await inChild(rebuilt, () => {
  const { sqlite } = openDatabase(empty, [], { alone: true })
  const saved = readable(damaged, sqlite)
  uncoverLost(openMarketStore(sqlite), saved.lost, epochMs(Number(now)))
  sqlite.prepare('VACUUM INTO ?').run(rebuilt)
  process.stdout.write(JSON.stringify(saved))
})

/** Nothing where not even the list of its tables can be read. */
function readable(path: string, to: Sqlite): Salvaged {
  const from = openConnection(path, 10_000)
  try {
    from.exec('PRAGMA query_only = ON')
    return salvage(from, to, {
      skip: FOLLOWING,
      first: ['market', 'inference_session'],
      axes: ['time', 'open_time'],
      values: valuesOf,
    })
  } catch (error) {
    if (isDamage(error)) return { rows: {}, lost: [] }
    throw error
  }
}

function valuesOf(column: string, to: Sqlite): number[] {
  if (column === 'timeframe') return TIMEFRAMES.map((timeframe) => durationOf(timeframe) / 1000)
  const rows = to.prepare('SELECT id FROM market').raw().all() as [number][]
  return column === 'market' ? rows.map(([id]) => id) : []
}
