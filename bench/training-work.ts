// Where the processor's time of a training goes: ten annotations and fifteen reviewed hours of the demo market, by the process that a server starts.
import { join } from 'node:path'
import type { Workspace } from '../src/core/workspace.ts'
import { SecondBars } from '../src/market-state/bars.ts'
import { MODELS } from '../src/models/registry.ts'
import type { ModelDefinition } from '../src/models/model.ts'
import { MomentTable } from '../src/moments/moment-table.ts'
import { sliceRange } from '../src/training/data/training-data.ts'
import { resolveParameters } from '../src/training/runs/parameters.ts'
import { startWorker } from '../src/training/runs/worker-handle.ts'
import { annotate, marksOf } from '../scripts/scenario/annotate.ts'
import { recordBooks } from '../scripts/scenario/books.ts'
import { openScenarioMarket, type ScenarioMarket } from '../scripts/scenario/market.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'Training, processor seconds by kind of work'
/** With `BENCH_MODELS=instant,cnn` those alone. */
export const onRequest = true

const SEED = 52
/** More than the scenario's seconds take. */
const MEGABYTES = 1000
const WORK: Readonly<Record<Effort, { readonly annotations: number; readonly models: readonly string[] }>> = {
  full: { annotations: 10, models: MODELS.map(({ id }) => id) },
  short: { annotations: 2, models: ['instant'] },
}

export async function run(effort: Effort): Promise<Row[]> {
  const { annotations, models } = WORK[effort]
  const asked = process.env['BENCH_MODELS']?.split(',') ?? models
  const place = openScenarioMarket(
    { seed: SEED },
    (all) => all.filter(({ genuine }) => genuine).length >= annotations,
  )
  try {
    const range = sliceRange(place.stretch)
    const bars = new SecondBars(await place.reader.slice(place.market, range), range)
    if (asked.includes('cob_rl')) recordBooks(place, SEED, place.stretch)
    await annotate(place, marksOf(place, bars, SEED))
    await makeMoments(place.workspace)
    const rows: Row[] = []
    for (const model of MODELS.filter(({ id }) => asked.includes(id))) {
      rows.push(...(await rowsOf(place, model)))
    }
    return rows
  } finally {
    place.close()
  }
}

/** A server has made them by the time somebody trains. */
async function makeMoments(workspace: Workspace): Promise<void> {
  const table = await MomentTable.open(workspace, MEGABYTES)
  try {
    while (await table.step());
  } finally {
    await table.close()
  }
}

interface Processor {
  readonly run: Record<string, number>
  readonly own_training: Record<string, number>
  readonly folds: Record<string, number>
}

async function rowsOf(place: ScenarioMarket, model: ModelDefinition): Promise<Row[]> {
  const began = performance.now()
  const since = (): number => (performance.now() - began) / 1000
  let [provisional, validated] = [Number.NaN, Number.NaN]
  const { outcome } = startWorker(orderOf(place, model), (patch) => {
    if (patch.checkpoint !== undefined) provisional = since()
    if (patch.validation != null) validated = since()
  })
  const end = await outcome
  const compared = since()
  if (end.kind !== 'completed') throw new Error(`${model.id}: ${JSON.stringify(end)}`)
  const { run: own, own_training: training, folds } = end.detail['processor_seconds'] as Processor
  const parts: [string, Record<string, number>][] = [
    ["the run's own process", own],
    ["the checkpoint's own training", training],
    ['folds', folds],
  ]
  return [
    { name: `${model.name}: until it is provisional`, value: provisional, unit: 's' },
    { name: `${model.name}: until it is validated`, value: validated, unit: 's' },
    { name: `${model.name}: until it is compared`, value: compared, unit: 's' },
    ...parts
      .filter(([, spent]) => Object.keys(spent).length > 0)
      .map(([name, spent]): Row => ({
        name: `${model.name}: processor, ${name}`,
        value: Object.values(spent).reduce((sum, seconds) => sum + seconds, 0),
        unit: 's',
        note: Object.entries(spent)
          .map(([on, seconds]) => `${on} ${seconds.toFixed(2)}`)
          .join(', '),
      })),
  ]
}

function orderOf({ workspace, market }: ScenarioMarket, { id, defaults }: ModelDefinition) {
  return {
    kind: 'start' as const,
    workspace: workspace.root,
    database: { file: workspace.database, postgres: null },
    modelsModule: new URL('../src/models/registry.ts', import.meta.url).href,
    model: id,
    selection: { symbol: market.symbol },
    pattern: null,
    warm_start: null,
    parameters: resolveParameters({ model: id, seed: 1 }, { id, defaults }, () => 1),
    state: join(workspace.trainingState, id),
    earlier: [],
    checkpoint: null,
  }
}
