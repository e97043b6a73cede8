// The orchestrator: which models exist, which checkpoints they have, and which of them goes live.
import type { CheckpointOut, ModelOut } from '../contract/training.ts'
import type { Sqlite } from '../core/database.ts'
import { AppError, unknownThing } from '../core/errors.ts'
import { toIso } from '../core/time.ts'
import type { ModelDefinition } from '../models/model.ts'
import { FEWEST_CALLS } from '../signals/confidence.ts'
import type { CheckpointEntry, Checkpoints, LoadedCheckpoint } from './checkpoints.ts'

const DEFAULT_EPOCHS = 10
/** What every test case holds. */
const ALWAYS_NEEDED = ['ohlcv_1s', 'ohlcv_1m', 'ohlcv_1h', 'ohlcv_1d']

export interface OrchestratorParts {
  sqlite: Sqlite
  checkpoints: Checkpoints
  models: readonly ModelDefinition[]
}

export class Orchestrator {
  readonly #sqlite: Sqlite
  readonly #checkpoints: Checkpoints
  readonly #models: ReadonlyMap<string, ModelDefinition>

  constructor({ sqlite, checkpoints, models }: OrchestratorParts) {
    this.#sqlite = sqlite
    this.#checkpoints = checkpoints
    this.#models = new Map(models.map((model) => [model.id, model]))
  }

  /** @throws AppError `unknown_model`, naming those that exist. */
  definition(id: string): ModelDefinition {
    const model = this.#models.get(id)
    if (model !== undefined) return model
    throw unknownThing('model', id, `Models are: ${[...this.#models.keys()].join(', ')}.`)
  }

  async models(): Promise<ModelOut[]> {
    return Promise.all([...this.#models.values()].map((model) => this.#describe(model)))
  }

  async model(id: string): Promise<ModelOut> {
    return this.#describe(this.definition(id))
  }

  /**
   * The version that goes live; null where the model has no usable checkpoint. The first one promotes itself, and stays
   * promoted until `promote` says otherwise.
   */
  async promoted(id: string): Promise<string | null> {
    const { id: model } = this.definition(id)
    const chosen = this.#pointer(model)
    if (chosen !== null) return chosen
    const first = (await this.#checkpoints.list(model)).find(({ broken }) => broken === null)
    if (first !== undefined) this.#point(model, first.version, 'IGNORE')
    return this.#pointer(model)
  }

  /** @throws AppError `unknown_model`, `unknown_checkpoint`, `broken_checkpoint` */
  async promote(id: string, version: string): Promise<void> {
    const { id: model } = this.definition(id)
    await this.#checkpoints.load(model, version)
    this.#point(model, version, 'REPLACE')
  }

  /**
   * The checkpoint to go live with: the one named, else the promoted one.
   * @throws AppError `no_checkpoint` where the model was never trained; `unknown_checkpoint`; `broken_checkpoint`
   */
  async checkpoint(id: string, version?: string): Promise<LoadedCheckpoint> {
    const { id: model, name } = this.definition(id)
    const wanted = version ?? (await this.promoted(model))
    if (wanted !== null) return this.#checkpoints.load(model, wanted)
    throw new AppError(
      'no_checkpoint',
      `Model ${model} (${name}) has no checkpoint to go live with: train it first, then start again.`,
      { status: 409, field: 'model' },
    )
  }

  async #describe(model: ModelDefinition): Promise<ModelOut> {
    const promoted = await this.promoted(model.id)
    const entries = await this.#checkpoints.list(model.id)
    const { batchSize, learningRate, views } = model.defaults
    return {
      id: model.id,
      name: model.name,
      checkpoints: entries.map((entry) => checkpointOut(entry, promoted)),
      promoted,
      trainable: true,
      needs: [...ALWAYS_NEEDED, ...model.needs],
      defaults: { epochs: DEFAULT_EPOCHS, batch_size: batchSize, learning_rate: learningRate, views },
    }
  }

  #pointer(model: string): string | null {
    const row = this.#sqlite.prepare('SELECT version FROM promoted_checkpoint WHERE model = ?').get(model)
    return (row as { version: string } | undefined)?.version ?? null
  }

  #point(model: string, version: string, conflict: 'IGNORE' | 'REPLACE'): void {
    const sql = `INSERT OR ${conflict} INTO promoted_checkpoint (model, version) VALUES (?, ?)`
    this.#sqlite.prepare(sql).run(model, version)
  }
}

function checkpointOut(
  { version, publishedAt, metadata, broken }: CheckpointEntry,
  promoted: string | null,
): CheckpointOut {
  return {
    version,
    created_at: toIso(publishedAt),
    run_id: null,
    promoted: version === promoted,
    symbol: metadata?.symbol ?? null,
    venue: metadata?.venue ?? null,
    test_cases: metadata?.data.test_cases.length ?? 0,
    validation_accuracy: metadata?.validation?.accuracy ?? null,
    calibrated: (metadata?.calibration?.n ?? 0) >= FEWEST_CALLS,
    broken,
  }
}
