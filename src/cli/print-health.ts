// The state of a data set as tables on a terminal.
import type {
  DataSetHealth,
  HealthCount,
  LabelledMoment,
  SelfAgreement,
} from '../contract/data-set-health.ts'
import { printLine, printTable } from './output.ts'

export function printHealth(health: DataSetHealth): void {
  const { annotations, balance, counts, same_moves: moves, beside_gaps: gaps, doubtful, alike } = health
  printLine(
    `${annotations} marks: ${balance.long} LONG, ${balance.short} SHORT; ${balance.rejected_holds} rejected HOLDs, ${balance.reviewed_hours.toFixed(1)} h reviewed.`,
  )
  for (const [name, values] of Object.entries(counts))
    printCounts(name === 'hour' ? `hour (${health.timezone})` : name, values)
  printRows('Marks of the same move', moves, ['mark', 'other', 'what'], (row) => [
    momentText(row.mark),
    momentText(row.other),
    row.kind === 'same_entry'
      ? `entries ${row.entries_apart_seconds} s apart`
      : `${row.shared_seconds} s held together`,
  ])
  printRows('Marks beside gaps', gaps, ['mark', 'where', 'missing'], (row) => [
    momentText(row.mark),
    row.where === 'before' ? 'before the entry' : 'while held',
    `${row.missing_seconds} s`,
  ])
  printRows('Marks that look wrong', doubtful, ['mark', 'looks like', 'score', 'as ordinary'], (row) => [
    momentText(row.mark),
    row.looks === 'HOLD' ? 'HOLD' : 'the other side',
    row.score.toFixed(3),
    `${(100 * row.as_ordinary).toFixed(0)} %`,
  ])
  printLine(
    `${doubtful.scored} marks were scored by models that did not see them, beside ${doubtful.ordinary} ordinary moments.`,
  )
  for (const reason of doubtful.reasons) printLine(`Not scored: ${reason}`)
  printRows('Like moments', alike, ['mark', 'other', 'similarity', 'what'], (row) => [
    momentText(row.mark),
    momentText(row.other),
    `${row.similarity.toFixed(3)}${row.is_turned ? ' upside down' : ''}`,
    row.kind === 'opposite' ? 'says otherwise' : 'says the same',
  ])
  printLine(alike.reason ?? `${alike.compared} moments were compared, each with each.`)
  printAgreement(health.agreement)
}

function printAgreement(agreement: SelfAgreement): void {
  const { looks, agreed, interval, kappa, kappa_interval: around } = agreement
  if (interval === null) return printLine('\nNo second look yet: the page shows marks blind a second time.')
  const pct = (share: number): string => `${(100 * share).toFixed(0)} %`
  const beyond =
    kappa === null || around === null
      ? ''
      : `; kappa ${kappa.toFixed(2)} (${around[0].toFixed(2)} to ${around[1].toFixed(2)})`
  printRows('Second looks that say otherwise', agreement, ['mark', 'second look'], (row) => [
    momentText(row.mark),
    row.answer,
  ])
  printLine(
    `${agreed} of ${looks} blind second looks agree, ${pct(interval[0])} to ${pct(interval[1])}${beyond}.`,
  )
}

function printCounts(name: string, counts: readonly HealthCount[]): void {
  const own = counts.filter(({ long, short }) => long + short > 0)
  if (own.length === 0) return
  printLine('')
  printTable(
    [name, 'LONG', 'SHORT'],
    own.map(({ value, long, short }) => [value ?? '–', `${long}`, `${short}`]),
  )
}

function printRows<Row>(
  title: string,
  { rows, total }: { readonly rows: readonly Row[]; readonly total: number },
  headings: readonly string[],
  cells: (row: Row) => readonly string[],
): void {
  printLine('')
  printLine(`${title}: ${total === 0 ? 'none' : total}`)
  if (rows.length > 0) printTable(headings, rows.map(cells))
  if (rows.length < total) printLine(`… and ${total - rows.length} more`)
}

function momentText({ label, symbol, venue, timestamp }: LabelledMoment): string {
  return `${label} ${symbol} ${venue} ${timestamp}`
}
