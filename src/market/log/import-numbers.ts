// A market's imports are 1, 2, 3 … in its log; in a file they have numbers that all its markets share.
import type { Sqlite } from '../../core/database.ts'
import { at } from '../../core/at.ts'
import type { LoggedCell, Operation } from './operation.ts'
import { keyOf } from './tables.ts'

/** Of one market and file; a negative number is minus the last import there was. */
export class ImportNumbers {
  readonly #market: number
  readonly #newest
  readonly #read
  #known = 0
  #ids: number[] = []

  constructor(sqlite: Sqlite, market: number) {
    this.#market = market
    this.#newest = sqlite.prepare('SELECT ifnull(max(id), 0) FROM import').raw()
    this.#read = sqlite.prepare('SELECT id FROM import WHERE market = ? ORDER BY id').raw()
  }

  /** Ascending. To be looked up before numbers are told; cheap where no import was entered since. */
  look(): readonly number[] {
    const [newest] = this.#newest.get() as [number]
    if (newest !== this.#known) {
      this.#known = newest
      this.#ids = (this.#read.all([this.#market]) as [number][]).map(([id]) => id)
    }
    return this.#ids
  }

  toLog(operation: Operation): Operation {
    return mapped(operation, (number) => this.#upTo(number))
  }

  toFile(operation: Operation): Operation {
    return mapped(operation, (number) => at(this.#ids, number - 1))
  }

  /** How many there are with numbers up to `id`. */
  #upTo(id: number): number {
    let [low, high] = [0, this.#ids.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (at(this.#ids, middle) <= id) low = middle + 1
      else high = middle
    }
    return low
  }
}

function mapped(operation: Operation, map: (positive: number) => number): Operation {
  const { table, isPut, cells } = operation
  if (table.imports.length === 0) return operation
  const columns = isPut ? table.columns : keyOf(table)
  const other = (cell: LoggedCell, index: number): LoggedCell => {
    if (typeof cell !== 'number' || cell === 0 || !table.imports.includes(at(columns, index))) return cell
    return cell > 0 ? map(cell) : 0 - map(0 - cell)
  }
  return { table, isPut, cells: cells.map(other) }
}
