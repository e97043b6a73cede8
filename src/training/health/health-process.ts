// The process that looks at the data set; it ends with the server that started it.
import { workspaceAt } from '../../core/workspace.ts'
import { KeptWorkspace } from '../preview/kept-workspace.ts'
import { answerOrders } from '../preview/orders.ts'
import { HealthMaker } from './health-maker.ts'
import type { HealthOrder, MadeHealth } from './messages.ts'

interface Open {
  readonly maker: HealthMaker
  readonly kept: KeptWorkspace
}

let open: Promise<Open> | null = null

answerOrders(healthOf)

async function healthOf({ workspace }: HealthOrder): Promise<MadeHealth> {
  const began = performance.now()
  open ??= openAll(workspace)
  const { maker, kept } = await open
  kept.forgetChanged(maker.known)
  const health = await maker.make()
  return { health, took_ms: performance.now() - began }
}

async function openAll(root: string): Promise<Open> {
  const workspace = workspaceAt(root)
  const kept = new KeptWorkspace(workspace)
  return { maker: await HealthMaker.open(kept, workspace.moments), kept }
}
