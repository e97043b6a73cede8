// A server's training service by itself, which the test kills. Arguments: workspace folder, the run's body as JSON.
import { Annotations } from '../../src/annotation/annotations.ts'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import type { TrainingBody } from '../../src/contract/training-parameters.ts'
import { Bus } from '../../src/core/bus.ts'
import { systemClock } from '../../src/core/clock.ts'
import { openDatabase } from '../../src/core/database.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { createMarketReader } from '../../src/market/reader.ts'
import { openMarketStore } from '../../src/market/store/market-store.ts'
import { TrainingService } from '../../src/training/runs/service.ts'
import { MODELS } from './training-models.ts'

const workspace = workspaceAt(process.argv[2]!)
const database = openDatabase(workspace.database, [])
const reader = createMarketReader(openMarketStore(database.sqlite))
const service = new TrainingService({
  database,
  workspace,
  models: { definition: (id) => MODELS.find((model) => model.id === id)! },
  annotations: new Annotations({ database, workspace, reader, clock: systemClock }),
  clock: systemClock,
  bus: new Bus<{ training: TrainingRunOut }>(),
  modelsModule: new URL('training-models.ts', import.meta.url).href,
  parallel: 2,
})
const { id } = await service.start(JSON.parse(process.argv[3]!) as TrainingBody)
process.send!(id)
