// The orchestrator: which models exist, which checkpoints they have, and which of them goes live.
import type { Kysely } from 'kysely'
import type { CheckpointMetadata } from '../contract/checkpoint.ts'
import { TENSOR_NAMES } from '../contract/timeframes.ts'
import type { CheckpointOut, ModelOut } from '../contract/training.ts'
import type { Database } from '../core/database.ts'
import { AppError, unknownThing } from '../core/errors.ts'
import { toIso } from '../core/time.ts'
import { parameterDefaults } from '../models/defaults.ts'
import type { ModelDefinition } from '../models/model.ts'
import { FEWEST_CALLS } from '../signals/confidence.ts'
import { CUSTOM, CUSTOM_NAME } from './custom/custom.ts'
import type { OrchestratorTables } from './schema.ts'
import type { CheckpointEntry, Checkpoints, LoadedCheckpoint } from './checkpoints.ts'

/** What a user brings has nothing that a training could set. */
const CUSTOM_MODEL = {
  id: CUSTOM,
  name: CUSTOM_NAME,
  needs: [],
  defaults: null,
} as const

export interface OrchestratorParts {
  database: Database
  checkpoints: Checkpoints
  models: readonly ModelDefinition[]
}

export class Orchestrator {
  readonly #db: Kysely<OrchestratorTables>
  readonly #checkpoints: Checkpoints
  readonly #models: ReadonlyMap<string, ModelDefinition>

  constructor({ database, checkpoints, models }: OrchestratorParts) {
    this.#db = database.tables<OrchestratorTables>()
    this.#checkpoints = checkpoints
    this.#models = new Map(models.map((model) => [model.id, model]))
  }

  /**
   * A model that can be trained.
   * @throws AppError `unknown_model`, naming those that exist; `not_trainable` for what a user brings.
   */
  definition(id: string): ModelDefinition {
    const model = this.#models.get(id)
    if (model !== undefined) return model
    if (id === CUSTOM) throw notTrainable()
    throw this.#unknown(id)
  }

  async models(): Promise<ModelOut[]> {
    return Promise.all([...this.#models.keys(), CUSTOM].map((id) => this.model(id)))
  }

  /** @throws AppError `unknown_model` */
  async model(id: string): Promise<ModelOut> {
    return this.#describe(this.#known(id))
  }

  /**
   * The version that goes live; null where the model has no usable checkpoint. The first one promotes itself, and stays
   * promoted until `promote` says otherwise.
   */
  async promoted(id: string): Promise<string | null> {
    const { id: model } = this.#known(id)
    const chosen = await this.#pointer(model)
    if (chosen !== null) return chosen
    const first = (await this.#checkpoints.list(model)).find(({ broken }) => broken === null)
    if (first !== undefined) await this.#point(model, first.version, 'unless chosen')
    return this.#pointer(model)
  }

  /** @throws AppError `unknown_model`, `unknown_checkpoint`, `broken_checkpoint` */
  async promote(id: string, version: string): Promise<void> {
    const { id: model } = this.#known(id)
    await this.#checkpoints.load(model, version)
    await this.#point(model, version, 'anyway')
  }

  /**
   * The checkpoint to go live with: the one named, else the promoted one.
   * @throws AppError `no_checkpoint` where the model was never trained; `unknown_checkpoint`; `broken_checkpoint`
   */
  async checkpoint(id: string, version?: string): Promise<LoadedCheckpoint> {
    const { id: model, name } = this.#known(id)
    const wanted = version ?? (await this.promoted(model))
    if (wanted !== null) return this.#checkpoints.load(model, wanted)
    throw new AppError(
      'no_checkpoint',
      `Model ${model} (${name}) has no checkpoint to go live with: ${model === CUSTOM ? 'import one with annotate import model FILE' : 'train it first'}, then start again.`,
      { status: 409, field: 'model' },
    )
  }

  #known(id: string): ModelDefinition | typeof CUSTOM_MODEL {
    const model = id === CUSTOM ? CUSTOM_MODEL : this.#models.get(id)
    if (model === undefined) throw this.#unknown(id)
    return model
  }

  #unknown(id: string): AppError {
    return unknownThing('model', id, `Models are: ${[...this.#models.keys(), CUSTOM].join(', ')}.`)
  }

  async #describe(model: ModelDefinition | typeof CUSTOM_MODEL): Promise<ModelOut> {
    const promoted = await this.promoted(model.id)
    const entries = await this.#checkpoints.list(model.id)
    return {
      id: model.id,
      name: model.name,
      checkpoints: entries.map((entry) => checkpointOut(entry, promoted)),
      promoted,
      trainable: model.id !== CUSTOM,
      needs: [...TENSOR_NAMES, ...model.needs],
      defaults: model.defaults === null ? null : parameterDefaults(model.defaults),
      warnings: warningsOf(model.id, entries, promoted),
    }
  }

  async #pointer(model: string): Promise<string | null> {
    const row = await this.#db
      .selectFrom('promoted_checkpoint')
      .select('version')
      .where('model', '=', model)
      .executeTakeFirst()
    return row?.version ?? null
  }

  async #point(model: string, version: string, when: 'unless chosen' | 'anyway'): Promise<void> {
    const insert = this.#db.insertInto('promoted_checkpoint').values({ model, version })
    await insert
      .onConflict((taken) => {
        const ofModel = taken.column('model')
        return when === 'anyway' ? ofModel.doUpdateSet({ version }) : ofModel.doNothing()
      })
      .execute()
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
    state: metadata?.state ?? (metadata?.validation == null ? 'provisional' : 'validated'),
    validation_accuracy: metadata?.validation?.accuracy ?? null,
    calibrated: (metadata?.calibration?.n ?? 0) >= FEWEST_CALLS,
    pattern: metadata?.pattern ?? null,
    simulated: metadata?.simulated ?? false,
    parent: metadata?.parent ?? null,
    file: metadata === null ? null : ownFileOf(metadata),
    broken,
  }
}

function ownFileOf({ model, hyperparameters: { file } }: CheckpointMetadata): string | null {
  return model === CUSTOM && typeof file === 'string' ? file : null
}

/** What stands in the way of a model going live. */
function warningsOf(model: string, entries: readonly CheckpointEntry[], promoted: string | null): string[] {
  const broken = entries.flatMap((entry) =>
    entry.broken === null ? [] : [`Checkpoint ${entry.version} can not be used: ${entry.broken}`],
  )
  if (promoted === null || entries.some(({ version }) => version === promoted)) return broken
  const gone = `Checkpoint ${promoted} of ${model}, which goes live, is not in its folder any more: put it back, or promote another.`
  return [...broken, gone]
}

function notTrainable(): AppError {
  return new AppError(
    'not_trainable',
    'Model custom is what you bring yourself: train it elsewhere and import its ONNX file with annotate import model FILE.',
    { status: 422, field: 'model' },
  )
}
