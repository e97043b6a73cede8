// Switches on that a file notes what is written of its markets, in the writing transaction itself, whoever writes: what the log lacks is never forgotten.
import type { Sqlite } from '../../core/database.ts'
import { STORED_ELSEWHERE } from '../../core/storage-fault.ts'
import { inTransaction } from '../../core/transaction.ts'
import { IMPORT_ROW, keyOf, LOGGED, MARKET_ROW, marketColumnOf, type LoggedTable } from './tables.ts'

/** Cells of the widest row. */
export const CELLS = Math.max(...LOGGED.map(({ columns }) => columns.length))
/** Markets whose own row is not as it was made. */
const SAYS_SOMETHING = `WHERE negative_prices = 1
  OR forgotten_at IS NOT NULL AND EXISTS (SELECT 1 FROM import WHERE import.market = market.id)`
const TABLES_OF_IT = ['market_outbox', 'market_outbox_end', 'market_log_place', 'market_log_applying']
const EVENTS = ['INSERT', 'UPDATE', 'DELETE'] as const
/** Of what was there before, where it may be cut. */
const ROWS_A_PIECE = 2_000

/**
 * `market_outbox`: rows of `code`'s table that were put (1) or went (0) and that the log may lack. `market_outbox_end`: numbers with which a
 * transaction ended. `market_log_place`: up to which entry the file holds the log (-1: it is being emptied), when that was appended, and the last token that
 * this file wrote with. `market_log_applying` has a row within the transaction that applies the log, and never else.
 */
const TABLES = `
CREATE TABLE market_outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, market INTEGER NOT NULL, code INTEGER NOT NULL, put INTEGER NOT NULL, ${cells().join(', ')});
CREATE INDEX market_outbox_market ON market_outbox (market);
CREATE TABLE market_outbox_end (seq INTEGER PRIMARY KEY);
CREATE TABLE market_log_place (
  market INTEGER PRIMARY KEY REFERENCES market, number INTEGER NOT NULL, at INTEGER NOT NULL, token INTEGER);
CREATE TABLE market_log_applying (market INTEGER PRIMARY KEY);`

/**
 * Who stores the markets of a file: of those that another does nothing is written here but what their logs say, by no process (`stored_elsewhere`, said by
 * `storageFault`). Null: they may be written here.
 */
export interface StoredBy {
  /** By their numbers in the file. */
  readonly markets: ReadonlyMap<number, string | null>
  /** All others. */
  readonly rest: string | null
}

const HERE: StoredBy = { markets: new Map(), rest: null }

/**
 * Before stores are opened on the file, and with every version of ANNOTATE anew. Where it is switched on first, all that is there is noted, too: that
 * takes as long as it is much.
 */
export function switchOnCapture(sqlite: Sqlite, by: StoredBy = HERE): void {
  inTransaction(sqlite, () => {
    const known = sqlite.prepare("SELECT 1 FROM sqlite_master WHERE name = 'market_outbox'").get()
    if (known === undefined) {
      sqlite.exec(TABLES)
      for (const table of LOGGED) noteAll(sqlite, table)
      sqlite.exec(
        `INSERT INTO market_outbox_end SELECT seq FROM market_outbox WHERE seq % ${ROWS_A_PIECE} = 0`,
      )
    }
    for (const table of LOGGED) makeTriggers(sqlite, table, by)
  })
}

/** What the log lacks is forgotten, and how far it came: for a file that is no longer logged, or is to be logged elsewhere from its beginning. */
export function switchOffCapture(sqlite: Sqlite): void {
  inTransaction(sqlite, () => {
    const named = sqlite.prepare(
      'SELECT name FROM sqlite_master WHERE type = ? AND name IN (SELECT value FROM json_each(?))',
    )
    const drop = (type: string, names: readonly string[]): void => {
      for (const { name } of named.all([type, JSON.stringify(names)]) as { name: string }[])
        sqlite.exec(`DROP ${type} ${name}`)
    }
    drop(
      'trigger',
      LOGGED.flatMap(({ name }) => EVENTS.map((event) => triggerName(name, event))),
    )
    drop('table', [...TABLES_OF_IT, 'market_log_home'])
  })
}

function cells(): string[] {
  return Array.from({ length: CELLS }, (_, index) => `c${index}`)
}

function noteAll(sqlite: Sqlite, table: LoggedTable): void {
  const { code, name, columns } = table
  const which = table === MARKET_ROW ? SAYS_SOMETHING : ''
  sqlite.exec(
    `INSERT INTO market_outbox (${placesOf(columns)}) SELECT ${marketColumnOf(table)}, ${code}, 1, ${columns.join(', ')} FROM ${name} ${which}`,
  )
}

function makeTriggers(sqlite: Sqlite, table: LoggedTable, by: StoredBy): void {
  const { name, columns, key } = table
  const put = writing(by, table, 'NEW', columns)
  const gone = writing(by, table, 'OLD', keyOf(table))
  // A market that is only named says nothing yet.
  if (table !== MARKET_ROW) trigger(sqlite, name, 'INSERT', put)
  trigger(sqlite, name, 'UPDATE', key.length > 0 || table === MARKET_ROW ? put : `${gone} ${put}`)
  // A market and its imports are never taken out of their tables.
  if (table !== MARKET_ROW && table !== IMPORT_ROW) trigger(sqlite, name, 'DELETE', gone)
}

function trigger(sqlite: Sqlite, table: string, event: (typeof EVENTS)[number], work: string): void {
  const name = triggerName(table, event)
  sqlite.exec(`DROP TRIGGER IF EXISTS ${name};
    CREATE TRIGGER ${name} AFTER ${event} ON ${table} WHEN NOT EXISTS (SELECT 1 FROM market_log_applying) BEGIN ${work} END;`)
}

function triggerName(table: string, event: string): string {
  return `market_log_${table}_${event.toLowerCase()}`
}

/** What becomes of a row: it is noted where its market may be written here, else refused. */
function writing(
  { markets, rest }: StoredBy,
  table: LoggedTable,
  row: 'NEW' | 'OLD',
  columns: readonly string[],
): string {
  const market = `${row}.${marketColumnOf(table)}`
  const steps = [...new Set([rest, ...markets.values()])].map((owner) => {
    const isRest = owner === rest
    const named = [...markets].filter(([, by]) => (by === owner) !== isRest).map(([id]) => id)
    const where = `${market} ${isRest ? 'NOT IN' : 'IN'} (${named.join(', ')})`
    return owner === null
      ? `${noting(table, row, columns)} WHERE ${where};`
      : `${refusing(owner)} WHERE ${where};`
  })
  return steps.join(' ')
}

function refusing(owner: string): string {
  return `SELECT RAISE(ABORT, '${STORED_ELSEWHERE}${owner.replaceAll("'", "''")}')`
}

function noting(table: LoggedTable, row: 'NEW' | 'OLD', columns: readonly string[]): string {
  const values = columns.map((column) => `${row}.${column}`).join(', ')
  const isPut = row === 'NEW' ? 1 : 0
  return `INSERT INTO market_outbox (${placesOf(columns)}) SELECT ${row}.${marketColumnOf(table)}, ${table.code}, ${isPut}, ${values}`
}

function placesOf(columns: readonly string[]): string {
  return ['market', 'code', 'put', ...cells().slice(0, columns.length)].join(', ')
}
