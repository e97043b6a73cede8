// The process that copies a database as it is at one moment, while others write to it. Arguments: the database, the file to be written. Its input is
// JSON: the annotations that the copy is to hold, those whose test cases were copied with it; and the PostgreSQL that has the rooms' tables, or null.
import { text } from 'node:stream/consumers'
import { systemClock } from '../core/clock.ts'
import { openConnection } from '../core/connection.ts'
import { inTransaction } from '../core/transaction.ts'
import { inChild } from './child.ts'
import { takeRooms, type RoomsSource } from './snapshot-rooms.ts'

interface Order {
  readonly rows: readonly Record<string, unknown>[]
  readonly rooms: RoomsSource | null
}

const [, , database = '', snapshot = ''] = process.argv
const { rows, rooms } = JSON.parse(await text(process.stdin)) as Order
await inChild(database, async () => {
  openConnection(database, 10_000).prepare('VACUUM INTO ?').run(snapshot)
  if (rooms !== null) await takeRooms(snapshot, rooms, systemClock)
  const copy = openConnection(snapshot, 10_000)
  if (rooms === null) copy.exec('PRAGMA journal_mode = DELETE')
  inTransaction(copy, () => {
    copy.exec('DELETE FROM annotation')
    for (const row of rows) {
      const names = Object.keys(row)
      const places = names.map(() => '?').join(', ')
      copy.prepare(`INSERT INTO annotation (${names.join(', ')}) VALUES (${places})`).run(Object.values(row))
    }
  })
  // Its other connections end with this process alone: what is in the log is brought into the file, which is copied alone.
  if (rooms !== null) copy.exec('PRAGMA wal_checkpoint(TRUNCATE)')
})
