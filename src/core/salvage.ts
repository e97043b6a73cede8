// What can still be read of a damaged database, copied row by row into a new one: around each page that can not be read, as closely as possible.
import { isDamage } from './damage.ts'
import type { Sqlite } from './database.ts'
import { inTransaction } from './transaction.ts'

/** Keys that could not be read: from ≤ key ≤ to of column `axis`, where the columns of `group` have these values. */
export interface LostRange {
  readonly table: string
  readonly axis: string
  readonly group: Readonly<Record<string, number>>
  readonly from: number
  readonly to: number
}

export interface SalvageOptions {
  /** Tables that follow from others and are made anew. */
  readonly skip: ReadonlySet<string>
  /** Tables that others refer to, copied before them. */
  readonly first: readonly string[]
  /** Columns by which the rows of a table without a rowid go on: the first of them in its key is the axis. */
  readonly axes: readonly string[]
  /** Values of the key's columns before the axis, as far as they are known by the time the table's turn comes. */
  readonly values: (column: string, to: Sqlite) => readonly number[]
}

export interface Salvaged {
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>
  readonly lost: readonly LostRange[]
}

/** One walk along an axis. */
interface Walk extends Pick<LostRange, 'table' | 'axis' | 'group'> {
  readonly columns: readonly string[]
}

/** No key lies beyond. */
const LAST = Number.MAX_SAFE_INTEGER
/** No time in ms lies beyond: the year 2248. */
const LAST_TIME = 2 ** 43
const MOST_RANGES = 4_000

/** `to` has its schema already. Rows that refer to one that is lost are left out. */
export function salvage(from: Sqlite, to: Sqlite, options: SalvageOptions): Salvaged {
  const rows: Record<string, number> = {}
  const lost: LostRange[] = []
  to.exec('PRAGMA foreign_keys = OFF')
  for (const table of tablesOf(to, options)) {
    const columns = sharedColumns(from, to, table)
    if (columns.length === 0) continue
    inTransaction(to, () => {
      for (const walk of walksOf(to, table, columns, options)) copyAlong(from, to, walk, lost)
      dropOrphans(to, table)
    })
    rows[table] = only(to, `SELECT count(*) FROM "${table}"`)
  }
  to.exec('PRAGMA foreign_keys = ON')
  return { rows, lost }
}

function tablesOf(to: Sqlite, { skip, first }: SalvageOptions): string[] {
  const all = all1(
    to,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
  )
  const wanted = all.filter((name) => !skip.has(name))
  return [...wanted.filter((name) => first.includes(name)), ...wanted.filter((name) => !first.includes(name))]
}

/** None where the damaged one does not know the table. */
function sharedColumns(from: Sqlite, to: Sqlite, table: string): string[] {
  const there = new Set(all1(from, `SELECT name FROM pragma_table_info('${table}')`))
  return all1(to, `SELECT name FROM pragma_table_info('${table}')`).filter((name) => there.has(name))
}

function walksOf(
  to: Sqlite,
  table: string,
  columns: readonly string[],
  { axes, values }: SalvageOptions,
): Walk[] {
  const [without = 0] = all1(to, `SELECT wr FROM pragma_table_list WHERE name = '${table}'`)
  if (Number(without) === 0) return [{ table, axis: 'rowid', group: {}, columns }]
  const key = all1(to, `SELECT name FROM pragma_table_info('${table}') WHERE pk > 0 ORDER BY pk`)
  const at = key.findIndex((name) => axes.includes(name))
  const axis = key[at]
  if (axis === undefined) return [{ table, axis: key[0] ?? '', group: {}, columns }]
  let groups: Record<string, number>[] = [{}]
  for (const column of key.slice(0, at)) {
    groups = groups.flatMap((group) => values(column, to).map((value) => ({ ...group, [column]: value })))
  }
  return groups.map((group) => ({ table, axis, group, columns }))
}

