// Questions to an exchange's REST: what fails for a while is asked again, later and later; what is refused for good is said in words.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, messageOf } from '../../core/errors.ts'
import type { CcxtExchange } from './ccxt.ts'

const FIRST_PAUSE = 250
const LONGEST_PAUSE = 30_000
const LONGEST_BAN = 300_000

export interface RestOptions {
  readonly exchange: CcxtExchange
  /** Told of each failure that is tried again. */
  readonly onTrouble: (words: string) => void
}

export class Rest {
  readonly exchange: CcxtExchange
  readonly #onTrouble: (words: string) => void

  constructor({ exchange, onTrouble }: RestOptions) {
    this.exchange = exchange
    this.#onTrouble = onTrouble
  }

  /**
   * Asks up to `attempts` times; ccxt keeps to the exchange's rate limit. The pauses double, and are as long as the exchange asks for. Once
   * aborted it rejects with the signal's reason at once: an answer that is still owed, or waits for its turn, is not waited for.
   * @throws AppError 502 `exchange_unreachable` after the last attempt, 502 `exchange_refused` for what another attempt cannot change
   */
  async ask<T>(what: string, attempts: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted()
      try {
        return await unlessAborted(signal, work())
      } catch (error) {
        signal.throwIfAborted()
        if (!isTemporary(error)) throw this.#failure('exchange_refused', what, error)
        if (attempt >= attempts) throw this.#failure('exchange_unreachable', what, error)
        this.#onTrouble(`${what}: ${brief(error)}`)
        await sleep(this.#pause(attempt), undefined, { signal })
      }
    }
  }

  #pause(attempt: number): number {
    const usual = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1))
    const headers = Object.entries(this.exchange.last_response_headers ?? {})
    const wanted = headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1]
    const seconds = Number(wanted ?? 0)
    return Number.isFinite(seconds) ? Math.max(usual, Math.min(LONGEST_BAN, seconds * 1000)) : usual
  }

  #failure(code: string, what: string, error: unknown): AppError {
    const { name, id } = this.exchange
    const hint =
      code === 'exchange_unreachable'
        ? 'Look at the connection, or set a proxy or another address with --exchange-settings FILE.'
        : 'See what the exchange says; another symbol, time or --exchange-settings FILE may help.'
    const message = `${name ?? id} did not answer (${what}): ${brief(error)}. ${hint}`
    return new AppError(code, message, { status: 502, cause: error })
  }
}

function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', giveUp, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}

/** ccxt's `OperationFailed`: network, time-out, rate limit, ban, maintenance. */
export function isTemporary(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  for (let made = error.constructor; made.name !== ''; made = Object.getPrototypeOf(made) as typeof made) {
    if (made.name === 'OperationFailed') return true
  }
  return false
}

export function brief(error: unknown): string {
  const text = messageOf(error).replaceAll(/\s+/g, ' ')
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
