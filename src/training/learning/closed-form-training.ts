// Training of a model that is solved at once: least squares on the rows of its examples.
import { SECOND, ceilTo, epochMs } from '../../core/time.ts'
import { KnownRows } from '../../moments/known-rows.ts'
import { MomentMaker } from '../../moments/moment-rows.ts'
import { ACTIONS, type ClosedFormDefinition, type LearnerState } from '../../models/model.ts'
import { ROW_SIZE, TURNING } from '../../models/moment-row.ts'
import { float32, Session } from '../../nn/runtime.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import type { SecondsRange } from '../data/training-data.ts'
import type { Example } from '../examples/example.ts'
import { crossEntropyOf } from './cross-entropy.ts'
import type { Job } from './job.ts'
import type { EpochResult, JobTraining } from './job-training.ts'
import { allSeconds, labelled } from './labelled-rows.ts'
import { lineWeights, RowSummer, type Line } from './ridge.ts'
import { StretchRows } from './stretch-rows.ts'
import type { StateSource } from './views.ts'

/** Seconds asked for at once. */
const CHUNK = 512

/**
 * Opens what makes rows and adds them up; one for each job.
 * @param known rows of the same data that others ask about, too; none are kept where absent
 */
export async function closedFormTraining(
  model: ClosedFormDefinition,
  source: StateSource,
  job: Job,
  known?: KnownRows,
): Promise<JobTraining> {
  const { threads } = job.options
  const kept = known ?? new KnownRows(await MomentMaker.open(threads), 0)
  const summer = await RowSummer.open(TURNING, threads)
  const own = known === undefined ? [kept.maker, summer] : [summer]
  return new ClosedFormTraining({ model, rows: new StretchRows(source, kept), job, summer, own })
}

interface Parts {
  readonly model: ClosedFormDefinition
  readonly rows: StretchRows
  readonly job: Job
  readonly summer: RowSummer
  /** What is nobody else's, to be closed with it. */
  readonly own: readonly { close(): Promise<void> }[]
}

class ClosedFormTraining implements JobTraining {
  readonly #parts: Parts
  #line: Line | null = null
  #epochs = 0
  #head: Session | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The first epoch solves it; later ones find nothing to do. */
  async advance(): Promise<EpochResult> {
    this.#line ??= await this.#solve()
    this.#epochs += 1
    const { examples } = this.#parts.job
    const labels = examples.map(({ label }) => label)
    return { epoch: this.#epochs, ...crossEntropyOf(await this.probabilities(examples), labels) }
  }

  async score(range: SecondsRange, stride: number): Promise<Float32Array> {
    const { rows } = this.#parts
    const first = ceilTo(range.from, SECOND)
    const count = Math.max(0, Math.ceil((range.to - first) / (stride * SECOND)))
    const scores = new Float32Array(count * ACTIONS.length).fill(Number.NaN)
    for (let from = 0; from < count; from += CHUNK) {
      const size = Math.min(CHUNK, count - from)
      const instants = Array.from({ length: size }, (_, i) => epochMs(first + (from + i) * stride * SECOND))
      const { values, known } = await rows.ofSeconds(range.stretch, instants)
      const probabilities = await this.#apply(values)
      for (const [row, isKnown] of known.entries()) {
        const own = probabilities.subarray(row * ACTIONS.length, (row + 1) * ACTIONS.length)
        if (isKnown) scores.set(own, (from + row) * ACTIONS.length)
      }
    }
    return scores
  }

  async probabilities(examples: readonly Example[]): Promise<Float32Array> {
    const shown = examples.map((example) => ({ example, second: 0 }))
    return this.#apply(await this.#parts.rows.ofExamples(shown))
  }

  mined(): readonly Example[] {
    return []
  }

  weights(): NamedTensors {
    return lineWeights(this.#solved())
  }

  save(): LearnerState {
    const { weights, bias } = this.#line ?? { weights: new Float64Array(0), bias: 0 }
    return { facts: { epochs: this.#epochs, bias }, arrays: { weights } }
  }

  restore({ facts, arrays }: LearnerState): void {
    const { epochs, bias } = facts as { epochs: number; bias: number }
    const { weights } = arrays as { weights: Float64Array }
    this.#epochs = epochs
    this.#line = weights.length === 0 ? null : { weights, bias }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#parts.own.map((each) => each.close()), this.#head?.close()])
  }

  #solved(): Line {
    if (this.#line === null) throw new TypeError('the model is not solved yet')
    return this.#line
  }

  async #apply(rows: Float32Array): Promise<Float32Array> {
    const { model, job } = this.#parts
    this.#head ??= await Session.open(model.closedForm.exportHead(this.weights()), job.options)
    const result = await this.#head.run({ row: float32(rows, [rows.length / ROW_SIZE, ROW_SIZE]) })
    return result['probabilities'] as Float32Array
  }

  async #solve(): Promise<Line> {
    const { rows, job, summer, model } = this.#parts
    const shown = allSeconds(job.examples)
    const sums = await summer.sum(labelled(await rows.ofExamples(shown), shown))
    return sums.bothWaysUp().solve(job.options.ridge ?? model.closedForm.ridge)
  }
}
