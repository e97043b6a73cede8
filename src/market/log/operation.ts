// One row that was put or that went, as the log has it.
import type { LoggedTable } from './tables.ts'

export type LoggedCell = number | string | Uint8Array | null

export interface Operation {
  readonly table: LoggedTable
  readonly isPut: boolean
  /** Put: a cell a column of the table. Gone: of what it is known by. */
  readonly cells: readonly LoggedCell[]
}

/** The driver hands out blobs as buffers, or as ArrayBuffers. */
export function cellOf(cell: LoggedCell | ArrayBuffer): LoggedCell {
  return cell instanceof ArrayBuffer ? new Uint8Array(cell) : cell
}
