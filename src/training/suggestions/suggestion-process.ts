// The process that makes suggestions, one list after the other; it ends with the server that started it.
import { constants } from 'node:os'
import { answering } from '../../core/answering.ts'
import type { DatabaseChoice } from '../../core/database.ts'
import { AppError } from '../../core/errors.ts'
import { workspaceAt } from '../../core/workspace.ts'
import type { Market } from '../../market/types.ts'
import { loadTrainingData } from '../data/load-data.ts'
import type { Sources } from '../data/sources.ts'
import type { TrainingData } from '../data/training-data.ts'
import { KeptWorkspace, NOTHING_YET } from '../preview/kept-workspace.ts'
import type { Proposals, SuggestionOrder } from './messages.ts'
import { SuggestionMaker } from './suggestion-maker.ts'

interface Open {
  readonly maker: SuggestionMaker
  readonly kept: KeptWorkspace
}

let open: Open | null = null

answering(proposalsOf, constants.priority.PRIORITY_BELOW_NORMAL)

async function proposalsOf(order: SuggestionOrder): Promise<Proposals> {
  // One that could not be opened is tried again with the next order.
  open ??= await openAll(order.workspace, order.database)
  const { maker, kept } = open
  const read = () => loadTrainingData(kept.sources, order.market)
  const make = async (data: TrainingData) =>
    maker.make(data, order, await patternOf(kept.sources, order.market))
  return kept.make(maker.known, read, make).catch(nothingYet)
}

function nothingYet(error: unknown): Proposals {
  if (!(error instanceof AppError) || !NOTHING_YET.has(error.code)) throw error
  return { proposals: [], reason: error.message }
}

/** Where all marks are of one pattern, what is accepted is of it, too. */
async function patternOf({ annotations }: Sources, market: Market): Promise<string | null> {
  const patterns = new Set((await annotations.list({ market })).map(({ tags }) => tags[0] ?? null))
  const [only] = patterns
  return patterns.size === 1 ? (only ?? null) : null
}

async function openAll(root: string, database: DatabaseChoice): Promise<Open> {
  const kept = await KeptWorkspace.open(workspaceAt(root), database)
  return { maker: await SuggestionMaker.open(kept.sources.reader), kept }
}
