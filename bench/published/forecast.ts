// Trains a forecaster on ETTh1, keeps the weights of the epoch that validated best, scores every test window.
import { float32 } from '../../src/nn/runtime.ts'
import type { NamedTensors } from '../../src/nn/weights.ts'
import { CHANNELS, HORIZON, rowsOf, windowsOf, type Hours, type Windows } from './etth1.ts'
import { ADAM, batchesOf, outputs, train, type Problem } from './network.ts'

export interface ForecastRecipe {
  readonly lookback: number
  /** Windows of a step, each with all seven channels. */
  readonly windows: number
  readonly epochs: number
  /** Stops after so many epochs without a better validation. */
  readonly patience: number
  readonly learningRate: number
  /** Only every so many-th window of each part; default: all. */
  readonly every?: number
}

export interface Errors {
  readonly mse: number
  readonly mae: number
}

export interface Forecast {
  readonly test: Errors
  /** Of the epoch that validated best. */
  readonly epoch: number
  readonly seconds: number
}

export async function forecast(
  problem: Problem,
  recipe: ForecastRecipe,
  hours: Hours,
  { seed, threads }: { readonly seed: number; readonly threads: number },
): Promise<Forecast> {
  const began = performance.now()
  const { lookback, windows, epochs, patience, learningRate, every = 1 } = recipe
  const seen = windowsOf('train', lookback, every)
  const rows = windows * CHANNELS
  const perEpoch = Math.floor(seen.starts.length / windows)
  const next = batchesOf(seen.starts.length, windows, seed)
  let best: { epoch: number; error: number; weights: NamedTensors } | undefined
  const batch = () => {
    const starts = next().map((i) => seen.starts[i]!)
    const { x, y } = rowsOf(hours, starts, lookback)
    return { x, target: float32(y, [rows, HORIZON]) }
  }
  const after = async (t: number, weights: () => NamedTensors): Promise<boolean> => {
    if (t % perEpoch !== 0) return true
    const now = weights()
    const { mse } = await errorsOf(problem, now, hours, windowsOf('validation', lookback, every), threads)
    const epoch = t / perEpoch
    process.stderr.write(`  seed ${seed}, epoch ${epoch}: validation MSE ${mse.toFixed(4)}\n`)
    if (best === undefined || mse < best.error) best = { epoch, error: mse, weights: now }
    return epoch < best.epoch + patience
  }
  const training = {
    seed,
    rows,
    steps: perEpoch * epochs,
    learningRate,
    threads,
    optimizer: ADAM,
    warmup: 0.1,
  }
  await train(problem, training, batch, after)
  const test = await errorsOf(problem, best!.weights, hours, windowsOf('test', lookback, every), threads)
  return { test, epoch: best!.epoch, seconds: (performance.now() - began) / 1000 }
}

/** Over every window, also those that fill no whole batch. */
async function errorsOf(
  problem: Problem,
  weights: NamedTensors,
  hours: Hours,
  { starts, lookback }: Windows,
  threads: number,
): Promise<Errors> {
  const { x, y } = rowsOf(hours, starts, lookback)
  const parts = await outputs(problem, weights, x, { rows: 32 * CHANNELS, threads })
  let [squares, sizes, at] = [0, 0, 0]
  for (const part of parts) {
    for (const value of part) {
      const off = value - y[at++]!
      squares += off * off
      sizes += Math.abs(off)
    }
  }
  return { mse: squares / at, mae: sizes / at }
}
