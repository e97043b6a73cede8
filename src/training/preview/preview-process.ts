// The process that makes previews, one after the other; it ends with the server that started it.
import { constants } from 'node:os'
import { answering } from '../../core/answering.ts'
import type { DatabaseChoice } from '../../core/database.ts'
import { AppError } from '../../core/errors.ts'
import { workspaceAt } from '../../core/workspace.ts'
import { loadTrainingData } from '../data/load-data.ts'
import { KeptWorkspace, NOTHING_YET } from './kept-workspace.ts'
import type { Preview, PreviewOrder } from './messages.ts'
import { PreviewMaker } from './preview-maker.ts'

interface Open {
  readonly maker: PreviewMaker
  readonly kept: KeptWorkspace
}

let open: Open | null = null

answering(previewOf, constants.priority.PRIORITY_BELOW_NORMAL)

async function previewOf({ workspace, database, market, pattern }: PreviewOrder): Promise<Preview> {
  const began = performance.now()
  // One that could not be opened is tried again with the next order.
  open ??= await openAll(workspace, database)
  const { maker, kept } = open
  const selection = { ...market, ...(pattern === null ? {} : { pattern }) }
  const read = () => loadTrainingData(kept.sources, selection)
  const made = await kept.make(maker.known, read, (data) => maker.make(data)).catch(nothingYet)
  return { ...market, pattern, ...made, took_ms: performance.now() - began }
}

function nothingYet(error: unknown) {
  if (!(error instanceof AppError) || !NOTHING_YET.has(error.code)) throw error
  const none = { calls: [], hits: 0, false_calls: 0, missed: 0, misses: [], annotations: 0, hours: 0 }
  return { ...none, reason: error.message }
}

async function openAll(root: string, database: DatabaseChoice): Promise<Open> {
  const kept = await KeptWorkspace.open(workspaceAt(root), database)
  return { maker: await PreviewMaker.open(), kept }
}
