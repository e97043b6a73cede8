// How long trades take to come, and the grace that follows from it.

const WINDOW = 500
/** Of the last trades, the share that grace waits for. */
const SHARE = 0.99
const SPARE = 50
/** Before this many trades grace stays at its least. */
const ENOUGH = 50

export interface GraceLimits {
  readonly least: number
  readonly most: number
}

export class LagMeter {
  readonly #limits: GraceLimits
  #lags: number[] = []

  constructor(limits: GraceLimits) {
    this.#limits = limits
  }

  /** ms from a trade's time to its arrival, both by the exchange's clock. */
  add(lag: number): void {
    this.#lags.push(lag)
    if (this.#lags.length > WINDOW * 2) this.#lags = this.#lags.slice(-WINDOW)
  }

  /** ms to wait after a second, between the limits: what 99 of the last 100 trades needed, and a little. */
  grace(): number {
    const { least, most } = this.#limits
    const lag = this.#lags.length < ENOUGH ? null : this.quantile(SHARE)
    return lag === null ? least : Math.min(most, Math.max(least, Math.ceil(lag + SPARE)))
  }

  /** Null before the first trade. */
  quantile(share: number): number | null {
    const sorted = this.#lags.slice(-WINDOW).toSorted((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
  }
}
