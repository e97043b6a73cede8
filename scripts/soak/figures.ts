// What a soak came to: seconds that were answered and not, what the processes took, and how their memory went.
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { SessionOut } from '../../src/contract/inference.ts'
import { processorMs, residentMb } from '../../bench/load/processor.ts'

export interface HeapSample {
  /** Minutes of real time since it was begun to watch. */
  readonly minute: number
  /** Of the heap and of what it holds outside, once its garbage was collected. */
  readonly bytes: number
}

/** Least squares, MB a minute; null of fewer than two samples. */
export function slopeOf(samples: readonly HeapSample[]): number | null {
  if (samples.length < 2) return null
  const mean = (of: (sample: HeapSample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
  const [minute, bytes] = [mean((sample) => sample.minute), mean((sample) => sample.bytes)]
  const spread = mean((sample) => (sample.minute - minute) ** 2)
  if (spread === 0) return null
  return mean((sample) => (sample.minute - minute) * (sample.bytes - bytes)) / spread / 1e6
}

/** Looks at the heap: few, since garbage is collected for each, which holds up the loop. */
const LOOKS = 12

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** This process, which is the server, and those of its networks. */
export class Watched {
  readonly #pids: readonly number[]
  readonly #heap: HeapSample[] = []
  #began: readonly number[] = []
  #ended: readonly number[] = []

  constructor(pids: readonly number[]) {
    this.#pids = pids
  }

  /** Without the first, before which caches fill. */
  get heap(): readonly HeapSample[] {
    return this.#heap.slice(1)
  }

  /** Of the server, of the networks. */
  get processorMs(): number[] {
    return this.#ended.map((ms, i) => ms - (this.#began[i] ?? 0))
  }

  /** MB of the server, of the networks, now. */
  get resident(): number[] {
    return [residentMb([process.pid]), residentMb(this.#pids)]
  }

  async during(minutes: number): Promise<void> {
    const began = performance.now()
    this.#began = this.#processors()
    for (let n = 1; n <= LOOKS; n += 1) {
      const end = began + (n * minutes * 60_000) / LOOKS
      await sleep(Math.max(1, end - performance.now()))
      collectGarbage()
      const { heapUsed, external } = process.memoryUsage()
      this.#heap.push({ minute: (performance.now() - began) / 60_000, bytes: heapUsed + external })
    }
    this.#ended = this.#processors()
  }

  #processors(): number[] {
    return [processorMs([process.pid]), processorMs(this.#pids)]
  }
}

/** Of all sessions together. */
export interface Answered {
  readonly signals: number
  readonly missed: number
  /** ms from data to signal: the greatest of the sessions' own. */
  readonly p50: number
  readonly p99: number
}

export function answeredOf(sessions: readonly SessionOut[]): Answered {
  const sum = (of: (session: SessionOut) => number): number =>
    sessions.reduce((all, session) => all + of(session), 0)
  const most = (of: (session: SessionOut) => number | null): number =>
    Math.max(...sessions.map((session) => of(session) ?? 0))
  return {
    signals: sum(({ signals }) => signals),
    missed: sum(({ missed_seconds: missed }) => missed),
    p50: most(({ latency_ms: latency }) => latency.p50),
    p99: most(({ latency_ms: latency }) => latency.p99),
  }
}
