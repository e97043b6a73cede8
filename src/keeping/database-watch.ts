// Looks for damaged pages while the server runs, without taking its time.
import { HOUR, SECOND } from '../core/time.ts'
import { startCheck, type Check } from './check.ts'

/** What a start has to do comes first. */
const FIRST_AFTER = 3 * SECOND
const AGAIN_AFTER = 24 * HOUR

export interface DatabaseWatchOptions {
  readonly database: string
  /** What SQLite says of the damage. */
  readonly onDamage: (fault: string) => void
  readonly onFault: (error: unknown) => void
}

export class DatabaseWatch {
  readonly #options: DatabaseWatchOptions
  #timer: NodeJS.Timeout
  #check: Check | null = null
  #isStopped = false
  #damage: string | null = null
  #looks = 0

  /** Begins a few seconds later, and looks again once a day. */
  constructor(options: DatabaseWatchOptions) {
    this.#options = options
    this.#timer = this.#after(FIRST_AFTER)
  }

  /** What was found; null where nothing was, or nothing yet. */
  get damage(): string | null {
    return this.#damage
  }

  /** How often all of it has been looked through. */
  get looks(): number {
    return this.#looks
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#check?.cancel()
  }

  #after(ms: number): NodeJS.Timeout {
    return setTimeout(() => void this.#lookAndGoOn(), ms).unref()
  }

  async #lookAndGoOn(): Promise<void> {
    try {
      await this.#look()
    } catch (error) {
      if (!this.#isStopped) this.#options.onFault(error)
    }
    if (!this.#isStopped) this.#timer = this.#after(AGAIN_AFTER)
  }

  async #look(): Promise<void> {
    this.#check = startCheck(this.#options.database, { beside: true })
    const state = await this.#check.state
    this.#check = null
    this.#looks += 1
    this.#damage = state.kind === 'damaged' ? state.fault : null
    if (this.#damage !== null) this.#options.onDamage(this.#damage)
  }
}
