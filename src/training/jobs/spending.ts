// Where a process's time goes: each stretch of processor time is booked on one kind of work.

/** Milliseconds by kind of work. */
export type Spent = Readonly<Record<string, number>>

export class Spending {
  readonly #processor: () => number
  readonly #ms = new Map<string, number>()
  #last = 0
  /** What time counts as that is booked on nothing in particular. */
  rest = 'start'

  /** @param processor milliseconds that the processor has spent on this process since it began, all threads together */
  constructor(processor: () => number) {
    this.#processor = processor
  }

  /** What was spent since the last booking. */
  book(on: string): void {
    const now = this.#processor()
    this.#ms.set(on, (this.#ms.get(on) ?? 0) + now - this.#last)
    this.#last = now
  }

  /** What was spent up to now is the rest of what was done; what comes next is of another kind. */
  turnTo(rest: string): void {
    this.book(this.rest)
    this.rest = rest
  }

  /** Books what is done on one kind, and what was spent before on the rest. */
  async during<T>(on: string, work: () => Promise<T>): Promise<T> {
    this.book(this.rest)
    const done = await work()
    this.book(on)
    return done
  }

  /** All of it, which is then forgotten. */
  take(): Spent {
    this.book(this.rest)
    const spent = Object.fromEntries(this.#ms)
    this.#ms.clear()
    return spent
  }
}

/** User and system time of this process. */
export function processorOf({ cpuUsage }: Pick<NodeJS.Process, 'cpuUsage'>): () => number {
  return () => {
    const { user, system } = cpuUsage()
    return (user + system) / 1000
  }
}

/** Seconds to the hundredth, as they are told. */
export function inSeconds(spent: Spent): Record<string, number> {
  return Object.fromEntries(Object.entries(spent).map(([on, ms]) => [on, Math.round(ms / 10) / 100]))
}

export function addSpent(one: Spent, other: Spent): Spent {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...names].map((on) => [on, (one[on] ?? 0) + (other[on] ?? 0)]))
}
