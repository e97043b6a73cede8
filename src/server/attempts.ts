// Guessing a token is slow: after a few wrong ones, an address waits, twice as long each time.
import { AppError } from '../core/errors.ts'
import type { Clock } from '../core/clock.ts'
import { SECOND } from '../core/time.ts'

/** Wrong tries that cost nothing. */
const FREE = 5
const LONGEST_WAIT_MS = 60 * SECOND
/** An address is forgotten after so long without a wrong try, ms. */
const MEMORY_MS = 15 * 60 * SECOND
/** Addresses remembered at most; the one that was wrong longest ago is forgotten first. */
const ADDRESSES = 1000

interface Wrong {
  readonly count: number
  /** Of the newest wrong try, by the clock. */
  readonly at: number
}

export class Attempts {
  readonly #clock: Clock
  readonly #wrong = new Map<string, Wrong>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Before a token from `address` is looked at.
   * @throws AppError 429 `too_many_attempts` with `retry_after_seconds`, while the address has to wait; whatever token it brings
   */
  requireTurn(address: string): void {
    const wait = this.#waitOf(address)
    if (wait <= 0) return
    const seconds = Math.ceil(wait / SECOND)
    const message = `Too many wrong tokens from ${address}: try again in ${seconds} s.`
    const details = { retry_after_seconds: seconds }
    throw new AppError('too_many_attempts', message, { status: 429, details })
  }

  /** The token that `address` brought was wrong. */
  failed(address: string): void {
    const count = (this.#known(address)?.count ?? 0) + 1
    this.#wrong.delete(address)
    this.#wrong.set(address, { count, at: this.#clock.now() })
    const [oldest] = this.#wrong.keys()
    if (this.#wrong.size > ADDRESSES && oldest !== undefined) this.#wrong.delete(oldest)
  }

  succeeded(address: string): void {
    this.#wrong.delete(address)
  }

  #waitOf(address: string): number {
    const wrong = this.#known(address)
    if (wrong === undefined || wrong.count < FREE) return 0
    const wait = Math.min(LONGEST_WAIT_MS, SECOND * 2 ** Math.min(wrong.count - FREE, 10))
    return wrong.at + wait - this.#clock.now()
  }

  #known(address: string): Wrong | undefined {
    const wrong = this.#wrong.get(address)
    return wrong === undefined || this.#clock.now() - wrong.at > MEMORY_MS ? undefined : wrong
  }
}
