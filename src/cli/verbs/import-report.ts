// What `annotate import` tells of a file of trades or candles, and how it ends.
import { toIso } from '../../core/time.ts'
import type { ImportReport } from '../../market/importing/report.ts'
import { printJson, printLine } from '../output.ts'
import { MANY_REFUSED } from '../verb.ts'

const SHOWN = 10

/** `split`: a file of several markets, one report each. Ends with exit code 3 where more than one row in ten was refused. */
export function printImports(
  reports: readonly ImportReport[],
  { json, split }: { json: boolean; split: boolean },
): void {
  if (json && split) printJson({ imports: reports.map(jsonOf) })
  else if (json) for (const report of reports) printJson(jsonOf(report))
  else for (const report of reports) printReport(report)
  for (const { mostly_refused: words } of reports) {
    if (words === null) continue
    process.stderr.write(`annotate: ${words}.\n`)
    process.exitCode = MANY_REFUSED
  }
}

function jsonOf(report: ImportReport): unknown {
  return {
    ...report,
    coverage: rangeOf(report.coverage),
    gaps: report.gaps.map((gap) => ({ ...rangeOf(gap), missing: gap.missing })),
  }
}

function rangeOf(range: ImportReport['coverage']): { from: string; to: string } | null {
  return range === null ? null : { from: toIso(range.from), to: toIso(range.to) }
}

function printReport(report: ImportReport): void {
  const what = report.timeframe === null ? 'trades' : `${report.timeframe} candles`
  const { symbol, venue } = report.market
  printLine(`${report.file}: ${report.rows} rows of ${what}, ${symbol} on ${venue} (import ${report.import})`)
  if (report.recognised !== null) printLine(`  taken for a file of ${report.recognised}`)
  if (report.checksum_verified) printLine('  the checksum beside it agrees')
  printLine(`  added ${report.added}, already there ${report.already_present}`)
  printLine(`  repeats ${report.repeats}, out of order ${report.out_of_order}, conflicts ${report.conflicts}`)
  for (const { time, stored, given, stands } of report.differences.slice(0, SHOWN))
    printLine(`  conflict at ${time}: stored ${stored}, given ${given}; what was ${stands} stands`)
  if (report.conflicts > SHOWN)
    printLine(`  … ${report.conflicts} in all; --json lists the first ${report.differences.length}`)
  if (report.replaced > 0) printLine(`  replaced: ${report.replaced} rows that the file does not have`)
  printLine(`  annotate forget --import ${report.import} takes it out again`)
  const known = rangeOf(report.coverage)
  if (known !== null) printLine(`  known from ${known.from} to ${known.to}`)
  for (const note of report.notes) printLine(`  ${note}`)
  printSome('gap', report.gaps, (gap) => `${toIso(gap.from)} to ${toIso(gap.to)}, ${gap.missing} missing`)
  printSome('refused', report.refused, ({ line, reason }) => `line ${line}: ${reason}`, report.refused_count)
}

function printSome<T>(name: string, all: readonly T[], word: (item: T) => string, count = all.length): void {
  for (const item of all.slice(0, SHOWN)) printLine(`  ${name} ${word(item)}`)
  if (count > SHOWN) printLine(`  … and ${count - SHOWN} more; --json lists them`)
}
