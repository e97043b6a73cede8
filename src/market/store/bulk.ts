// Many rows in one statement: four times as fast as one by one.
import type { Sqlite } from '../../core/database.ts'

const ROWS_A_STATEMENT = 100

export type SqlValue = number | string | null
type Statement = ReturnType<Sqlite['prepare']>

/** Writes rows of a fixed width by `head values (…),(…) tail`. */
export class BulkWriter {
  readonly #sqlite: Sqlite
  readonly #sql: (rows: number) => string
  readonly #width: number
  readonly #statements = new Map<number, Statement>()

  constructor(sqlite: Sqlite, head: string, width: number, tail = '') {
    this.#sqlite = sqlite
    this.#width = width
    const row = `(${Array.from({ length: width }, () => '?').join(',')})`
    this.#sql = (rows) => `${head} VALUES ${Array.from({ length: rows }, () => row).join(',')} ${tail}`
  }

  write(rows: readonly (readonly SqlValue[])[]): void {
    let start = 0
    for (; start + ROWS_A_STATEMENT <= rows.length; start += ROWS_A_STATEMENT) {
      this.#statement(ROWS_A_STATEMENT).run(this.#values(rows, start, start + ROWS_A_STATEMENT))
    }
    const one = this.#statement(1)
    for (; start < rows.length; start += 1) one.run(rows[start] as SqlValue[])
  }

  #values(rows: readonly (readonly SqlValue[])[], from: number, to: number): SqlValue[] {
    const values: SqlValue[] = Array.from({ length: (to - from) * this.#width })
    let at = 0
    for (let index = from; index < to; index += 1) {
      const row = rows[index]!
      for (let column = 0; column < this.#width; column += 1) values[at++] = row[column]!
    }
    return values
  }

  #statement(rows: number): Statement {
    const known = this.#statements.get(rows)
    if (known !== undefined) return known
    const statement = this.#sqlite.prepare(this.#sql(rows))
    this.#statements.set(rows, statement)
    return statement
  }
}
