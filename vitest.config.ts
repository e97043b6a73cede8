// The test suites: one after the other, the longest files of each first, as many at a time as there are cores and two more.
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

const minute = 60_000
/** Sockets, processes and a browser run in real time; on a CI machine that others slow down they get a second try. */
const secondTry = process.env['CI'] === undefined ? 0 : 1
/** Half an hour off the full ones, and a date of its own for three and a half hours: no test may take local time for UTC. */
const zone = process.env['TZ'] ?? 'America/St_Johns'

/** One folder under test/ as a project. */
function suite(name: string, retry = 0) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      ...(name === 'e2e' ? {} : { env: { TZ: zone } }),
      retry,
    },
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    globalSetup: ['test/prepared-folder.ts'],
    setupFiles: ['test/setup.ts'],
    // A process runs file after file and imports what they share once, which saves a third of the time: no file leaves anything behind.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Two more than there are cores: while some wait for a socket, a process or a clock, others work.
    maxWorkers: availableParallelism() + 2,
    // A test that waits has a patience of its own, which the load stretches (test/patience.ts): this ends one that hangs.
    testTimeout: 5 * minute,
    hookTimeout: 5 * minute,
    teardownTimeout: 10_000,
    expect: { poll: { timeout: minute } },
    environment: 'node',
    projects: [
      suite('unit', secondTry),
      suite('property'),
      suite('rooms'),
      suite('fuzz'),
      suite('loop', secondTry),
      suite('canaries'),
      suite('e2e', secondTry),
      suite('benches', secondTry),
    ],
  },
})
