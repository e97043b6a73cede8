// Cases before whose entry data changed are compared with today's in the background: a few a second, so that nothing waits for them.
import type { TestCases } from '../annotation/test-cases.ts'
import type { TestCaseState } from '../contract/annotations.ts'

/** Between two looks, ms. */
const EVERY_MS = 1000
/** Compared in one look; a comparison takes some milliseconds, and between two of them the loop is free. */
const A_LOOK = 20

export interface CaseChecksOptions {
  readonly testCases: Pick<TestCases, 'compareNext'>
  readonly onChanged: (state: TestCaseState) => void
  readonly onFault: (error: unknown) => void
}

export class CaseChecks {
  readonly #options: CaseChecksOptions
  readonly #timer
  #looking: Promise<void> | null = null
  #isStopped = false

  constructor(options: CaseChecksOptions) {
    this.#options = options
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => (this.#looking = null))
    }, EVERY_MS)
    this.#timer.unref()
  }

  /** Resolves when no comparison is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    await this.#looking
  }

  async #look(): Promise<void> {
    const { testCases, onChanged, onFault } = this.#options
    try {
      for (let done = 0; done < A_LOOK && !this.#isStopped; done++) {
        if (!(await testCases.compareNext(onChanged))) return
        await freeLoop()
      }
    } catch (error) {
      onFault(error)
    }
  }
}

function freeLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
