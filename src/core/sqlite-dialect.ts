// Kysely over one connection of SQLite: transactions take the write lock at once, and whoever has to wait for it does so between other work.
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  type SqliteDatabase,
} from 'kysely'
import { patiently } from './busy.ts'

/** The dialect over `database`, whose own busy wait should be short. All builders made with it take turns at the one connection. */
export function sqliteDialect(database: SqliteDatabase): Dialect {
  const driver = new PatientDriver({ database })
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class PatientDriver extends SqliteDriver {
  override async acquireConnection(): Promise<DatabaseConnection> {
    return patient(await super.acquireConnection())
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // A transaction that began by reading could lose its turn half-way.
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** A statement is all or nothing, and within a transaction the lock is held already: each may be tried again. */
function patient(connection: DatabaseConnection): DatabaseConnection {
  return {
    executeQuery: async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> =>
      patiently(() => connection.executeQuery<Row>(query)),
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  }
}
