// The processes in which live networks answer: one, or up to so many as are allowed; which network is in which, and how they did.
import { MINUTE } from '../../core/time.ts'
import type { ServedCheckpoint } from '../../orchestrator/load-predictor.ts'
import type { Predictor } from '../../orchestrator/predictor.ts'
import { KeptProcess } from './kept-process.ts'
import { PROCESS_LIMITS, type ProcessLimits } from './process-handle.ts'

export interface ProcessesParts {
  /** Processes at most; a user's own models have others. */
  readonly most: number
  /** Monotonic milliseconds. */
  readonly stopwatch: () => number
  readonly onDeath: (error: Error) => void
  /** Told how long a process took for what it has answered, ms; processes are numbered from 0. */
  readonly onRun?: (process: number, ms: number) => void
  readonly limits?: ProcessLimits
}

export class InferenceProcesses {
  readonly #parts: ProcessesParts
  readonly #all: KeptProcess[] = []
  #deaths = 0
  #diedAt = Number.NEGATIVE_INFINITY

  constructor(parts: ProcessesParts) {
    this.#parts = parts
  }

  /** Of those that run. */
  get pids(): number[] {
    return this.#all.flatMap(({ pid }) => (pid === null ? [] : [pid]))
  }

  /** Times that one ended of itself since the server began; each was started anew. */
  get deaths(): number {
    return this.#deaths
  }

  /** What is amiss, or was within the last minute, in words; null where nothing is. */
  get trouble(): string | null {
    const now = this.#all.map(({ trouble }) => trouble).find((trouble) => trouble !== null) ?? null
    if (now !== null) return now
    if (this.#parts.stopwatch() - this.#diedAt > MINUTE) return null
    return 'The process in which live models run ended within the last minute and was started again.'
  }

  /** @throws AppError as `loadPredictor` does; `model_failed` where the process ends before it has opened */
  open(checkpoint: ServedCheckpoint): Promise<Predictor> {
    const { model, version, onnx, selfTest } = checkpoint
    return this.#emptiest().open({ model, version, onnx, selfTest })
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((each) => each.stop()))
  }

  /** Another one where each has something to do and there may be more; else the one with the fewest networks. */
  #emptiest(): KeptProcess {
    const [emptiest] = this.#all.toSorted((a, b) => a.size - b.size)
    if (emptiest !== undefined && (emptiest.size === 0 || this.#all.length >= this.#parts.most))
      return emptiest
    const { limits = PROCESS_LIMITS, stopwatch, onDeath, onRun } = this.#parts
    const index = this.#all.length
    const added = new KeptProcess({
      limits,
      onRun: (ms) => onRun?.(index, ms),
      onDeath: (error) => {
        this.#deaths += 1
        this.#diedAt = stopwatch()
        onDeath(error)
      },
    })
    this.#all.push(added)
    return added
  }
}
