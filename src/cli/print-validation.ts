// A validation in a terminal: the model beside its floors, directions, reliability, seeds, permutation test.
import type { Figure, Scorecard, Spread, Validation } from '../contract/validation.ts'
import { printLine, printTable } from './output.ts'

const METHODS: Record<Validation['method'], string> = {
  leave_one_episode_out: 'each episode left out once',
  leave_one_day_out: 'each day left out once',
  walk_forward: 'walked forward over the second half',
  walk_forward_days: 'walked forward over the second half by whole days',
  last_20_percent: 'the last 20 % in time',
}

/** The model beside every floor; the first reason why a figure is missing stands below. */
export function printScores(validation: Validation): void {
  const { model, floors = [] } = validation
  if (model === undefined) return
  const rows = [['model', model] as const, ...floors.map(({ name, scores }) => [name, scores] as const)]
  printTable(
    [
      '',
      'hits',
      'false',
      'missed',
      'precision',
      'recall',
      'F1',
      'false/h',
      'move left',
      'log loss',
      'Brier',
      'net %',
    ],
    rows.map(([name, scores]) => [name, ...cellsOf(scores)]),
  )
  const reasons = [...new Set(figuresOf(model).flatMap(({ reason }) => (reason === null ? [] : [reason])))]
  for (const reason of reasons) printLine(`  –: ${reason}`)
}

/** Everything. */
export function printValidation(validation: Validation): void {
  const { episodes, folds, annotations, effective_n: effective, window_overlap: overlap } = validation
  printLine(
    `${folds} folds, ${METHODS[validation.method]}; ${episodes} episodes, ${annotations ?? '?'} annotations${effective === undefined ? '' : `, worth ${effective.toFixed(1)} independent ones`}${overlap == null ? '' : `; input windows overlap by ${(100 * overlap).toFixed(0)} %`}`,
  )
  printScores(validation)
  if (validation.against_instant != null) printLine(`  ${validation.against_instant.words}`)
  const { model, reliability, seeds, permutation } = validation
  if (model !== undefined) {
    printLine('\nBy direction:')
    printTable(
      ['', 'hits', 'false', 'missed', 'precision', 'recall', 'F1'],
      (['BUY', 'SELL'] as const).map((side) => [side, ...countsOf(model.calls[side])]),
    )
    printLine(`\nDelay after the entry, s: ${spreadText(model.calls.all.delay_seconds)}`)
    printTrading(model)
  }
  if (reliability !== undefined) {
    printLine(`\nExpected calibration error: ${withReason(reliability.ece)}, ${reliability.n} calls`)
    const bins = reliability.bins.filter(({ n }) => n > 0)
    if (bins.length > 0)
      printTable(
        ['scores', 'calls', 'mean score', 'hit share', '95 %'],
        bins.map(({ from, to, n, mean_score, hit_share, interval }) => [
          `${from.toFixed(1)}–${to.toFixed(1)}`,
          String(n),
          number(mean_score),
          number(hit_share),
          interval === null ? '' : interval.map(number).join('–'),
        ]),
      )
  }
  if (seeds != null) {
    printLine(`\n${seeds.count} seeds:`)
    printTable(
      ['', 'mean', '±'],
      seeds.figures.map(({ name, mean, sd }) => [name, number(mean), number(sd)]),
    )
  }
  if (permutation != null) {
    const { placements, observed, permuted, p } = permutation
    printLine(
      `\nPermutation test: F1 ${number(observed)}; ${placements} random placements of the entries give up to ${number(Math.max(...permuted))}; p ${p.toFixed(2)}`,
    )
  }
}

function printTrading({ trading }: Scorecard): void {
  const { hit_rate: rate, expectancy_pct: net, profit_factor: factor, max_drawdown_pct: fall } = trading
  printLine(
    `Traded for ${trading.holding_seconds} s, ${trading.fee_pct_per_side} % fee a side, ${trading.calls} calls: hit rate ${withReason(rate)}, expectancy % ${withReason(net)}, profit factor ${withReason(factor)}, largest fall % ${withReason(fall)}`,
  )
}

function cellsOf(scores: Scorecard): string[] {
  const { all } = scores.calls
  return [
    ...countsOf(all),
    cell(all.false_calls_per_hour),
    cell(all.move_left),
    scores.seconds === null ? '' : cell(scores.seconds.log_loss),
    scores.seconds === null ? '' : cell(scores.seconds.brier),
    cell(scores.trading.expectancy_pct),
  ]
}

function countsOf(of: Scorecard['calls']['all']): string[] {
  const count = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(1))
  return [
    count(of.hits),
    count(of.false_calls),
    count(of.missed),
    cell(of.precision),
    cell(of.recall),
    cell(of.f1),
  ]
}

function figuresOf({ calls: { all }, seconds, trading }: Scorecard): Figure[] {
  return [
    all.precision,
    all.recall,
    all.f1,
    all.false_calls_per_hour,
    all.move_left,
    ...(seconds === null ? [] : [seconds.log_loss, seconds.brier]),
    trading.expectancy_pct,
  ]
}

function cell({ value }: Figure): string {
  return number(value)
}

function withReason({ value, reason }: Figure): string {
  return value === null ? `– (${reason ?? 'none'})` : number(value)
}

function spreadText({ median, lower_quartile: low, upper_quartile: high, reason }: Spread): string {
  return median === null ? `– (${reason ?? 'none'})` : `median ${median}, quartiles ${low} and ${high}`
}

function number(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(3)))
}
