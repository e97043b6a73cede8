// How often messages of a stream come and how long they take: what is normal for it, so that a silence can be told from a fault.

/** Messages that count. */
const WINDOW = 300
/** Before this many nothing is known. */
const ENOUGH = 20

export class MessagePace {
  #gaps: number[] = []
  #lags: number[] = []
  #last: number | null = null

  /** A message: when it came, and how long it took; both in ms. */
  add(arrived: number, lag: number): void {
    if (this.#last !== null) push(this.#gaps, arrived - this.#last)
    push(this.#lags, lag)
    this.#last = arrived
  }

  /** The connection broke: the pause until the next message says nothing. */
  pause(): void {
    this.#last = null
  }

  /** ms of the longest pause between two of the last messages; null while too little is known. */
  get longestGap(): number | null {
    return this.#gaps.length < ENOUGH ? null : Math.max(...this.#gaps)
  }

  /** ms that the slowest of the last messages took; 0 before the first. */
  get longestLag(): number {
    return Math.max(0, ...this.#lags)
  }
}

function push(values: number[], value: number): void {
  values.push(value)
  if (values.length > WINDOW) values.shift()
}
