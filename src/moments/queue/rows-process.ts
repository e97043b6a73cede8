// The process in which a worker makes rows of moments, of its own copy of the market.
import { constants } from 'node:os'
import { answering } from '../../core/answering.ts'
import { openDatabase, type Sqlite } from '../../core/database.ts'
import { workspaceAt } from '../../core/workspace.ts'
import { reachedIn } from '../../market/log/frozen-market.ts'
import type { MarketReader } from '../../market/provider.ts'
import { createMarketReader } from '../../market/reader.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { ROW_SIZE } from '../../models/moment-row.ts'
import { toHalves } from '../half.ts'
import { MomentMaker, rowsAt } from '../moment-rows.ts'
import { rowDefinition } from '../moment-store.ts'
import type { MadeRows, RowsJob } from './rows-job.ts'

export interface RowsQuestion extends Pick<RowsJob, 'market' | 'definition' | 'pieces'> {
  /** Root of the workspace whose file holds the market. */
  readonly workspace: string
}

interface OpenFile {
  readonly sqlite: Sqlite
  readonly reader: MarketReader
}

const files = new Map<string, OpenFile>()
let maker: Promise<MomentMaker> | undefined

// Whoever answers somebody, and whoever trains, goes first.
answering(rowsOf, constants.priority.PRIORITY_LOW)

async function rowsOf({ workspace, market, definition, pieces }: RowsQuestion): Promise<MadeRows> {
  if (definition !== rowDefinition()) throw new Error('rows of moments mean something else here')
  const { sqlite, reader } = fileIn(workspace)
  maker ??= MomentMaker.open()
  const count = pieces.reduce((sum, { length }) => sum + length, 0)
  const known = new Uint8Array(count)
  const halves = new Uint16Array(count * ROW_SIZE)
  let done = 0
  for (const instants of pieces) {
    const rows = await rowsAt({ reader, maker: await maker }, market, instants)
    known.set(rows.known.map(Number), done)
    halves.set(toHalves(rows.values), done * ROW_SIZE)
    done += instants.length
  }
  // Read last: what was applied meanwhile may have been seen, and nothing later.
  return { reached: reachedIn(sqlite, market), known, halves }
}

function fileIn(workspace: string): OpenFile {
  const known = files.get(workspace)
  if (known !== undefined) return known
  const { sqlite } = openDatabase(workspaceAt(workspace).database, [])
  const file = { sqlite, reader: createMarketReader(openMarketStore(sqlite)) }
  files.set(workspace, file)
  return file
}
