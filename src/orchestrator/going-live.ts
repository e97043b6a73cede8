// Which version of a model, or of one of its patterns, goes live, and which is its challenger: promoted through the gate, rolled back, looked up by name.
import type { ForwardNeeded } from '../contract/promotions.ts'
import type { PatternOut } from '../contract/training.ts'
import type { Clock } from '../core/clock.ts'
import type { CheckpointNames } from './checkpoint-names.ts'
import type { Checkpoints, LoadedCheckpoint } from './checkpoints.ts'
import { compareCheckpoints, type HeldOut, type Side } from './comparison.ts'
import { forwardTerms } from './forward/terms.ts'
import { gateFailed } from './gate.ts'
import type { Promotions } from './promotions.ts'
import { noChallenger, nothingBefore, requirePattern } from './refusals.ts'
import { columnsOf, type Slot } from './slot.ts'

export interface GoingLiveParts {
  readonly promotions: Promotions
  readonly names: CheckpointNames
  readonly checkpoints: Checkpoints
  /** Wall time: when what was promoted. */
  readonly clock: Clock
  /** Percent of the price paid at entry and again at exit: what forward records are reckoned with. */
  readonly feePctPerSide: number
  readonly heldOut: HeldOut
}

/** Of models that exist: who asks has looked. */
export class GoingLive {
  readonly #parts: GoingLiveParts

  constructor(parts: GoingLiveParts) {
    this.#parts = parts
  }

  /** The version that goes live; null where nothing does. The first usable one of a model promotes itself. */
  async promoted(slot: Slot): Promise<string | null> {
    const { promotions, checkpoints, clock } = this.#parts
    const { model, pattern } = slot
    const chosen = await promotions.current(slot)
    if (chosen !== null || pattern !== null) return chosen
    const first = (await checkpoints.list(model)).find(({ broken }) => broken === null)
    if (first !== undefined) await promotions.addFirst(model, first, clock.now(), this.#terms())
    return promotions.current(slot)
  }

  /**
   * The promoted one again changes nothing. Without a `reason` it has to pass the gate.
   * @throws AppError `other_pattern`, `gate_failed`
   */
  async promote(
    candidate: LoadedCheckpoint,
    pattern: string | null,
    reason?: string,
    needed?: ForwardNeeded,
  ): Promise<void> {
    const { model, version } = candidate
    requirePattern({ model, pattern }, candidate)
    const live = await this.promoted({ model, pattern })
    if (live === version) return
    const why = reason?.trim() ?? (live === null ? null : await this.#passGate(candidate, live))
    await this.#add({ ...columnsOf({ model, pattern }), version, kind: 'promote', reason: why }, needed)
  }

  /** To what was promoted before. @throws AppError `nothing_to_roll_back`, `unknown_checkpoint`, `broken_checkpoint` */
  async rollBack(slot: Slot): Promise<void> {
    const live = await this.promoted(slot)
    const version = await this.#parts.promotions.previous(slot)
    if (version === null) throw nothingBefore(slot, live)
    await this.#parts.checkpoints.load(slot.model, version)
    await this.#add({ ...columnsOf(slot), version, kind: 'rollback', reason: `rolled back from ${live}` })
  }

  /** Begins a forward record for what was promoted before they were kept. */
  async beginMissing(model: string): Promise<void> {
    await this.#parts.promotions.beginMissing(model, this.#parts.clock.now(), this.#terms())
  }

  /** The version that `named` means now; null: the promoted one, where nothing is. @throws AppError `no_challenger` */
  async version(slot: Slot, named: string | null): Promise<string | null> {
    if (named === null || named === 'champion') return this.promoted(slot)
    if (named !== 'challenger') return named
    const version = await this.challenger(slot)
    if (version === null) throw noChallenger(slot)
    return version
  }

  /** Not while it is the promoted one. */
  async challenger(slot: Slot): Promise<string | null> {
    const version = await this.#parts.names.challenger(slot)
    return version === (await this.promoted(slot)) ? null : version
  }

  /** Of each pattern of which something is promoted, or named. */
  async patterns(model: string): Promise<PatternOut[]> {
    const { promotions, names } = this.#parts
    const [promoted, named] = [await promotions.patterns(model), await names.patterns(model)]
    const patterns = [...new Set([...promoted, ...named])].toSorted()
    return Promise.all(
      patterns.map(async (pattern) => ({
        pattern,
        promoted: await this.promoted({ model, pattern }),
        challenger: await this.challenger({ model, pattern }),
      })),
    )
  }

  async #add(
    row: {
      model: string
      pattern: string
      version: string
      kind: 'promote' | 'rollback'
      reason: string | null
    },
    needed?: ForwardNeeded,
  ): Promise<void> {
    const now = this.#parts.clock.now()
    await this.#parts.promotions.add({ ...row, promoted_at: now }, now, this.#terms(needed))
  }

  #terms(needed?: ForwardNeeded) {
    return forwardTerms(this.#parts.feePctPerSide, needed)
  }

  /** Why it passes, in words. @throws AppError `gate_failed` */
  async #passGate(candidate: LoadedCheckpoint, live: string): Promise<string> {
    const { model } = candidate
    const other = await this.#side(model, live)
    const { report, words } = await compareCheckpoints(model, candidate, other, this.#parts.heldOut)
    if (report.verdict !== 'better') throw gateFailed(model, report)
    return words
  }

  /** The promoted one may be gone or broken: another can be promoted all the same. */
  async #side(model: string, version: string): Promise<Side> {
    const entries = await this.#parts.checkpoints.list(model)
    return { version, metadata: entries.find((entry) => entry.version === version)?.metadata ?? null }
  }
}
