// The code is right: the Transformer's encoder as a forecaster of ETTh1, beside PatchTST's published errors, and DLinear.
import type { Effort, Row } from './bench.ts'
import { HORIZON, readHours, type Hours } from './published/etth1.ts'
import { forecast, type Errors, type Forecast, type ForecastRecipe } from './published/forecast.ts'
import { dLinear, patchTst } from './published/forecasters.ts'

export const title = `The code is right: the encoder of Transformer on ETTh1, ${HORIZON} hours ahead, every test window`
export const onRequest = true

/** PatchTST/64's sizes (Nie et al. 2023, its script for ETTh1); fewer epochs at a higher rate than its 100 at 1e-4. */
const PATCH = { width: 16, heads: 4, layers: 3, feedForward: 128, dropout: 0.3, patch: 16, stride: 8 }
const PATCH_RECIPE = { lookback: 512, windows: 32, epochs: 4, patience: 2, learningRate: 1e-3 }
const DLINEAR_RECIPE = { lookback: 336, windows: 32, epochs: 5, patience: 5, learningRate: 2e-3 }

/** One window in so many, for one epoch. */
const SHORT = { every: 100, epochs: 1 }

/** Nie et al. 2023, table 3. */
const PUBLISHED = {
  patch: { mse: 0.37, mae: 0.4 },
  dLinear: { mse: 0.375, mae: 0.399 },
}

export async function run(effort: Effort): Promise<Row[]> {
  const hours = await readHours()
  if (hours === undefined) {
    return [{ name: 'ETTh1', value: Number.NaN, unit: 'MSE', note: 'left out: ../shared/data/ett is absent' }]
  }
  const patch = patchTst({ ...PATCH, lookback: PATCH_RECIPE.lookback })
  const linear = dLinear(DLINEAR_RECIPE.lookback)
  const change = effort === 'short' ? SHORT : {}
  return [
    ...rowsOf(
      'our encoder',
      await all(patch, { ...PATCH_RECIPE, ...change }, hours),
      'PatchTST/64',
      PUBLISHED.patch,
    ),
    ...rowsOf(
      'DLinear in this run',
      await all(linear, { ...DLINEAR_RECIPE, ...change }, hours),
      'DLinear',
      PUBLISHED.dLinear,
    ),
  ]
}

/** One seed, or those named in `ETTH1_SEEDS` (1,2,3); one thread unless `ETTH1_THREADS` says more, since their number changes the bits. */
async function all(
  problem: Parameters<typeof forecast>[0],
  recipe: ForecastRecipe,
  hours: Hours,
): Promise<Forecast[]> {
  const seeds = (process.env['ETTH1_SEEDS'] ?? '1').split(',').map(Number)
  const threads = Number(process.env['ETTH1_THREADS'] ?? 1)
  const done: Forecast[] = []
  for (const seed of seeds) done.push(await forecast(problem, recipe, hours, { seed, threads }))
  return done
}

function rowsOf(name: string, runs: readonly Forecast[], peer: string, published: Errors): Row[] {
  return (['mse', 'mae'] as const).map((kind) => {
    const values = runs.map(({ test }) => test[kind])
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const within = mean <= 1.02 * published[kind] ? 'within 2 %' : 'NOT within 2 %'
    const each = values.map((value) => value.toFixed(4)).join(', ')
    const epochs = runs.map(({ epoch }) => epoch).join(', ')
    const seconds = runs.map((one) => one.seconds.toFixed(0)).join(', ')
    return {
      name,
      value: mean,
      unit: kind.toUpperCase(),
      peer: { name: `${peer} published`, value: published[kind] },
      ratio: published[kind] / mean,
      note: `${within}; seeds ${each}; best epoch ${epochs}; ${seconds} s`,
    }
  })
}
