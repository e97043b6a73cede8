// Publishes a run's checkpoint: provisional as soon as it is trained, and under the same version again when it is validated.
import type { Workspace } from '../../core/workspace.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { oddnessFile } from '../../moments/oddness-file.ts'
import type { Learnt } from '../../moments/learn-oddness.ts'
import { encodeWeights, type NamedTensors } from '../../nn/weights.ts'
import { Checkpoints, type CheckpointContent } from '../../orchestrator/checkpoints.ts'
import { selfTestOf } from '../../orchestrator/self-test.ts'
import type { CheckpointOfRun } from './finished-run.ts'

/** What an earlier process of the run left: the version that it told of, and whether there was one at all. */
interface Before {
  readonly checkpoint: string | null
  readonly earlier: readonly unknown[]
}

export class Publisher {
  readonly #checkpoints: Checkpoints
  readonly #model: ModelDefinition
  readonly #before: Before
  readonly #learnt: Promise<Learnt | null>
  #oddness: ReturnType<typeof oddnessFile> | null = null
  /** The files of the weights that were published. */
  #written: { readonly of: NamedTensors; readonly weights: Uint8Array; readonly onnx: Uint8Array } | null =
    null
  #version: string | null = null

  /** @param learnt what an ordinary second of what it is trained on looks like; null where that is not known */
  constructor(workspace: Workspace, model: ModelDefinition, before: Before, learnt: Promise<Learnt | null>) {
    this.#learnt = learnt
    this.#checkpoints = new Checkpoints(workspace.checkpoints)
    this.#model = model
    this.#before = before
  }

  /** Returns the version. A run that was killed after it published finds its own checkpoint again, validated or not. */
  async provisional(run: CheckpointOfRun): Promise<string> {
    const learnt = await this.#learnt
    this.#oddness = learnt === null ? null : oddnessFile(learnt)
    const { onnx, ...rest } = this.#contentOf(run)
    const content = {
      ...rest,
      onnx,
      selfTest: await selfTestOf(onnx),
      oddness: this.#oddness?.bytes ?? null,
    }
    const own = await this.#ownOf(content)
    this.#version = own ?? (await this.#checkpoints.publish(this.#model.id, content))
    return this.#version
  }

  /** Under the version that `provisional` returned. */
  async validated(run: CheckpointOfRun): Promise<void> {
    await this.#checkpoints.restate(this.#model.id, this.version, this.#contentOf(run))
  }

  /** What it was published under. */
  get version(): string {
    if (this.#version === null) throw new TypeError('a checkpoint is published before it is validated')
    return this.#version
  }

  async #ownOf(content: CheckpointContent): Promise<string | null> {
    const { checkpoint, earlier } = this.#before
    const { id } = this.#model
    if (checkpoint !== null && (await this.#checkpoints.isOf(id, checkpoint, content))) return checkpoint
    return earlier.length > 0 ? this.#checkpoints.newestLike(id, content) : null
  }

  #contentOf({ weights, facts }: CheckpointOfRun): CheckpointContent {
    const oddness = this.#oddness === null ? {} : { oddness: this.#oddness.facts }
    if (this.#written?.of !== weights)
      this.#written = {
        of: weights,
        weights: encodeWeights(weights),
        onnx: this.#model.exportOnnx(weights),
      }
    return {
      weights: this.#written.weights,
      onnx: this.#written.onnx,
      metadata: { ...facts, ...oddness },
    }
  }
}
