// The clocks that a server goes by: neither goes back when the machine's does.
import type { Clock } from '../core/clock.ts'
import { SteadyClock } from '../core/steady-clock.ts'

export interface ServerClocks {
  /** Follows the machine's clock forward: what is written down, simulated markets, which are a function of UTC, and the pace of a replay. */
  readonly utc: Clock
  /** Counts elapsed time from the start alone: what it is off by, an exchange's own answers and trades say. */
  readonly elapsed: Clock
}

/** @param stopwatch monotonic milliseconds */
export function serverClocks(machine: Clock, stopwatch: () => number): ServerClocks {
  return {
    utc: new SteadyClock({ machine, stopwatch, follows: true }),
    elapsed: new SteadyClock({ machine, stopwatch, follows: false }),
  }
}
