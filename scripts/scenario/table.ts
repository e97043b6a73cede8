// The scenario's figures as text: mean ± standard deviation over the seeds, whatever they are.
import { deviation, mean, type Score } from './score.ts'
import type { TrialResult } from './trial.ts'

/** What was aimed at, by which figure it is judged, and whether it was met. */
export interface Target {
  readonly text: string
  readonly met: boolean
}

export function targetsOf(results: readonly TrialResult[]): Target[] {
  const over = (of: (result: TrialResult) => number) => mean(results.map(of))
  const recall = over(({ model }) => model.recall)
  const loss = over(({ training }) => training.loss)
  const f1 = over(({ model }) => model.f1)
  const oracle = over(({ oracleRule }) => oracleRule.f1)
  return [
    { text: `at least 80 % of the true breakouts hit: ${percent(recall)}`, met: recall >= 0.8 },
    { text: `training loss under 0.1: ${loss.toFixed(4)}`, met: loss < 0.1 },
    { text: `F1 above the oracle rule's ${oracle.toFixed(2)}: ${f1.toFixed(2)}`, met: f1 > oracle },
  ]
}

/** Who called, and how well: a markdown table. */
export function scoreTable(results: readonly TrialResult[]): string {
  const annotations = (of: (result: TrialResult) => number) =>
    spread(results.map(of), (value) => value.toFixed(0))
  const own = annotations(({ training }) => training.annotations)
  const rows: [string, (Score | null)[]][] = [
    [`CNN, ${own} annotations`, results.map(({ model }) => model)],
    ['plain rule, k tuned on the training stretch', results.map(({ tunedRule }) => tunedRule)],
    ['plain rule, k tuned on the test (oracle)', results.map(({ oracleRule }) => oracleRule)],
    ['random caller of the same rate', results.map(({ chance }) => chance)],
    ['control: CNN, entries placed at random', results.map(({ randomEntries }) => randomEntries)],
    [ceilingName(results), results.map(({ ceiling }) => ceiling)],
  ]
  const known = rows.filter(([, scores]) => scores.some((score) => score !== null))
  return markdown(
    ['', 'hit', 'precision', 'F1', 'false calls an hour', 'share of the move left', 'net P&L a call, %'],
    known.map(([name, scores]) => [name, ...scoreCells(scores.filter((score) => score !== null))]),
  )
}

/** What was trained on, by seed, with the test beside it. */
export function seedTable(results: readonly TrialResult[]): string {
  return markdown(
    [
      'seed',
      'annotations',
      'hours',
      'training loss',
      'on',
      'out of fold: recall, F1',
      'test: hours, true, false',
      'hit',
      'F1',
      'oracle F1',
    ],
    results.map(({ seed, training, test, model, oracleRule }) => [
      String(seed),
      String(training.annotations),
      training.hours.toFixed(1),
      training.loss.toFixed(4),
      training.on.toFixed(2),
      `${nullable(training.recall)}, ${nullable(training.f1)}`,
      `${test.hours.toFixed(0)}, ${test.genuine}, ${test.failed}`,
      percent(model.recall),
      model.f1.toFixed(2),
      oracleRule.f1.toFixed(2),
    ]),
  )
}

/** The market without a single true breakout. */
export function noTruthLine(results: readonly TrialResult[]): string {
  const rates = results.map(({ noTruth }) => noTruth.falseCallsPerHour)
  const hours = results.reduce((sum, { noTruth }) => sum + noTruth.hours, 0)
  return `Control: on a market without true breakouts (${hours.toFixed(0)} hours in all) the same models call ${spread(rates, fixed2)} times an hour, every call false.`
}

function ceilingName(results: readonly TrialResult[]): string {
  const found = results.find(({ ceiling }) => ceiling !== null)?.ceiling
  const count = results.filter(({ ceiling }) => ceiling !== null).length
  const seeds = count === results.length ? '' : `, ${count} of ${results.length} seeds`
  return found == null ? '' : `ceiling: CNN, ${found.annotations} annotations${seeds}`
}

function scoreCells(scores: readonly Score[]): string[] {
  const cell = (key: keyof Score, format: (value: number) => string) =>
    spread(
      scores.map((score) => score[key]).filter((value) => !Number.isNaN(value)),
      format,
    )
  return [
    cell('recall', percent),
    cell('precision', fixed2),
    cell('f1', fixed2),
    cell('falseCallsPerHour', fixed2),
    cell('moveLeft', fixed2),
    cell('netPct', (value) => value.toFixed(3)),
  ]
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function spread(values: readonly number[], format: (value: number) => string): string {
  if (values.length === 0) return '–'
  return values.length === 1 ? format(values[0]!) : `${format(mean(values))} ± ${format(deviation(values))}`
}

function nullable(value: number | null): string {
  return value === null ? '–' : value.toFixed(2)
}

function fixed2(value: number): string {
  return value.toFixed(2)
}

function percent(value: number): string {
  return `${(100 * value).toFixed(0)} %`
}
