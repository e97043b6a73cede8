// Statements of one connection of SQLite, prepared once for each text: that takes as long as running them.
import type { SqliteDatabase, SqliteStatement } from 'kysely'

/** Of more texts than that the one that was used longest ago is forgotten. */
const MOST = 256

export class PreparedStatements {
  readonly #database: Pick<SqliteDatabase, 'prepare'>
  readonly #known = new Map<string, SqliteStatement>()

  constructor(database: Pick<SqliteDatabase, 'prepare'>) {
    this.#database = database
  }

  /** `work` is done with it before this returns. One that fails is prepared anew the next time: the driver leaves it unfinished. */
  use<T>(sql: string, work: (statement: SqliteStatement) => T): T {
    const statement = this.#known.get(sql) ?? this.#database.prepare(sql)
    this.#known.delete(sql)
    const result = work(statement)
    this.#keep(sql, statement)
    return result
  }

  #keep(sql: string, statement: SqliteStatement): void {
    if (this.#known.size === MOST) {
      const [oldest = ''] = this.#known.keys()
      this.#known.delete(oldest)
    }
    this.#known.set(sql, statement)
  }
}
