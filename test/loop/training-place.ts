// A workspace with a simulated market and marked breakouts, for tests of whole training runs.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { annotate, marksOf } from '../../scripts/scenario/annotate.ts'
import { recordBooks } from '../../scripts/scenario/books.ts'
import {
  openScenarioMarket,
  openStoredScenario,
  type ScenarioFacts,
  type ScenarioMarket,
} from '../../scripts/scenario/market.ts'
import { Annotations } from '../../src/annotation/annotations.ts'
import { RejectedHolds } from '../../src/annotation/rejected-holds.ts'
import { ReviewedSpans } from '../../src/annotation/reviewed-spans.ts'
import { TestCases } from '../../src/annotation/test-cases.ts'
import { Bus } from '../../src/core/bus.ts'
import { systemClock } from '../../src/core/clock.ts'
import { unknownThing } from '../../src/core/errors.ts'
import { MINUTE, ceilTo, epochMs, floorTo } from '../../src/core/time.ts'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import { SecondBars } from '../../src/market-state/bars.ts'
import { sliceRange, type TrainingData } from '../../src/training/data/training-data.ts'
import { loadTrainingData, type LoadOptions } from '../../src/training/data/load-data.ts'
import type { ModelNeeds } from '../../src/training/data/sources.ts'
import { TrainingService } from '../../src/training/runs/service.ts'
import { prepare } from '../prepared.ts'
import { MODELS } from './training-models.ts'

export interface TrainingPlace extends ScenarioMarket {
  readonly bus: Bus<{ training: TrainingRunOut }>
  readonly annotations: Annotations
  readonly rejectedHolds: RejectedHolds
  /** What a run would be trained on. */
  data(options?: LoadOptions): Promise<TrainingData>
  /** `parallel` processes at a time: each takes a second or two to begin. */
  service(parallel?: number): TrainingService
}

const SEED = 7
const AROUND = 2 * MINUTE
const FACTS = 'scenario.json'

/** A market with so many true breakouts, and a little more. */
function marketWith(marks: number, folder?: string): ScenarioMarket {
  return openScenarioMarket(
    { seed: SEED, ...(folder === undefined ? {} : { folder }) },
    (all) => all.filter(({ genuine }) => genuine).length >= Math.max(1, marks),
  )
}

/** Marks the true breakouts, as `model` reads them, and reviews what is around each: a run scores every second of it. */
async function annotated(place: ScenarioMarket, model?: ModelNeeds): Promise<TrainingData> {
  const range = sliceRange(place.stretch)
  const bars = new SecondBars(await place.reader.slice(place.market, range), range)
  const marks = marksOf(place, bars, SEED)
  const reviewed = marks.map(({ entry, exit }) => ({
    from: floorTo(epochMs(entry - AROUND), MINUTE),
    to: epochMs(Math.min(ceilTo(epochMs(exit + AROUND), MINUTE), place.stretch.to - MINUTE)),
  }))
  return annotate(place, marks, model, undefined, reviewed)
}

/** What a run of a model that reads order books would be trained on: the market's own books are recorded. */
export async function dataWithBooks(marks: number, model: ModelNeeds): Promise<TrainingData> {
  const place = marketWith(marks)
  recordBooks(place, SEED, place.stretch)
  const data = await annotated(place, model)
  place.close()
  return data
}

async function storePlace(marks: number, folder: string): Promise<void> {
  const place = marketWith(marks, folder)
  if (marks > 0) await annotated(place)
  const { market, stretch, breakouts } = place
  writeFileSync(join(folder, FACTS), JSON.stringify({ market, stretch, breakouts }))
  place.close()
}

/** `marks` true breakouts of a demo market, marked and reviewed; 0 leaves the workspace empty of annotations. */
export async function trainingPlace(marks: number): Promise<TrainingPlace> {
  const root = mkdtempSync(join(tmpdir(), 'annotate-training-'))
  await prepare(`training-${marks}`, root, (folder) => storePlace(marks, folder))
  const facts = JSON.parse(readFileSync(join(root, FACTS), 'utf8')) as ScenarioFacts
  const place = openStoredScenario(root, facts, true)
  const bus = new Bus<{ training: TrainingRunOut }>()
  const definition = (id: string) => {
    const found = MODELS.find((model) => model.id === id)
    if (found === undefined) throw unknownThing('model', id, 'Models are: tiny, cnn, dqn.')
    return found
  }
  const { database, workspace, reader } = place
  const annotations = new Annotations({ database, workspace, reader, clock: systemClock })
  const service = (parallel = 1) =>
    new TrainingService({
      database: place.database,
      workspace: place.workspace,
      models: { definition },
      annotations,
      clock: systemClock,
      bus,
      modelsModule: new URL('training-models.ts', import.meta.url).href,
      parallel,
    })
  const rejectedHolds = new RejectedHolds({ database, clock: systemClock })
  const data = (options?: LoadOptions) => {
    const testCases = new TestCases({ database, workspace, reader })
    const reviewedSpans = new ReviewedSpans({ database, clock: systemClock })
    const sources = {
      annotations,
      testCases,
      reviewedSpans,
      rejectedHolds,
      reader,
      folder: workspace.testCases,
    }
    return loadTrainingData(sources, {}, undefined, options)
  }
  return { ...place, bus, annotations, rejectedHolds, service, data }
}
