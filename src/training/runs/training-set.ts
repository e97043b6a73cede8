// The examples of a training as arrays, for networks that are trained elsewhere: what the models here learn from, no more and no less.
import { at } from '../../core/at.ts'
import type { NpyArray } from '../../annotation/interchange/npy.ts'
import { FIELDS, TENSOR_NAMES, WINDOW } from '../../contract/timeframes.ts'
import { SECOND, epochMs } from '../../core/time.ts'
import type { TrainingData } from '../data/training-data.ts'
import { allStretches, type Example } from '../examples/example.ts'
import { planRun } from './plan.ts'
import { Views } from '../learning/views.ts'

/**
 * One row a second of every annotation's entry zone and of every HOLD example: `ohlcv_<tf>` float64 [n, 100, 5] as of `timestamp` (UTC ms),
 * `label` (0 BUY, 1 SELL, 2 HOLD), `weight` (the seconds of one example weigh 1 together), `example` (rows of the same number belong
 * together: never train on some and test on others), `source`, `symbol`, `venue`. The same seed gives the same rows.
 * @throws AppError `no_hold_examples`
 */
export function trainingSetArrays(data: TrainingData, seed: number): Record<string, NpyArray> {
  const options = { seed, epochs: 1, threads: 1 }
  const { examples } = at(planRun(data, options).jobs, 0)
  const rows = examples.flatMap((example, number) =>
    secondsOf(example).map((second) => ({ ...second, number, seconds: example.seconds })),
  )
  const stretches = allStretches(data.markets)
  const { tensors } = new Views({
    slices: stretches.map(({ slice }) => slice),
    frozen: data.states,
  }).plain(rows)
  const shape = [rows.length]
  const int64 = (of: (row: (typeof rows)[number]) => number): NpyArray => ({
    kind: 'int64',
    shape,
    values: BigInt64Array.from(rows, (row) => BigInt(of(row))),
  })
  const text = (of: (row: (typeof rows)[number]) => string): NpyArray => ({
    kind: 'text',
    shape,
    values: rows.map(of),
  })
  return {
    ...Object.fromEntries(
      TENSOR_NAMES.map((name): [string, NpyArray] => [
        name,
        { kind: 'float64', shape: [rows.length, WINDOW, FIELDS], values: tensors[name] },
      ]),
    ),
    label: int64(({ label }) => label),
    weight: { kind: 'float64', shape, values: Float64Array.from(rows, ({ seconds }) => 1 / seconds) },
    timestamp: int64(({ instant }) => instant),
    example: int64(({ number }) => number),
    source: text(({ source }) => source),
    symbol: text(({ stretch }) => at(stretches, stretch).market.symbol),
    venue: text(({ stretch }) => at(stretches, stretch).market.venue),
  }
}

/** An example as one example a second; only the first has the frozen state of its test case. */
function secondsOf(example: Example): Example[] {
  return Array.from({ length: example.seconds }, (_, i) => ({
    ...example,
    instant: epochMs(example.instant + i * SECOND),
    seconds: 1,
    row: i === 0 ? example.row : null,
  }))
}
