// The orchestrator: which models exist, which checkpoints they have, and which of them goes live.
import type { CheckpointMetadata } from '../contract/checkpoint.ts'
import type { LiveAtOut, PromotionOut } from '../contract/promotions.ts'
import { TENSOR_NAMES } from '../contract/timeframes.ts'
import type { CheckpointOut, ModelOut } from '../contract/training.ts'
import type { HeldOutEpisode } from '../contract/validation.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import { AppError, unknownThing } from '../core/errors.ts'
import { toIso, type EpochMs } from '../core/time.ts'
import { parameterDefaults } from '../models/defaults.ts'
import type { ModelDefinition } from '../models/model.ts'
import { FEWEST_CALLS } from '../signals/confidence.ts'
import { CUSTOM, CUSTOM_NAME } from './custom/custom.ts'
import { compareHeldOut, gateFailed, wordsOf, type Evidence } from './gate.ts'
import { Promotions } from './promotions.ts'
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
  /** Wall time: when what was promoted. */
  clock: Clock
  /** What the run of a checkpoint held out; null where it held nothing out, or no run of it is known. */
  heldOut?: (model: string, version: string) => Promise<readonly HeldOutEpisode[] | null>
}

export class Orchestrator {
  readonly #promotions: Promotions
  readonly #checkpoints: Checkpoints
  readonly #models: ReadonlyMap<string, ModelDefinition>
  readonly #clock: Clock
  readonly #heldOut: (model: string, version: string) => Promise<readonly HeldOutEpisode[] | null>

  constructor({ database, checkpoints, models, clock, heldOut }: OrchestratorParts) {
    this.#promotions = new Promotions(database)
    this.#clock = clock
    this.#heldOut = heldOut ?? (() => Promise.resolve(null))
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
    const chosen = await this.#promotions.current(model)
    if (chosen !== null) return chosen
    const first = (await this.#checkpoints.list(model)).find(({ broken }) => broken === null)
    if (first !== undefined) await this.#promotions.addFirst(model, first.version, first.publishedAt)
    return this.#promotions.current(model)
  }

  /**
   * Lets a checkpoint go live from now on: one that is better than the promoted one on the episodes that both held out, or any with
   * a reason. The promoted one again changes nothing.
   * @throws AppError `unknown_model`, `unknown_checkpoint`, `broken_checkpoint`, `gate_failed` with a `GateReport`
   */
  async promote(id: string, version: string, reason?: string): Promise<void> {
    const { id: model } = this.#known(id)
    const candidate = await this.#checkpoints.load(model, version)
    const live = await this.promoted(model)
    if (live === version) return
    const why = reason?.trim() ?? (live === null ? null : await this.#passGate(candidate, live))
    await this.#promotions.add({
      model,
      version,
      promoted_at: this.#clock.now(),
      kind: 'promote',
      reason: why,
    })
  }

  /**
   * Goes back to what was promoted before the current one.
   * @throws AppError `unknown_model`, `nothing_to_roll_back`, `unknown_checkpoint`, `broken_checkpoint`
   */
  async rollBack(id: string): Promise<void> {
    const { id: model } = this.#known(id)
    const live = await this.promoted(model)
    const version = await this.#promotions.previous(model)
    if (version === null) throw nothingBefore(model, live)
    await this.#checkpoints.load(model, version)
    await this.#promotions.add({
      model,
      version,
      promoted_at: this.#clock.now(),
      kind: 'rollback',
      reason: `rolled back from ${live}`,
    })
  }

  /** What went live, newest first. @throws AppError `unknown_model` */
  async history(id: string): Promise<PromotionOut[]> {
    await this.promoted(id)
    return this.#promotions.list(id)
  }

  /** What was promoted at an instant. @throws AppError `unknown_model` */
  async liveAt(id: string, at: EpochMs): Promise<LiveAtOut> {
    await this.promoted(id)
    return this.#promotions.liveAt(id, at)
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

  /** Why it passes, in words. @throws AppError `gate_failed` */
  async #passGate(candidate: LoadedCheckpoint, live: string): Promise<string> {
    const { model } = candidate
    const theirs = (await this.#checkpoints.list(model)).find(({ version }) => version === live)?.metadata
    const report = compareHeldOut(
      await this.#evidence(model, candidate.version, candidate.metadata),
      await this.#evidence(model, live, theirs ?? null),
    )
    if (report.verdict !== 'better') throw gateFailed(model, report)
    return wordsOf(report)
  }

  async #evidence(model: string, checkpoint: string, metadata: CheckpointMetadata | null): Promise<Evidence> {
    const cases = (metadata?.data.test_cases ?? []).map(({ test_case_id, sha256 }) => [
      test_case_id.replace(/^annotation_/, ''),
      sha256,
    ]) as [string, string][]
    return { checkpoint, episodes: await this.#heldOut(model, checkpoint), cases: new Map(cases) }
  }
}

function nothingBefore(model: string, live: string | null): AppError {
  return new AppError(
    'nothing_to_roll_back',
    live === null
      ? `Model ${model} has no checkpoint that goes live yet: train it first.`
      : `Checkpoint ${live} of ${model} is the first that went live: there is none before it to go back to. Promote another instead.`,
    { status: 409 },
  )
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
