// A process that takes an import out and tells how far it is; the crash test kills it. Arguments: database, number of the import.
import { systemClock } from '../../src/core/clock.ts'
import { openDatabase } from '../../src/core/database.ts'
import { BookStore } from '../../src/market/book/book-store.ts'
import { forgetImport } from '../../src/market/store/forget-import.ts'
import { openMarketStore } from '../../src/market/store/market-store.ts'

const [path = '', id] = process.argv.slice(2)
const store = openMarketStore(openDatabase(path, []).sqlite)
await forgetImport(Number(id), {
  store,
  clock: systemClock,
  books: new BookStore(store.sqlite),
  onProgress: (share) => process.send?.(share),
})
