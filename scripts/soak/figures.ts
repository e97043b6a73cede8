// What a soak came to: seconds that were not answered, the heap's slope, and how late the server's event loop was.
import type { SessionOut } from '../../src/contract/inference.ts'

export interface HeapSample {
  /** Minutes of real time since the soak began. */
  readonly minute: number
  /** Of the server's process, after its garbage was collected where that can be asked for. */
  readonly bytes: number
}

/** Least squares, MB a minute; null of fewer than two samples. */
export function heapSlope(samples: readonly HeapSample[]): number | null {
  if (samples.length < 2) return null
  const mean = (of: (sample: HeapSample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
  const [minute, bytes] = [mean((sample) => sample.minute), mean((sample) => sample.bytes)]
  const spread = mean((sample) => (sample.minute - minute) ** 2)
  if (spread === 0) return null
  return mean((sample) => (sample.minute - minute) * (sample.bytes - bytes)) / spread / 1e6
}

/** Of all sessions together. */
export interface Answered {
  readonly signals: number
  readonly missed: number
  /** Signals of each reason to abstain. */
  readonly abstained: Readonly<Record<string, number>>
  /** ms from data to signal: the greatest of the sessions' own. */
  readonly p50: number
  readonly p99: number
}

export function answeredOf(
  sessions: readonly SessionOut[],
  abstained: Readonly<Record<string, number>>,
): Answered {
  const sum = (of: (session: SessionOut) => number): number =>
    sessions.reduce((all, session) => all + of(session), 0)
  const most = (of: (session: SessionOut) => number | null): number =>
    Math.max(...sessions.map((session) => of(session) ?? 0))
  return {
    signals: sum(({ signals }) => signals),
    missed: sum(({ missed_seconds: missed }) => missed),
    abstained,
    p50: most(({ latency_ms: latency }) => latency.p50),
    p99: most(({ latency_ms: latency }) => latency.p99),
  }
}