/** Forwards and backwards as far as it goes; what lies between is halved until what can be read of it has been. */
function copyAlong(from: Sqlite, to: Sqlite, walk: Walk, lost: LostRange[]): void {
  const { table, axis, group } = walk
  const copy = copierOf(from, to, walk)
  const low = copy(0, LAST, 'ASC')
  if (low === 'done') return
  const end = axis === 'rowid' ? sizeOf(from) : LAST_TIME
  const high = copy(low ?? 0, LAST, 'DESC')
  if (high === 'done') return
  const ranges: [number, number][] = [[low ?? 0, high ?? end]]
  const unread: [number, number][] = []
  // Widest first: where a page is gone that leads to many others, each piece fails, and the end is near.
  for (let at = 0, range = ranges[at]; range !== undefined; range = ranges[++at]) {
    const [first, last] = range
    const reached = copy(first, last, 'ASC')
    if (reached === 'done') continue
    const start = reached ?? first
    const middle = start + Math.floor((last - start) / 2)
    if (last - start < 1 || ranges.length > MOST_RANGES) unread.push([start, last])
    else ranges.push([start, middle], [middle + 1, last])
  }
  lost.push(...joined(unread).map(([first, last]) => ({ table, axis, group, from: first, to: last })))
}

/** Answers the last key that it read where it was stopped by a page, null where that was the first; `done` where nothing stopped it. */
type Copier = (low: number, high: number, order: 'ASC' | 'DESC') => number | 'done' | null

function copierOf(from: Sqlite, to: Sqlite, { table, axis, group, columns }: Walk): Copier {
  const names = columns.map((name) => `"${name}"`).join(', ')
  const place = [...Object.keys(group).map((name) => `"${name}" = ?`), `${axis} >= ?`, `${axis} <= ?`]
  const select = (order: 'ASC' | 'DESC') =>
    from
      .prepare(
        `SELECT ${axis}, ${names} FROM "${table}" WHERE ${place.join(' AND ')} ORDER BY ${axis} ${order}`,
      )
      .raw()
  const selects = { ASC: select('ASC'), DESC: select('DESC') }
  const insert = to.prepare(
    `INSERT OR IGNORE INTO "${table}" (${names}) VALUES (${columns.map(() => '?').join(', ')})`,
  )
  return (low, high, order) => {
    let reached: number | null = null
    try {
      for (const row of selects[order].iterate([...Object.values(group), low, high]) as Iterable<unknown[]>) {
        insert.run(row.slice(1))
        if (typeof row[0] === 'number') reached = row[0]
      }
      return 'done'
    } catch (error) {
      if (isDamage(error)) return reached
      throw error
    }
  }
}

/** A row takes a byte at least: no rowid that was given in turn is greater. */
function sizeOf(sqlite: Sqlite): number {
  return only(sqlite, 'SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()')
}

/** Neighbours become one range. */
function joined(ranges: readonly [number, number][]): [number, number][] {
  const all: [number, number][] = []
  for (const [first, last] of ranges.toSorted(([a], [b]) => a - b)) {
    const before = all.at(-1)
    if (before !== undefined && before[1] + 1 >= first) before[1] = Math.max(before[1], last)
    else all.push([first, last])
  }
  return all
}

function dropOrphans(to: Sqlite, table: string): void {
  const keys = to
    .prepare(`SELECT "table", "from", "to" FROM pragma_foreign_key_list('${table}')`)
    .raw()
    .all() as [string, string, string | null][]
  for (const [parent, column, named] of keys) {
    const [key = 'rowid'] =
      named === null ? all1(to, `SELECT name FROM pragma_table_info('${parent}') WHERE pk = 1`) : [named]
    to.exec(`DELETE FROM "${table}" WHERE "${column}" NOT IN (SELECT "${key}" FROM "${parent}")`)
  }
}

function all1(sqlite: Sqlite, sql: string): string[] {
  return (sqlite.prepare(sql).raw().all() as [string][]).map(([value]) => value)
}

function only(sqlite: Sqlite, sql: string): number {
  const [[value]] = sqlite.prepare(sql).raw().all() as [[number]]
  return value
}
