// The order in which test files begin: suite after suite, in each the longest first, so that no core waits at the end for one of them.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Those that wait for sockets, processes and a browser first: the small files of the last one fill what is left. */
const SUITES = ['loop', 'e2e', 'canaries', 'fuzz', 'rooms', 'property', 'unit', 'benches']

/** What takes ten seconds and more, as `npm test` lists it at its end; any order is right, this one is fast. */
const LONGEST = [
  'loop/training-options',
  'loop/training-resume',
  'loop/training',
  'loop/exchange-books',
  'loop/job-resume',
  'loop/runs-verb',
  'loop/exchange-faults',
  'loop/cob-rl',
  'loop/exchange-markets',
  'loop/exchange-late',
  'loop/dqn',
  'loop/exchange-dumps',
  'loop/loop',
  'loop/training-http',
  'loop/exchange-record',
  'loop/exchange-books-ccxt',
  'loop/training-memory',
  'loop/first-starts',
  'loop/exchange-serve',
  'loop/exchange-books-consolidated',
  'loop/exchange-wire-books',
  'loop/ends-in-time',
  'loop/books',
  'loop/exchange-books-replay',
  'loop/one-writer',
  'e2e/thousand',
  'e2e/training',
  'e2e/blind',
  'e2e/mouse',
  'e2e/suggestions',
  'e2e/charts',
  'e2e/keyboard',
  'e2e/stalled',
  'e2e/agent',
  'e2e/models',
  'e2e/states',
  'e2e/follow',
  'e2e/faults',
  'e2e/truth',
  'e2e/replay',
  'canaries/instant',
  'canaries/cnn',
  'property/market-state/point-in-time',
  'unit/market/exchange-source',
  'unit/server/backtests',
  'unit/server/suggestions',
  'unit/training/agent/training',
  'unit/cli/verbs',
  'unit/training/instant-floor',
  'unit/training/instant-permutation',
  'unit/house/timeframe-recipe',
  'unit/house/model-recipe',
  'unit/inference/resume',
  'unit/cli/backtest',
  'unit/training/permutation',
  'unit/backtest/as-live',
  'unit/keeping/doctor',
  'unit/moments/moment-table',
  'unit/models/cob-rl-canary',
]

/** A process that has imported a suite's modules goes on with the next file of the same suite: suites are not mixed. */
function placeOf({ moduleId, project }: TestSpecification): number {
  const place = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
  return SUITES.indexOf(project.name) * (LONGEST.length + 1) + (place === -1 ? LONGEST.length : place)
}

/** The rest as vitest orders them: failed ones first, then by what they took the last time, or by their size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}
