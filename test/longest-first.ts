// The order in which test files begin: the longest first, so that no core waits at the end for one of them.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes ten seconds and more, longest first, as `npm test` lists them at its end; any order is right, this one is fast. */
const LONGEST: readonly string[] = [
  'loop/training-resume',
  'loop/job-resume',
  'loop/training-options',
  'loop/training',
  'loop/runs-verb',
  'loop/exchange-books',
  'loop/exchange-faults',
  'unit/server/backtests',
  'loop/dqn',
  'loop/cob-rl',
  'loop/exchange-markets',
  'loop/exchange-late',
  'unit/training/permutation',
  'unit/cli/verbs',
  'loop/exchange-dumps',
  'canaries/transformer',
  'canaries/instant',
  'canaries/cnn',
  'unit/training/instant-permutation',
  'unit/house/timeframe-recipe',
  'unit/training/agent/training',
  'unit/server/suggestions',
  'unit/market/exchange-source',
  'loop/loop',
  'loop/training-http',
  'unit/training/instant-floor',
  'unit/house/model-recipe',
  'unit/inference/resume',
  'unit/cli/backtest',
  'loop/exchange-record',
  'loop/exchange-books-ccxt',
  'unit/backtest/as-live',
  'loop/training-memory',
  'loop/exchange-serve',
  'unit/keeping/doctor',
  'property/market-state/point-in-time',
  'unit/moments/moment-table',
  'unit/models/cob-rl-canary',
  'loop/exchange-books-consolidated',
  'loop/exchange-books-replay',
  'loop/one-writer',
  'e2e/training',
  'e2e/blind',
  'e2e/keyboard',
  'e2e/mouse',
  'e2e/charts',
  'e2e/follow',
  'e2e/faults',
  'e2e/truth',
  'e2e/replay',
  'e2e/agent',
  'e2e/states',
]

/** A file's place among the longest; those that are not are behind them all. */
function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((name) => moduleId.includes(`/test/${name}.test.ts`))
  return place === -1 ? LONGEST.length : place
}

/** The rest as vitest orders them: failed ones first, then by what they took the last time, or by their size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}
