// How much of each second live sessions take, measured; and whether there is time left for one more.
import { AppError } from '../core/errors.ts'
import { SECOND } from '../core/time.ts'

/** Share of a second that answers may take: the rest is the market's, the page's and what comes unevenly. */
const MOST = 0.7
/** What is measured: the newest so many whole seconds. */
const MEASURED = 10
/** Sessions that may begin before any has been measured for long enough: one second may be a bad one. */
const UNMEASURED = 64
const ENOUGH_SECONDS = 3

/** One whole second of the stopwatch. */
interface Second {
  /** ms in which the server was answering. */
  busy: number
  /** ms that each process took for its networks, by its number. */
  readonly runs: Map<number, number>
  answers: number
}

/** What answering has taken of late. */
export interface Measured {
  /** ms of each second. */
  readonly ms: number
  /** Sessions that were answered in it. */
  readonly sessions: number
}

export class LiveLoad {
  readonly #stopwatch: () => number
  #active = 0
  #since = 0
  readonly #seconds = new Map<number, Second>()

  /** `stopwatch`: monotonic milliseconds. */
  constructor(stopwatch: () => number) {
    this.#stopwatch = stopwatch
  }

  /** Counts the time that `work` takes; time in which several are at work counts once. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#active === 0) this.#since = this.#stopwatch()
    this.#active += 1
    try {
      return await work()
    } finally {
      this.#active -= 1
      if (this.#active === 0) this.#add(this.#since, this.#stopwatch())
    }
  }

  /** A process in which networks run has worked so long, in ms, on what it answers now. */
  ran(process: number, ms: number): void {
    const { runs } = this.#second(Math.floor(this.#stopwatch() / SECOND))
    runs.set(process, (runs.get(process) ?? 0) + ms)
  }

  /** A session has got its answer. */
  answered(): void {
    this.#second(Math.floor(this.#stopwatch() / SECOND)).answers += 1
  }

  /** The second of median cost a session, of the newest whole seconds; null where none was answered in them. */
  measured(): Measured | null {
    const sorted = this.#answered().toSorted((a, b) => taken(a) / a.answers - taken(b) / b.answers)
    const middle = sorted[Math.floor(sorted.length / 2)]
    return middle === undefined ? null : { ms: taken(middle), sessions: middle.answers }
  }

  /**
   * `sessions`: as many as there would be.
   * @throws AppError 409 `too_many_sessions` where they would take more of each second than there is
   */
  admit(sessions: number): void {
    const measured = this.measured()
    const isSure = this.#answered().length >= ENOUGH_SECONDS
    if (sessions <= UNMEASURED && !isSure) return
    if (measured === null) throw tooManyAtOnce()
    const expected = (measured.ms * sessions) / measured.sessions
    if (expected > MOST * SECOND) throw tooMany(measured, sessions, expected)
  }

  /** The newest whole seconds in which any session was answered. */
  #answered(): Second[] {
    const now = Math.floor(this.#stopwatch() / SECOND)
    const whole = [...this.#seconds].filter(([second]) => second < now && second >= now - MEASURED)
    return whole.map(([, second]) => second).filter(({ answers }) => answers > 0)
  }

  #second(at: number): Second {
    const second = this.#seconds.get(at) ?? { busy: 0, runs: new Map(), answers: 0 }
    this.#seconds.set(at, second)
    return second
  }

  #add(from: number, to: number): void {
    for (let at = from; at < to; at = (Math.floor(at / SECOND) + 1) * SECOND) {
      const second = Math.floor(at / SECOND)
      this.#second(second).busy += Math.min(to, (second + 1) * SECOND) - at
    }
    for (const second of this.#seconds.keys()) {
      if (second < Math.floor(to / SECOND) - MEASURED) this.#seconds.delete(second)
    }
  }
}

/** What is done in the server, and in the process that has most to do. */
function taken({ busy, runs }: Second): number {
  return busy + Math.max(0, ...runs.values())
}

function tooMany(measured: Measured, sessions: number, expected: number): AppError {
  const took = `${measured.sessions} live sessions took ${Math.round(measured.ms)} ms of a second on this machine`
  const message = `${took}; ${sessions} would take ${Math.round(expected)} ms, of which ${MOST * SECOND} may be taken. Stop one first, or use a faster machine.`
  const details = { measured_sessions: measured.sessions, measured_ms: Math.round(measured.ms), sessions }
  return new AppError('too_many_sessions', message, { status: 409, details })
}

function tooManyAtOnce(): AppError {
  const message = `${UNMEASURED} sessions have begun and none has been measured yet. Begin another in a few seconds.`
  return new AppError('too_many_sessions', message, { status: 409 })
}
