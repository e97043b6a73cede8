// Seconds that live sessions missed, each with what held them up.
import type { SignalOut } from '../../src/contract/inference.ts'
import { SECOND } from '../../src/core/time.ts'
import type { LoopLag, Stretch } from './lag.ts'

export type Reason =
  /** The process had something to do and was given no core, or waited for the disk. */
  | 'the process stood still: another took the machine, or the disk was waited for'
  | 'the event loop was at work on something else'
  | 'the networks answered late'
  | 'the signal before was stored late'

export interface Missed {
  /** The first of them. */
  readonly second: string
  readonly seconds: number
  readonly session: string
  readonly symbol: string
  readonly model: string
  readonly reason: Reason
  /** Real time from the signal before to the one after, and of it the loop's longest stretch, ms. */
  readonly took: number
  readonly stood: number
}

/** What explains most of a miss is looked for among stretches and answers of at least this share of the time between two seconds. */
const SHARE = 0.4

export class MissedSeconds {
  readonly all: Missed[] = []
  readonly #lag: Pick<LoopLag, 'within'>
  readonly #secondMs: number
  readonly #last = new Map<string, { readonly second: number; readonly at: number }>()

  /** `secondMs`: real time between two seconds of the market. */
  constructor(lag: Pick<LoopLag, 'within'>, secondMs: number) {
    this.#lag = lag
    this.#secondMs = secondMs
  }

  /** `at`: of `performance.now()`, when it was told. */
  hear(signal: SignalOut, at: number): void {
    const second = Date.parse(signal.timestamp)
    const before = this.#last.get(signal.session)
    this.#last.set(signal.session, { second, at })
    const seconds = before === undefined ? 0 : (second - before.second) / SECOND - 1
    if (before === undefined || seconds <= 0) return
    const stretches = this.#lag.within(before.at - this.#secondMs, at)
    const { session, symbol, model } = signal
    this.all.push({
      second: new Date(before.second + SECOND).toISOString(),
      seconds,
      session,
      symbol,
      model,
      reason: this.#reason(signal, stretches),
      took: at - before.at,
      stood: Math.max(0, ...stretches.map(lengthOf)),
    })
  }

  #reason({ latency_ms: latency }: SignalOut, stretches: readonly Stretch[]): Reason {
    const enough = SHARE * this.#secondMs
    const [still, worked] = [total(stretches.filter(isStill)), total(stretches)]
    if (still >= enough)
      return 'the process stood still: another took the machine, or the disk was waited for'
    if (worked >= enough) return 'the event loop was at work on something else'
    // Latencies are told in the market's time.
    const answered = (latency * this.#secondMs) / SECOND
    return answered >= enough ? 'the networks answered late' : 'the signal before was stored late'
  }
}

/** Missed seconds of each reason, most first. */
export function byReason(missed: readonly Missed[]): [Reason, number][] {
  const counts = new Map<Reason, number>()
  for (const { reason, seconds } of missed) counts.set(reason, (counts.get(reason) ?? 0) + seconds)
  return [...counts].toSorted(([, a], [, b]) => b - a)
}

function isStill({ worked }: Stretch): boolean {
  return worked < 0.5
}

function total(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, stretch) => sum + lengthOf(stretch), 0)
}

function lengthOf({ from, to }: Stretch): number {
  return to - from
}
