// A backtest for people: what has to be read with its figures first, then the figures beside what has to be beaten.
import type { BacktestDetail, BacktestOut, TradeFigures } from '../contract/backtests.ts'
import { printLine, printTable } from './output.ts'

const HEADINGS = ['trades', 'net above 0', '95 %', 'net %', 'mean net %', 'drawdown']

export function printBacktest(backtest: BacktestDetail): void {
  const { id, symbol, venue, from, to, warnings, figures } = backtest
  printLine(`${nameOf(backtest)} on ${symbol} (${venue}) from ${from} to ${to}: ${backtest.status}`)
  printLine(`  backtest ${id}`)
  for (const warning of warnings) printLine(`  ! ${warning}`)
  printPatterns(backtest)
  if (figures === null) return
  printTerms(backtest)
  const { calls, matched_calls: matched, false_calls: wrong, false_calls_per_hour: rate } = figures
  printLine(
    `  ${calls} calls in ${figures.seconds_scored} answered seconds: ${matched} match an annotation, ${wrong} are spoken against${rate.value === null ? '' : `, ${rate.value.toFixed(2)} an hour reviewed`}`,
  )
  const reasons = Object.entries(figures.abstained).map(([reason, n]) => `${reason} ${n}`)
  if (reasons.length > 0) printLine(`  seconds without an answer: ${reasons.join(', ')}`)
  if (figures.open_trades > 0) printLine(`  ${figures.open_trades} trades were still open`)
  printLine('')
  printTable(
    ['', ...HEADINGS],
    [[nameOf(backtest), ...cells(figures)], ...backtest.floors.map((floor) => [floor.name, ...cells(floor)])],
  )
  printGroups(backtest)
  printSweep(backtest)
}

/** A figure that rests on seconds it was trained on is never without the words. */
export function nameOf({ model, checkpoint, include_trained: all, trained_overlap_seconds: n }: BacktestOut) {
  const mark = all && n !== 0 ? ' (TRAINED ON THIS)' : ''
  return `${model}@${checkpoint}${mark}`
}

/** Which checkpoint answers for which pattern, and how much of the span each was trained on. */
function printPatterns({ patterns = [] }: BacktestOut): void {
  for (const { pattern, checkpoint, barriers, trained_overlap_seconds: n } of patterns) {
    const trained = n === null ? ', training unknown' : n === 0 ? '' : `, trained on ${n} s of the span`
    printLine(`  ${pattern}: checkpoint ${checkpoint}${endsOf(barriers)}${trained}`)
  }
}

function printTerms({ barriers, fee_pct: fee, slippage_pct: slippage }: BacktestOut): void {
  printLine(`  fee ${figure(fee)} % and slippage ${figure(slippage)} % a side${endsOf(barriers)}`)
}

function endsOf(barriers: BacktestOut['barriers']): string {
  if (barriers === null) return ''
  const { target_pct: target, stop_pct: stop, stop_assumed: isAssumed, seconds } = barriers
  return `, target ${figure(target)} %, stop ${figure(stop)} %${isAssumed ? ' (assumed)' : ''}, at most ${seconds} s`
}

function printGroups({ groups, timezone }: BacktestDetail): void {
  if (groups.length === 0) return
  printLine('')
  const labelOf = {
    hour: (name: string) => `${name}:00 ${timezone}`,
    regime: (name: string) => name,
    pattern: (name: string) => name,
  }
  printTable(
    ['trades of', ...HEADINGS],
    groups.map((group) => [labelOf[group.by](group.name), ...cells(group)]),
  )
}

function printSweep({ sweep }: BacktestOut): void {
  if (sweep.length === 0) return
  printLine('')
  printTable(
    ['on', 'fee %', 'target %', 'stop %', 'hold s', 'calls', ...HEADINGS],
    sweep.map((row) => [
      ...[row.on, row.fee_pct, row.target_pct, row.stop_pct, row.hold_seconds, row.calls].map(figure),
      ...cells(row),
    ]),
  )
}

function cells({ trades, hit_share: share, ...rest }: TradeFigures): string[] {
  const interval = share.interval?.map((end) => end.toFixed(2)).join('–') ?? ''
  return [
    figure(trades),
    share.value === null ? '' : share.value.toFixed(2),
    interval,
    rest.net_return_pct.toFixed(2),
    rest.mean_net_pct === null ? '' : rest.mean_net_pct.toFixed(3),
    rest.max_drawdown_pct.toFixed(2),
  ]
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)))
}
