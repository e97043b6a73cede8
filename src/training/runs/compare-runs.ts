// Runs side by side, from what the database holds of them and from their result files.
import { Checker } from '../../core/checker.ts'
import { at } from '../../core/at.ts'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import type {
  ComparedMetric,
  ComparedRun,
  ComparedSetting,
  DataDifference,
  RunsCompared,
} from '../../contract/runs-compared.ts'
import { readOwnFile } from '../../core/files.ts'
import type { TrainingRunOut } from '../../contract/training.ts'
import type { Scorecard, Validation } from '../../contract/validation.ts'
import { AppError } from '../../core/errors.ts'
import { caseDifference } from '../../orchestrator/case-difference.ts'

/** What a result file says of the data beyond the run itself. */
export const RunData = Type.Object({
  data: Type.Object({
    test_cases: Type.Array(Type.Object({ test_case_id: Type.String(), sha256: Type.String() })),
    holds: Type.Array(Type.Unknown()),
  }),
})
export type RunData = Static<typeof RunData>['data']

const runData = new Checker(RunData)
const MOST_RUNS = 8

/** The ids of a request. @throws AppError `invalid_request` */
export function idsOf(text: string): string[] {
  const ids = [...new Set(text.split(',').map((id) => id.trim()))].filter((id) => id !== '')
  if (ids.length >= 2 && ids.length <= MOST_RUNS) return ids
  throw new AppError(
    'invalid_request',
    `ids names ${ids.length} ${ids.length === 1 ? 'run' : 'runs'}: expected 2 to ${MOST_RUNS} run ids joined by commas.`,
    { field: 'ids' },
  )
}

/** Test cases and HOLDs of a completed run; null where its result file has none, or is gone or broken. */
export async function dataOfRun(folder: string, id: string): Promise<RunData | null> {
  try {
    const value: unknown = JSON.parse((await readOwnFile(join(folder, `${id}.json`))).toString())
    return runData.check(value) ? value.data : null
  } catch {
    return null
  }
}

/** @param folder of the result files */
export async function compareRuns(runs: readonly TrainingRunOut[], folder: string): Promise<RunsCompared> {
  const data = await Promise.all(runs.map(({ id }) => dataOfRun(folder, id)))
  return {
    runs: runs.map((run, i) => comparedRun(run, at(data, i))),
    parameters: settingsOf(runs),
    metrics: metricsOf(runs),
    data: runs.slice(1).map((run, i) => differenceOf(run.id, at(data, 0), at(data, i + 1))),
  }
}

function comparedRun(run: TrainingRunOut, data: RunData | null): ComparedRun {
  const { id, model, status, checkpoint, created_at, epochs, test_cases } = run
  return { id, model, status, checkpoint, created_at, epochs, test_cases, holds: data?.holds.length ?? null }
}

function settingsOf(runs: readonly TrainingRunOut[]): ComparedSetting[] {
  const each = runs.map((run): Record<string, unknown> => ({
    model: run.model,
    ...run.parameters,
    pattern: run.pattern,
    warm_start: run.warm_start?.checkpoint ?? null,
    ...run.selection,
  }))
  const names = [...new Set(each.flatMap((settings) => Object.keys(settings)))]
  return names.map((name) => {
    const values = each.map((settings) => settings[name] ?? null)
    const texts = new Set(values.map((value) => JSON.stringify(value)))
    return { name, values, differs: texts.size > 1 }
  })
}

/** Every figure of a run by a flat name, in the order in which they are read; null where there is none. */
export function figuresOf(run: TrainingRunOut): Record<string, number | null> {
  const { validation, warm_start: warm, trading } = run
  return {
    loss: run.loss,
    accuracy: run.accuracy,
    majority_floor: run.majority_floor,
    examples: run.examples,
    test_cases: run.test_cases,
    duration_seconds: run.duration_seconds,
    ...(validation === null ? {} : named('validation', validationFigures(validation))),
    ...(trading === undefined ? {} : named('trading', trading)),
    ...(warm === null ? {} : { ...named('warm_start.old', warm.old), ...named('warm_start.new', warm.new) }),
  }
}

/** Its own figures; those of the model's scorecard, which are null where n is too small; and what was asked for besides. */
function validationFigures(validation: Validation): Record<string, number | null> {
  const { model, reliability, permutation, seeds: _, ...rest } = validation
  const plain = Object.entries(rest).filter(
    (entry): entry is [string, number | null] => typeof entry[1] === 'number' || entry[1] === null,
  )
  return {
    ...Object.fromEntries(plain),
    ...(model === undefined ? {} : scorecardFigures(model)),
    ...(reliability === undefined ? {} : { ece: reliability.ece.value }),
    ...(permutation == null ? {} : { permutation_p: permutation.p }),
  }
}

function scorecardFigures({ calls: { all }, seconds, trading }: Scorecard): Record<string, number | null> {
  return {
    precision: all.precision.value,
    recall: all.recall.value,
    f1: all.f1.value,
    false_calls_per_hour: all.false_calls_per_hour.value,
    delay_seconds: all.delay_seconds.median,
    move_left: all.move_left.value,
    log_loss: seconds?.log_loss.value ?? null,
    brier: seconds?.brier.value ?? null,
    hit_rate: trading.hit_rate.value,
    expectancy_pct: trading.expectancy_pct.value,
    profit_factor: trading.profit_factor.value,
    max_drawdown_pct: trading.max_drawdown_pct.value,
  }
}

function named(of: string, figures: object): Record<string, number | null> {
  const entries = Object.entries(figures) as [string, number | null][]
  return Object.fromEntries(entries.map(([name, value]) => [`${of}.${name}`, value]))
}

function metricsOf(runs: readonly TrainingRunOut[]): ComparedMetric[] {
  const each = runs.map(figuresOf)
  const names = [...new Set(each.flatMap((figures) => Object.keys(figures)))]
  return names.map((name) => ({ name, values: each.map((figures) => figures[name] ?? null) }))
}

function differenceOf(run: string, first: RunData | null, other: RunData | null): DataDifference | null {
  if (first === null || other === null) return null
  return { run, ...caseDifference(first.test_cases, other.test_cases) }
}
