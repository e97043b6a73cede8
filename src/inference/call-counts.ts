// Calls counted by confidence, hour, pattern or market: a bounded number of the newest, by the database itself.
import { sql, type RawBuilder } from 'kysely'
import type { CallCount, CallCountsBy, CallCountsOut, CallCountsQuery } from '../contract/call-counts.ts'
import { QUARTER, zoneOf, type Zone } from '../core/zone.ts'
import { FEWEST_CALLS, wilson } from '../signals/confidence.ts'
import type { CallStore } from './call-store.ts'

/** Of one name and outcome. */
interface Row {
  readonly name: string
  readonly outcome: string
  readonly n: number
  /** Sum of the confidences, and of how many calls. */
  readonly sum: number | null
  readonly said: number
}

const MOST = 10_000

/** The bands as `wholeBand` tells them. Words that SQLite and PostgreSQL both know. */
const NAMES: Record<CallCountsBy, RawBuilder<string>> = {
  confidence: sql`CASE ${tens()} WHEN confidence IS NULL THEN 'not_calibrated' ELSE '0-10' END`,
  band: sql`CASE WHEN confidence_low IS NULL THEN 'not_calibrated' WHEN confidence_low > 70 THEN 'high' WHEN confidence_high < 50 THEN 'low'
    WHEN confidence_low >= 50 AND confidence_high <= 70 THEN 'medium' ELSE 'several' END`,
  // Quarters of an hour, counted: in each of them a zone has one hour.
  hour: sql`'' || (opened_at / ${sql.lit(QUARTER)})`,
  pattern: sql`coalesce(pattern, 'none')`,
  market: sql`symbol || ' ' || venue`,
}
/** 90 and more first. */
function tens(): RawBuilder<unknown> {
  const from = [90, 80, 70, 60, 50, 40, 30, 20, 10]
  const cases = from.map((n) => sql`WHEN confidence >= ${sql.lit(n)} THEN ${sql.lit(`${n}-${n + 10}`)}`)
  return sql.join(cases, sql` `)
}
const BANDS = ['high', 'medium', 'low', 'several', 'not_calibrated']

/** @throws AppError `invalid_timestamp`, `unknown_timezone` */
export async function callCounts(
  calls: CallStore,
  { by, timezone = 'UTC', ...query }: CallCountsQuery,
): Promise<CallCountsOut> {
  const zone = zoneOf(timezone)
  const found: Row[] = await calls
    .among(calls.matching(query).limit(MOST))
    .select([
      NAMES[by].as('name'),
      'outcome',
      ({ fn }) => fn.countAll<number>().as('n'),
      sql<number | null>`sum(confidence)`.as('sum'),
      sql<number>`count(confidence)`.as('said'),
    ])
    .groupBy(['name', 'outcome'])
    .execute()
  const rows = by === 'hour' ? found.map((row) => ({ ...row, name: hourOf(row.name, zone) })) : found
  const names = [...new Set(rows.map(({ name }) => name))].toSorted(orderOf(by))
  const total = rows.reduce((sum, { n }) => sum + n, 0)
  return {
    by,
    counts: names.map((name) =>
      countOf(
        name,
        rows.filter((row) => row.name === name),
      ),
    ),
    all: countOf('all', rows),
    is_more: total === MOST,
  }
}

/** Of a quarter of an hour, counted since the epoch. */
function hourOf(quarter: string, zone: Zone): string {
  const hour = new Date(zone.wallOf(Number(quarter) * QUARTER)).getUTCHours()
  return String(hour).padStart(2, '0')
}

function orderOf(by: CallCountsBy): (a: string, b: string) => number {
  if (by === 'band') return (a, b) => BANDS.indexOf(a) - BANDS.indexOf(b)
  return (a, b) => a.localeCompare(b, 'en', { numeric: true })
}

function countOf(name: string, rows: readonly Row[]): CallCount {
  const of = (outcome: string): number =>
    sumOf(
      rows.filter((row) => row.outcome === outcome),
      ({ n }) => n,
    )
  const [right, wrong, expired] = [of('right'), of('wrong'), of('expired')]
  const ended = rows.filter(({ outcome }) => outcome !== 'open')
  const n = right + wrong + expired
  const said = sumOf(ended, (row) => row.said)
  return {
    name,
    right,
    wrong,
    expired,
    open: of('open'),
    right_share: n < FEWEST_CALLS ? null : right / n,
    right_interval: n < FEWEST_CALLS ? null : wilson(right / n, n),
    mean_confidence: said === 0 ? null : sumOf(ended, ({ sum }) => sum ?? 0) / said,
  }
}

function sumOf(rows: readonly Row[], value: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + value(row), 0)
}
