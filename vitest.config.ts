// The test suites: all without a browser side by side, the longest files first; then the browser, two files at a time.
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

const minute = 60_000
/** Sockets, processes and a browser run in real time; on a CI machine that others slow down they get a second try. */
const secondTry = process.env['CI'] === undefined ? 0 : 1
/** One more than there are cores: while one waits for a socket, a process or a clock, another works. */
const most = availableParallelism() + 1
/** Half an hour off the full ones, and a date of its own for three and a half hours: no test may take local time for UTC. */
const zone = process.env['TZ'] ?? 'America/St_Johns'

/** One folder under test/ as a project; `order` groups run one after the other. */
function suite(name: string, order: number, maxWorkers: number, retry = 0) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      ...(name === 'e2e' ? {} : { env: { TZ: zone } }),
      sequence: { groupOrder: order },
      maxWorkers,
      retry,
    },
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    setupFiles: ['test/setup.ts'],
    // A process runs file after file and imports what they share once, which saves a third of the time: no file leaves anything behind.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // A test that waits has a patience of its own, which the load stretches (test/patience.ts): this ends one that hangs.
    testTimeout: 5 * minute,
    hookTimeout: 5 * minute,
    teardownTimeout: 10_000,
    environment: 'node',
    projects: [
      suite('unit', 0, most),
      suite('property', 0, most),
      suite('rooms', 0, most),
      suite('fuzz', 0, most),
      suite('loop', 0, most, secondTry),
      suite('canaries', 0, most),
      suite('e2e', 1, 2, secondTry),
    ],
  },
})
