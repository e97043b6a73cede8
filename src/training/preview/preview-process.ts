// The process that makes previews, one after the other; it ends with the server that started it.
import { AppError } from '../../core/errors.ts'
import { workspaceAt } from '../../core/workspace.ts'
import { loadTrainingData } from '../data/load-data.ts'
import { KeptWorkspace, NOTHING_YET } from './kept-workspace.ts'
import type { Preview, PreviewOrder } from './messages.ts'
import { answerOrders } from './orders.ts'
import { PreviewMaker } from './preview-maker.ts'

interface Open {
  readonly maker: PreviewMaker
  readonly kept: KeptWorkspace
}

let open: Promise<Open> | null = null

answerOrders(previewOf)

async function previewOf({ workspace, market, pattern }: PreviewOrder): Promise<Preview> {
  const began = performance.now()
  open ??= openAll(workspace)
  const { maker, kept } = await open
  kept.forgetChanged(maker.known)
  const selection = { ...market, ...(pattern === null ? {} : { pattern }) }
  const made = await loadTrainingData(kept.sources, selection)
    .then((data) => maker.make(data))
    .catch(nothingYet)
  return { ...market, pattern, ...made, took_ms: performance.now() - began }
}

function nothingYet(error: unknown) {
  if (!(error instanceof AppError) || !NOTHING_YET.has(error.code)) throw error
  const none = { calls: [], hits: 0, false_calls: 0, missed: 0, misses: [], annotations: 0, hours: 0 }
  return { ...none, reason: error.message }
}

async function openAll(root: string): Promise<Open> {
  const kept = new KeptWorkspace(workspaceAt(root))
  return { maker: await PreviewMaker.open(), kept }
}
