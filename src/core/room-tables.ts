// The rooms' tables as they are read whole, whichever database has them: which there are, in which order their rows stand, and what they hold.
import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { openDatabase, type Migration, type RoomsDatabase, type Sqlite } from './database.ts'

export interface RoomTable {
  readonly name: string
  readonly columns: readonly string[]
  /** Columns by which its rows stand in order, no two of them alike. */
  readonly key: readonly string[]
  /** Rows that the schema brings. */
  readonly seeded: number
}

export type Row = Record<string, unknown>

/** What rows of a table came to: the same on both databases where they are the same rows in the same order. */
export interface Digest {
  readonly rows: number
  readonly sha256: string
}

/** They lie beside the market's changes, by whose numbers they count. */
const LOCAL: ReadonlySet<string> = new Set(['migration', 'case_watch', 'backtest_scores'])
/** Of the widest table some thousand values a statement. */
const PAGE = 200

/** Whoever is referred to comes before who refers to it. */
export function roomTables(schema: readonly Migration[]): RoomTable[] {
  const database = openDatabase(':memory:', schema)
  const { sqlite } = database
  try {
    const names = all(
      sqlite,
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    return names
      .filter((name) => !LOCAL.has(name))
      .map((name) => ({
        name,
        columns: all(sqlite, `SELECT name FROM pragma_table_info('${name}')`),
        key: isInOrderOfEntry(schema, name) ? ['rowid'] : keyOf(sqlite, name),
        seeded: Number(all(sqlite, `SELECT count(*) FROM "${name}"`)[0]),
      }))
  } finally {
    void database.close()
  }
}

function all(sqlite: Sqlite, text: string): string[] {
  return (sqlite.prepare(text).raw().all() as [string][]).map(([value]) => value)
}

/** Its lists lean on the order in which rows came, which PostgreSQL is told to keep. */
function isInOrderOfEntry(schema: readonly Migration[], table: string): boolean {
  return schema.some(
    ({ postgres }) => postgres?.startsWith(`ALTER TABLE ${table} ADD COLUMN rowid `) === true,
  )
}

/** The primary key; else what is unique; else all of a row. */
function keyOf(sqlite: Sqlite, table: string): string[] {
  const primary = all(sqlite, `SELECT name FROM pragma_table_info('${table}') WHERE pk > 0 ORDER BY pk`)
  if (primary.length > 0) return primary
  const [unique] = all(
    sqlite,
    `SELECT name FROM pragma_index_list('${table}') WHERE "unique" = 1 AND partial = 0 ORDER BY seq DESC`,
  )
  if (unique !== undefined)
    return all(sqlite, `SELECT name FROM pragma_index_info('${unique}') ORDER BY seqno`)
  return all(sqlite, `SELECT name FROM pragma_table_info('${table}')`)
}

export function anyTables(database: Pick<RoomsDatabase, 'tables'>): Kysely<Record<string, Row>> {
  return database.tables<Record<string, Row>>()
}

/** Its rows in their order, in pages, those before `from` left out; each with its key, too. */
export async function* pagesOf(
  db: Kysely<Record<string, Row>>,
  { name, columns, key }: RoomTable,
  from = 0,
): AsyncGenerator<Row[]> {
  const order = sql.join(key.map((column) => sql.ref(column)))
  const select = (): ReturnType<typeof plain> => plain().limit(PAGE)
  const plain = () => {
    const query = db.selectFrom(name).select([...new Set([...columns, ...key])])
    return key.reduce((ordered, column) => ordered.orderBy(sql.ref(column)), query)
  }
  let page = await (from === 0 ? select() : select().offset(from)).execute()
  while (page.length > 0) {
    const last = page.at(-1) ?? {}
    yield page
    if (page.length < PAGE) return
    const values = sql.join(key.map((column) => last[column]))
    page = await select()
      .where(sql<boolean>`(${order}) > (${values})`)
      .execute()
  }
}

/** @param most rows, from the first on */
export async function digestOf(
  db: Kysely<Record<string, Row>>,
  table: RoomTable,
  most = Number.POSITIVE_INFINITY,
): Promise<Digest> {
  const hash = createHash('sha256')
  let rows = 0
  for await (const page of pagesOf(db, table)) {
    for (const row of page.slice(0, most - rows)) {
      hash.update(JSON.stringify(table.columns.map((column) => exactText(row[column]))))
      rows += 1
    }
    if (rows >= most) break
  }
  return { rows, sha256: hash.digest('hex') }
}

/** Exact, and another for each value and kind. */
export function exactText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (typeof value === 'number') return Object.is(value, -0) ? 'number -0' : `number ${value}`
  return typeof value === 'string' ? `text ${value}` : `${typeof value} ${JSON.stringify(value)}`
}
