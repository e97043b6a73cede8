// Kysely over one connection of SQLite: whatever writes takes the write lock at once, and whoever has to wait for it does so between other work.
import {
  SelectQueryNode,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely'
import { patiently } from './busy.ts'
import { PreparedStatements } from './prepared-statements.ts'
import { inTransaction, rollBack, type Transactional } from './transaction.ts'

type Connection = SqliteDatabase & Transactional & { readonly open: boolean }

/** By which a commit waits for the disk that did not wait itself. */
type Disk = { synced(): Promise<void> } | null

/**
 * The dialect over `database`, whose own busy wait should be short. All builders made with it take turns at the one connection. What they write is
 * durable when it resolves: by `disk` where there is one, else by the connection's own sync.
 */
export function sqliteDialect(database: Connection, disk: Disk = null): Dialect {
  const driver = new PatientDriver(database, disk)
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class PatientDriver extends SqliteDriver {
  readonly #database: Connection
  readonly #disk: Disk
  readonly #statements: PreparedStatements

  constructor(database: Connection, disk: Disk) {
    super({ database })
    this.#database = database
    this.#disk = disk
    this.#statements = new PreparedStatements(database)
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return patient(await super.acquireConnection(), this.#database, this.#statements, this.#disk)
  }

  /** A transaction that began by reading could lose its turn half-way. */
  override async beginTransaction(): Promise<void> {
    requireOpen(this.#database)
    await patiently(() => void this.#database.exec('BEGIN IMMEDIATE'))
  }

  override async commitTransaction(): Promise<void> {
    this.#database.exec('COMMIT')
    await this.#disk?.synced()
  }

  override async rollbackTransaction(): Promise<void> {
    rollBack(this.#database)
  }
}

/** Outside a transaction, what writes is one of its own (`inTransaction` says why). Statements run before their promise is answered. */
function patient(
  connection: DatabaseConnection,
  database: Connection,
  statements: PreparedStatements,
  disk: Disk,
): DatabaseConnection {
  const isPart = ({ query }: CompiledQuery): boolean =>
    database.open && (database.inTransaction || SelectQueryNode.is(query))
  const execute = <Row>(query: CompiledQuery): QueryResult<Row> => {
    requireOpen(database)
    const run = (): QueryResult<Row> => statements.use(query.sql, (statement) => answer(statement, query))
    return isPart(query) ? run() : inTransaction(database, run)
  }
  const executeQuery = async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
    if (disk === null || isPart(query)) return patiently(() => execute<Row>(query))
    const result = await patiently(() => execute<Row>(query))
    await disk.synced()
    return result
  }
  return {
    executeQuery,
    // It is not done with its statement before somebody else asks.
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  }
}

/** As Kysely's own driver does. */
function answer<Row>(statement: SqliteStatement, { parameters }: CompiledQuery): QueryResult<Row> {
  if (statement.reader) return { rows: statement.all(parameters) as Row[] }
  const { changes, lastInsertRowid } = statement.run(parameters)
  return { numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] }
}

/** Whoever is still at work when the workspace closes fails by itself: the driver would end the whole process. */
function requireOpen({ open }: Connection): void {
  if (!open) throw new Error('The database is closed.')
}
