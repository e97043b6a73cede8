// All cells of one market and one seed, in a process of their own: the test market is made once.
import { MODELS } from '../../src/models/registry.ts'
import type { ModelDefinition } from '../../src/models/model.ts'
import { FLOORS, floorCell, isPretrained, modelCell, type CellResult, type CellTask } from './cell.ts'
import { CellStore, type Cell, type MarketName } from './cells.ts'
import { demoVenue } from './demo.ts'
import { recordedVenue } from './recorded.ts'
import { unmirroredCnn } from './unmirrored.ts'

export interface Task {
  readonly market: MarketName
  readonly seed: number
  readonly cells: readonly Cell[]
  readonly cache: string
  readonly commit: string
  /** True breakouts, and false ones, of a demo test. */
  readonly breakouts: number
}

async function carryOut({ market, seed, cells, cache, commit, breakouts }: Task): Promise<void> {
  const store = new CellStore(cache)
  const needing = cells.map(modelOf).filter((model) => model?.needs.includes('order_book'))
  const venue = market === 'demo' ? await demoVenue(seed, breakouts, needing.length > 0) : recordedVenue()
  for (const annotations of new Set(cells.map((cell) => cell.annotations))) {
    for (const cell of cells.filter((one) => one.annotations === annotations)) {
      const training = await venue.train(annotations, {
        model: modelOf(cell),
        pretraining: isPretrained(cell.variant),
      })
      if (training === null) continue
      const result = await measure(cell, { training, test: venue.test, seed })
      store.put(cell, { ...result, commit, targets: venue.test.targets, testHours: venue.test.hours })
      const { f1, seconds } = result
      console.error(
        `${market} seed ${seed}: ${cell.caller}, ${cell.variant}, ${annotations} annotations: F1 ${f1.toFixed(2)} in ${seconds.toFixed(0)} s`,
      )
      training.close()
    }
  }
  venue.close()
}

async function measure(cell: Cell, task: CellTask): Promise<CellResult> {
  const floor = FLOORS.find((name) => name === cell.caller)
  return floor === undefined ? modelCell(modelOf(cell)!, cell.variant, task) : floorCell(floor, task)
}

function modelOf({ caller, variant }: Cell): ModelDefinition | undefined {
  return variant === 'no mirroring' ? unmirroredCnn : MODELS.find(({ id }) => id === caller)
}

process.on('disconnect', () => process.exit(1))
process.once('message', (task: Task) => {
  void carryOut(task).then(() => process.exit(0))
})
