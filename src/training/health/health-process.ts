// The process that looks at the data set; it ends with the server that started it.
import { constants } from 'node:os'
import { answering } from '../../core/answering.ts'
import type { DatabaseChoice } from '../../core/database.ts'
import { workspaceAt } from '../../core/workspace.ts'
import { KeptWorkspace } from '../preview/kept-workspace.ts'
import { HealthMaker } from './health-maker.ts'
import type { HealthOrder, MadeHealth } from './messages.ts'

interface Open {
  readonly maker: HealthMaker
  readonly kept: KeptWorkspace
}

let open: Open | null = null

answering(healthOf, constants.priority.PRIORITY_BELOW_NORMAL)

async function healthOf({ workspace, database }: HealthOrder): Promise<MadeHealth> {
  const began = performance.now()
  // One that could not be opened is tried again with the next order.
  open ??= await openAll(workspace, database)
  const { maker, kept } = open
  kept.forgetChanged(maker.known)
  const made = await maker.make()
  return { ...made, took_ms: performance.now() - began }
}

async function openAll(root: string, database: DatabaseChoice): Promise<Open> {
  const workspace = workspaceAt(root)
  const kept = await KeptWorkspace.open(workspace, database)
  return { maker: await HealthMaker.open(kept, workspace.moments), kept }
}
