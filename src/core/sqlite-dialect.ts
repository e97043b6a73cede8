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

/** The dialect over `database`, whose own busy wait should be short. All builders made with it take turns at the one connection. */
export function sqliteDialect(database: Connection): Dialect {
  const driver = new PatientDriver(database)
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class PatientDriver extends SqliteDriver {
  readonly #database: Connection
  readonly #statements: PreparedStatements

  constructor(database: Connection) {
    super({ database })
    this.#database = database
    this.#statements = new PreparedStatements(database)
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return patient(await super.acquireConnection(), this.#database, this.#statements)
  }

  /** A transaction that began by reading could lose its turn half-way. */
  override async beginTransaction(): Promise<void> {
    requireOpen(this.#database)
    await patiently(() => void this.#database.exec('BEGIN IMMEDIATE'))
  }

  override async commitTransaction(): Promise<void> {
    this.#database.exec('COMMIT')
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
): DatabaseConnection {
  const execute = <Row>(query: CompiledQuery): QueryResult<Row> => {
    requireOpen(database)
    const run = (): QueryResult<Row> => statements.use(query.sql, (statement) => answer(statement, query))
    return database.inTransaction || SelectQueryNode.is(query.query) ? run() : inTransaction(database, run)
  }
  return {
    executeQuery: async <Row>(query: CompiledQuery) => patiently(() => execute<Row>(query)),
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
