// The exchange's time: the system's clock corrected by a measured offset that the trades' own times must bear out.
import type { Clock, SetBack } from '../../core/clock.ts'
import type { EpochMs } from '../../core/time.ts'

/** The fastest of the last trades has taken no longer than this to come; an offset that says otherwise is not believed. */
const LONGEST_WAY = 2000
const WINDOW = 200
const LONGEST_WAIT = 1000

/** One question for the exchange's time: by the system's clock when asked and answered, and the answer. */
export interface TimeAnswer {
  readonly asked: number
  readonly answered: number
  readonly exchange: number
}

export class ExchangeClock implements Clock {
  readonly #system: Clock
  #measured: number | null = null
  /** Exchange time of a trade less system time of its arrival, of the last trades: the offset less the way, so never above the offset. */
  #evidence: number[] = []
  #last = Number.NEGATIVE_INFINITY

  constructor(system: Clock) {
    this.#system = system
  }

  /** Never goes back. */
  now(): EpochMs {
    this.#last = Math.max(this.#last, this.#system.now() + Math.round(this.offset))
    return this.#last as EpochMs
  }

  async until(instant: EpochMs, signal?: AbortSignal): Promise<void> {
    for (let wait = instant - this.now(); wait > 0; wait = instant - this.now()) {
      await this.sleep(Math.min(Math.ceil(wait), LONGEST_WAIT), signal)
    }
    signal?.throwIfAborted()
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#system.sleep(ms, signal)
  }

  /** Of the machine's clock: this one keeps to the exchange's, and is not ahead of anything. */
  get setBack(): SetBack | null {
    const setBack = this.#system.setBack ?? null
    return setBack === null ? null : { ...setBack, at: this.fromSystem(setBack.at), ahead: 0 }
  }

  /** ms to add to the system's clock. */
  get offset(): number {
    const measured = this.#measured ?? this.#slowest ?? 0
    const least = this.#slowest
    return least === null ? measured : Math.min(Math.max(measured, least), least + LONGEST_WAY)
  }

  /** Whether the exchange's answer about the time contradicts its trades: they would come from the future, or take far too long. */
  get isDoubted(): boolean {
    return this.#measured !== null && Math.abs(this.offset - this.#measured) > 1
  }

  /** Takes the answer with the shortest way there and back; the exchange is taken to have looked half way. */
  measure(answers: readonly TimeAnswer[]): void {
    const best = answers.toSorted((a, b) => a.answered - a.asked - (b.answered - b.asked))[0]
    if (best !== undefined) this.#measured = best.exchange - (best.asked + best.answered) / 2
  }

  /** A trade that came live: its time at the exchange, and when it came by the system's clock. */
  witness(time: number, arrived: number): void {
    this.#evidence.push(time - arrived)
    if (this.#evidence.length > WINDOW) this.#evidence = this.#evidence.slice(-WINDOW / 2)
  }

  /** From a system time to the exchange's. */
  fromSystem(instant: number): EpochMs {
    return Math.round(instant + this.offset) as EpochMs
  }

  get #slowest(): number | null {
    return this.#evidence.length === 0 ? null : Math.max(...this.#evidence)
  }
}
