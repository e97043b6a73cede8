// The orchestrator: which models exist, which checkpoints they have, and which of them goes live.
import type { CheckpointsCompared } from '../contract/checkpoints-compared.ts'
import type { ForwardNeeded, LiveAtOut, PromotionOut } from '../contract/promotions.ts'
import { TENSOR_NAMES } from '../contract/timeframes.ts'
import type { ModelOut } from '../contract/training.ts'
import type { Clock } from '../core/clock.ts'
import type { RoomsDatabase } from '../core/database.ts'
import { unknownThing, type AppError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import { parameterDefaults } from '../models/defaults.ts'
import type { ModelDefinition } from '../models/model.ts'
import { CUSTOM, CUSTOM_NAME } from './custom/custom.ts'
import { CheckpointNames } from './checkpoint-names.ts'
import { checkpointRef } from './checkpoint-ref.ts'
import { compareCheckpoints, type HeldOut } from './comparison.ts'
import { ForwardRecords, type ForwardRecord } from './forward/records.ts'
import { GoingLive } from './going-live.ts'
import { checkpointOut, warningsOf } from './model-out.ts'
import { Promotions } from './promotions.ts'
import { nothingFor, nothingOf, notSettable, notTrainable, requirePattern } from './refusals.ts'
import type { Checkpoints, LoadedCheckpoint } from './checkpoints.ts'

/** What a user brings has nothing that a training could set. */
const CUSTOM_MODEL = {
  id: CUSTOM,
  name: CUSTOM_NAME,
  needs: [],
  defaults: null,
} as const

const noneHeldOut: HeldOut = () => Promise.resolve(null)

export interface OrchestratorParts {
  database: RoomsDatabase
  checkpoints: Checkpoints
  models: readonly ModelDefinition[]
  /** Wall time: when what was promoted. */
  clock: Clock
  /** Percent of the price paid at entry and again at exit: what forward records are reckoned with. */
  feePctPerSide: number
  heldOut?: HeldOut
}

/** `needed`: what the forward record asks for; `pattern` null: for the model as a whole. */
export interface PromotionTerms {
  readonly needed?: ForwardNeeded
  readonly pattern?: string | null
}

export class Orchestrator {
  readonly #live: GoingLive
  readonly #promotions: Promotions
  readonly #names: CheckpointNames
  readonly #checkpoints: Checkpoints
  readonly #models: ReadonlyMap<string, ModelDefinition>
  readonly #heldOut: HeldOut
  readonly #records: ForwardRecords

  constructor({ database, checkpoints, models, heldOut = noneHeldOut, ...promoting }: OrchestratorParts) {
    this.#promotions = new Promotions(database)
    this.#names = new CheckpointNames(database)
    this.#records = new ForwardRecords(database)
    this.#heldOut = heldOut
    this.#checkpoints = checkpoints
    this.#models = new Map(models.map((model) => [model.id, model]))
    this.#live = new GoingLive({
      promotions: this.#promotions,
      names: this.#names,
      checkpoints,
      heldOut,
      ...promoting,
    })
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
   * promoted until `promote` says otherwise. `pattern`: of that one, where nothing is promoted by itself; here and below.
   */
  async promoted(id: string, pattern: string | null = null): Promise<string | null> {
    return this.#live.promoted({ model: this.#known(id).id, pattern })
  }

  /**
   * Lets a checkpoint go live from now on: one that is better than the promoted one on the episodes that both held out, or any with
   * a reason. The promoted one again changes nothing. `named`: a version, or `challenger`. For a pattern: one that was trained on it.
   * @throws AppError `unknown_model`, `no_challenger`, `unknown_checkpoint`, `broken_checkpoint`, `other_pattern`, `gate_failed` with a `GateReport`
   */
  async promote(
    id: string,
    named: string,
    reason?: string,
    { needed, pattern = null }: PromotionTerms = {},
  ): Promise<void> {
    await this.#live.promote(await this.checkpoint(id, named, pattern), pattern, reason, needed)
  }

  /**
   * Goes back to what was promoted before the current one.
   * @throws AppError `unknown_model`, `nothing_to_roll_back`, `unknown_checkpoint`, `broken_checkpoint`
   */
  async rollBack(id: string, pattern: string | null = null): Promise<void> {
    await this.#live.rollBack({ model: this.#known(id).id, pattern })
  }

  /**
   * The newest forward record of a checkpoint, by default of the promoted one; its chain is checked. Null where it has none; one
   * that was kept is there after its checkpoint is gone.
   * @throws AppError `unknown_model`, `no_challenger`, `unknown_checkpoint`
   */
  async forward(
    id: string,
    named?: string,
    pattern: string | null = null,
  ): Promise<{ model: string; version: string | null; record: ForwardRecord | null }> {
    const { id: model } = this.#known(id)
    const version = await this.#live.version({ model, pattern }, named ?? null)
    if (version === null) return { model, version, record: null }
    const record = await this.#records.newestOf({ model, pattern }, version)
    if (record === null) await this.#checkpoints.require(model, version)
    return { model, version, record }
  }

  /** Begins forward records for what was promoted before they were kept. Call once at start. */
  async recover(): Promise<void> {
    for (const id of [...this.#models.keys(), CUSTOM]) await this.#live.beginMissing(id)
  }

  /** What went live, newest first. @throws AppError `unknown_model` */
  async history(id: string, pattern: string | null = null): Promise<PromotionOut[]> {
    await this.promoted(id)
    return this.#promotions.list({ model: id, pattern })
  }

  /** What was promoted at an instant. @throws AppError `unknown_model` */
  async liveAt(id: string, at: EpochMs, pattern: string | null = null): Promise<LiveAtOut> {
    await this.promoted(id)
    return this.#promotions.liveAt({ model: id, pattern }, at)
  }

  /**
   * The checkpoint to go live with: the one named, else the promoted one. `id` may name it too, as `cnn@0002` or `cnn@challenger`; `named` is a
   * version, `champion` or `challenger`.
   * @throws AppError `two_checkpoints`; `no_checkpoint` where the model was never trained; `no_challenger`; `unknown_checkpoint`; `broken_checkpoint`
   */
  async checkpoint(id: string, named?: string, pattern: string | null = null): Promise<LoadedCheckpoint> {
    const ref = checkpointRef(id, named)
    const { id: model, name } = this.#known(ref.model)
    const wanted = await this.#live.version({ model, pattern }, ref.version)
    if (wanted !== null) return this.#checkpoints.load(model, wanted)
    if (pattern !== null) throw nothingFor({ model, pattern })
    throw nothingOf(model, name)
  }

  /**
   * The gate's comparison for whoever wants to see it, with how data and parameters differ. `against`: the promoted one by default.
   * @throws AppError `unknown_model`, `no_checkpoint`, `no_challenger`, `unknown_checkpoint`, `broken_checkpoint`
   */
  async compare(id: string, candidate: string, against?: string): Promise<CheckpointsCompared> {
    const [own, other] = [await this.checkpoint(id, candidate), await this.checkpoint(id, against)]
    return compareCheckpoints(own.model, own, other, this.#heldOut)
  }

  /**
   * Names a checkpoint the challenger; null takes the name away. It stays with the version: one that is promoted is the champion
   * alone, and the challenger again once it is rolled back.
   * @throws AppError `unknown_model`, `unknown_alias`, `alias_follows_promotion`, `unknown_checkpoint`, `broken_checkpoint`, `other_pattern`
   */
  async setAlias(
    id: string,
    alias: string,
    version: string | null,
    pattern: string | null = null,
  ): Promise<void> {
    const { id: model } = this.#known(id)
    const slot = { model, pattern }
    if (alias !== 'challenger') throw notSettable(model, alias)
    if (version !== null) requirePattern(slot, await this.#checkpoints.load(model, version))
    await this.#names.setChallenger(slot, version)
  }

  /** @throws AppError `unknown_model`, `no_challenger`, `unknown_checkpoint`, `broken_checkpoint` */
  async setNote(id: string, named: string, note: string | null): Promise<void> {
    const { model, version } = await this.checkpoint(id, named)
    const text = note?.trim() ?? ''
    await this.#names.setNote(model, version, text === '' ? null : text)
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
    const whole = { model: model.id, pattern: null }
    const promoted = await this.#live.promoted(whole)
    const challenger = await this.#live.challenger(whole)
    const patterns = await this.#live.patterns(model.id)
    const names = { promoted, challenger, patterns, notes: await this.#names.notes(model.id) }
    const entries = await this.#checkpoints.list(model.id)
    return {
      id: model.id,
      name: model.name,
      checkpoints: entries.map((entry) => checkpointOut(entry, names)),
      promoted,
      patterns,
      trainable: model.id !== CUSTOM,
      needs: [...TENSOR_NAMES, ...model.needs],
      defaults: model.defaults === null ? null : parameterDefaults(model.defaults),
      warnings: warningsOf(model.id, entries, promoted, patterns),
    }
  }
}
