// Checkpoints made ready to answer, each once for all sessions that use it; what several ask of the same state is answered once.
import type { ModelInputs } from '../models/model.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import type { Predictor } from '../orchestrator/predictor.ts'

interface Shared {
  readonly predictor: Promise<Predictor>
  users: number
  /** By the very inputs, which nobody writes into. */
  readonly answers: WeakMap<ModelInputs, Promise<Float32Array>>
}

export class PredictorPool {
  readonly #load: (checkpoint: LoadedCheckpoint) => Promise<Predictor>
  readonly #shared = new Map<string, Shared>()

  constructor(load: (checkpoint: LoadedCheckpoint) => Promise<Predictor>) {
    this.#load = load
  }

  /** Checkpoints that are ready. */
  get size(): number {
    return this.#shared.size
  }

  /**
   * `apart`: of the checkpoints that take one question at a time, who asks together. The checkpoint is let go of when the last that opened it
   * closes.
   * @throws what loading it throws; the next one tries again
   */
  async open(checkpoint: LoadedCheckpoint, apart = ''): Promise<Predictor> {
    const key = JSON.stringify([checkpoint.model, checkpoint.version, apart])
    const shared = this.#shared.get(key) ?? this.#begin(key, checkpoint)
    shared.users += 1
    const release = async (): Promise<void> => {
      shared.users -= 1
      if (shared.users > 0) return
      if (this.#shared.get(key) === shared) this.#shared.delete(key)
      await (await shared.predictor).close()
    }
    try {
      return view(await shared.predictor, shared, release)
    } catch (error) {
      if (this.#shared.get(key) === shared) this.#shared.delete(key)
      throw error
    }
  }

  #begin(key: string, checkpoint: LoadedCheckpoint): Shared {
    const shared = { predictor: this.#load(checkpoint), users: 0, answers: new WeakMap() }
    this.#shared.set(key, shared)
    return shared
  }
}

/** As one user has it. */
function view(predictor: Predictor, { answers }: Shared, release: () => Promise<void>): Predictor {
  let closed: Promise<void> | null = null
  return {
    readsOrderBook: predictor.readsOrderBook,
    readsAccount: predictor.readsAccount,
    rowsAtOnce: predictor.rowsAtOnce,
    predict: (inputs) => {
      const known = answers.get(inputs)
      if (known !== undefined) return known
      const answer = predictor.predict(inputs)
      answers.set(inputs, answer)
      return answer
    },
    close: () => (closed ??= release()),
  }
}
