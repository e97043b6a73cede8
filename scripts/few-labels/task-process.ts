// Cells that share markets, one after the other in a process of their own: each market is made once.
import { MODELS } from '../../src/models/registry.ts'
import type { ModelDefinition } from '../../src/models/model.ts'
import { isPretrained, modelCell, type CellResult, type CellTask } from './cell.ts'
import { FLOORS, floorCell } from './floor-cell.ts'
import { CellStore, type Cell } from './cells.ts'
import { PERFECT } from './real/cells.ts'
import { unmirroredCnn } from './unmirrored.ts'
import { Venues, type OpenVenue, type VenueOptions } from './venues.ts'

export interface Task extends VenueOptions {
  /** As messages name it. */
  readonly name: string
  readonly cache: string
  readonly commit: string
}

async function carryOut({ cache, commit, ...options }: Task): Promise<void> {
  const store = new CellStore(cache)
  const venues = new Venues(options)
  for (const cell of options.cells) {
    const open = await venues.of(cell)
    const result = await resultOf(cell, open)
    if (result === null) continue
    const { test, available } = open.venue
    const limit = available === undefined ? {} : { available }
    store.put(cell, { ...result, commit, targets: test.targets, testHours: test.hours, ...limit })
    const { market, seed, caller, variant, annotations } = cell
    console.error(
      `${market} seed ${seed}: ${caller}, ${variant}, ${annotations} annotations: F1 ${result.f1.toFixed(2)} in ${result.seconds.toFixed(0)} s`,
    )
  }
  await venues.close()
}

/** Null where the market has not so many annotations. */
async function resultOf(cell: Cell, { venue, kept }: OpenVenue): Promise<CellResult | null> {
  const { test } = venue
  if (cell.caller === PERFECT) {
    return venue.perfect === undefined ? null : { ...venue.perfect(), on: null, loss: null, seconds: 0 }
  }
  const pretraining = isPretrained(cell.variant)
  const training = await venue.train(cell.annotations, { model: modelOf(cell), pretraining })
  if (training === null) return null
  const result = await measure(cell, { training, test, seed: cell.seed, kept })
  training.close()
  return result
}

async function measure(cell: Cell, task: CellTask): Promise<CellResult> {
  const floor = FLOORS.find((name) => name === cell.caller)
  if (floor !== undefined) return floorCell(floor, task)
  const model = modelOf(cell)
  if (model === undefined) throw new RangeError(`no model ${cell.caller}`)
  return modelCell(model, cell.variant, task)
}

function modelOf({ caller, variant }: Cell): ModelDefinition | undefined {
  return variant === 'no mirroring' ? unmirroredCnn : MODELS.find(({ id }) => id === caller)
}

process.on('disconnect', () => process.exit(1))
process.once('message', (task: Task) => {
  void carryOut(task).then(() => process.exit(0))
})
