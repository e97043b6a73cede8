// A process that holds a database's write lock, which the tests wait beside. Arguments: the database, for how many ms.
import { openDatabase } from '../../../src/core/database.ts'

const { sqlite, close } = openDatabase(process.argv[2] ?? '', [], { alone: true })
sqlite.exec('BEGIN IMMEDIATE')
process.send?.('held')
setTimeout(() => {
  sqlite.exec('COMMIT')
  void close()
  process.disconnect()
}, Number(process.argv[3]))
