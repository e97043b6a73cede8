// A process that annotates without end and says which annotations were answered; the crash test kills it. Argument: workspace folder.
import { Annotations } from '../../src/annotation/annotations.ts'
import { systemClock } from '../../src/core/clock.ts'
import { openDatabase } from '../../src/core/database.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { createMarketReader } from '../../src/market/reader.ts'
import { openMarketStore } from '../../src/market/store/market-store.ts'
import { markAt, MARKET } from '../unit/annotation/fixture.ts'

const workspace = workspaceAt(process.argv[2]!)
const database = openDatabase(workspace.database, [])
const reader = createMarketReader(openMarketStore(database.sqlite))
const annotations = new Annotations({ database, workspace, reader, clock: systemClock })

for (let n = 0; ; n += 1) {
  const { id } = await annotations.create(markAt(100 + (n % 700)), MARKET)
  process.send!(`there ${id}`)
  if (n % 3 === 1) {
    await annotations.replace(id, markAt(101 + (n % 700)), MARKET)
    process.send!(`there ${id}`)
  }
  if (n % 3 === 2) {
    await annotations.remove(id)
    process.send!(`gone ${id}`)
  }
}
