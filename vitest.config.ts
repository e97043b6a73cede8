// The test suites: unit, property and rooms side by side; then the loop; then the browser, one file at a time.
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const minute = 60_000
const most = Math.max(2, availableParallelism() - 1)

/** One folder under test/ as a project; `order` groups run one after the other. */
function suite(name: string, order: number, maxWorkers: number) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      sequence: { groupOrder: order },
      maxWorkers,
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
      suite('loop', 1, 2),
      suite('e2e', 2, 1),
    ],
  },
})
