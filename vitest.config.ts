// The test suites: unit, property, rooms and canaries side by side; then the loop; then the browser, two files at a time.
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const minute = 60_000
/** Sockets, processes and a browser run in real time; on a CI machine that others slow down they get a second try. */
const secondTry = process.env['CI'] === undefined ? 0 : 1
const most = Math.max(2, availableParallelism() - 1)

/** One folder under test/ as a project; `order` groups run one after the other. */
function suite(name: string, order: number, maxWorkers: number, retry = 0) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
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
    testTimeout: minute,
    hookTimeout: minute,
    teardownTimeout: 10_000,
    environment: 'node',
    projects: [
      suite('unit', 0, most),
      suite('property', 0, most),
      suite('rooms', 0, most),
      suite('loop', 1, most, secondTry),
      suite('canaries', 0, most),
      suite('e2e', 2, 2, secondTry),
    ],
  },
})
