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

  /** Rows one behind the other in one flat list. */
  write(values: readonly SqlValue[]): void {
    const width = this.#width
    const stride = width * ROWS_A_STATEMENT
    let start = 0
    for (; start + stride <= values.length; start += stride) {
      this.#statement(ROWS_A_STATEMENT).run(values.slice(start, start + stride))
    }
    for (; start < values.length; start += width) {
      this.#statement(1).run(values.slice(start, start + width))
    }
  }

  #statement(rows: number): Statement {
    const known = this.#statements.get(rows)
    if (known !== undefined) return known
    const statement = this.#sqlite.prepare(this.#sql(rows))
    this.#statements.set(rows, statement)
    return statement
  }
}
