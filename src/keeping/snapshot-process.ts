// The process that copies a database as it is at one moment, while others write to it. Arguments: the database, the file to be written. Its input is
// JSON: the annotations that the copy is to hold, those whose test cases were copied with it.
import { text } from 'node:stream/consumers'
import { openConnection } from '../core/connection.ts'
import { inTransaction } from '../core/transaction.ts'
import { inChild } from './child.ts'

const [, , database = '', snapshot = ''] = process.argv
const rows = JSON.parse(await text(process.stdin)) as Record<string, unknown>[]
await inChild(database, () => {
  openConnection(database, 10_000).prepare('VACUUM INTO ?').run(snapshot)
  const copy = openConnection(snapshot, 10_000)
  copy.exec('PRAGMA journal_mode = DELETE')
  inTransaction(copy, () => {
    copy.exec('DELETE FROM annotation')
    for (const row of rows) {
      const names = Object.keys(row)
      const places = names.map(() => '?').join(', ')
      copy.prepare(`INSERT INTO annotation (${names.join(', ')}) VALUES (${places})`).run(Object.values(row))
    }
  })
})
