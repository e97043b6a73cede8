// Many rows in one statement: several times as fast as one by one.
import type { Sqlite } from '../../core/database.ts'

const ROWS_A_STATEMENT = 100

export type SqlValue = number | string | Uint8Array | null
type Statement = ReturnType<Sqlite['prepare']>

/**
 * Writes rows by `head VALUES (…),(…)`. A row is made of values that all rows share and of its own, in the order of `columns`: 's' is
 * the next shared value, 'o' the next of the row. Binding the shared ones once is half of the speed.
 */
export class BulkWriter {
  readonly #sqlite: Sqlite
  readonly #head: string
  readonly #columns: string
  readonly #width: number
  readonly #statements = new Map<number, Statement>()

  constructor(sqlite: Sqlite, head: string, columns: string) {
    this.#sqlite = sqlite
    this.#head = head
    this.#columns = columns
    this.#width = columns.split('').filter((column) => column === 'o').length
  }

  /** `own`: the rows' own values, one row behind the other. */
  write(own: readonly SqlValue[], shared: readonly SqlValue[] = []): void {
    const stride = this.#width * ROWS_A_STATEMENT
    let start = 0
    for (; start + stride <= own.length; start += stride) {
      this.#statement(ROWS_A_STATEMENT).run([...shared, ...own.slice(start, start + stride)])
    }
    for (; start < own.length; start += this.#width) {
      this.#statement(1).run([...shared, ...own.slice(start, start + this.#width)])
    }
  }

  #statement(rows: number): Statement {
    const known = this.#statements.get(rows)
    if (known !== undefined) return known
    let next = this.#columns.length - this.#width
    const row = (): string => {
      let shared = 0
      const places = this.#columns.split('').map((column) => `?${column === 's' ? ++shared : ++next}`)
      return `(${places.join(',')})`
    }
    const sql = `${this.#head} VALUES ${Array.from({ length: rows }, row).join(',')}`
    const statement = this.#sqlite.prepare(sql)
    this.#statements.set(rows, statement)
    return statement
  }
}
