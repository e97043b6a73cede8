// Rows that were put or went as bytes of the log, and back: JSON, packed by deflate, bytes of a row as base64.
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import { Type } from 'typebox'
import { Checker } from '../../core/checker.ts'
import { AppError } from '../../core/errors.ts'
import type { LoggedCell, Operation } from './operation.ts'
import { keyOf, tableOf, type LoggedTable } from './tables.ts'

/** With which every entry says how its bytes are to be read. */
export const FORMAT = 1

const pack = promisify(deflateRaw)
const unpack = promisify(inflateRaw)

type Packed = [code: number, put: number, ...cells: (number | string | null)[]]

const Cell = Type.Union([Type.Number(), Type.String(), Type.Null()])
const schema = new Checker(Type.Array(Type.Array(Cell, { minItems: 2 })))

export function packed(operations: readonly Operation[]): Promise<Buffer> {
  const rows = operations.map(({ table, isPut, cells }): Packed => {
    return [table.code, isPut ? 1 : 0, ...cells.map(textOf)]
  })
  return pack(JSON.stringify(rows), { level: 1 })
}

/** @throws AppError `newer_market_log`, `broken_market_log` */
export async function unpacked(format: number, data: Uint8Array): Promise<Operation[]> {
  if (format !== FORMAT) throw newer(`entries of format ${format}`)
  const value = await read(data)
  if (!schema.check(value)) throw broken()
  return (value as Packed[]).map(operationOf)
}

async function read(data: Uint8Array): Promise<unknown> {
  try {
    return JSON.parse((await unpack(data)).toString('utf8'))
  } catch (cause) {
    throw broken(cause)
  }
}

function operationOf([code, put, ...cells]: Packed): Operation {
  const table = knownTable(code)
  const isPut = put === 1
  const columns = isPut ? table.columns : keyOf(table)
  if (cells.length > columns.length) throw newer(`columns of ${table.name}`)
  if (cells.length < columns.length) throw broken()
  return { table, isPut, cells: cells.map((cell, index) => bytesOf(cell, columns[index], table)) }
}

/** @throws AppError `newer_market_log` */
export function knownTable(code: number): LoggedTable {
  const table = tableOf(code)
  if (table === null) throw newer(`rows of a table ${code}`)
  return table
}

function textOf(cell: LoggedCell): number | string | null {
  return cell instanceof Uint8Array ? Buffer.from(cell).toString('base64') : cell
}

function bytesOf(cell: LoggedCell, column: string | undefined, { bytes }: LoggedTable): LoggedCell {
  return column === bytes && typeof cell === 'string' ? Buffer.from(cell, 'base64') : cell
}

function newer(what: string): AppError {
  const message = `The market's log holds ${what} that this version of ANNOTATE does not know. Start the later version here, too.`
  return new AppError('newer_market_log', message, { status: 500 })
}

function broken(cause?: unknown): AppError {
  const message = "An entry of the market's log cannot be read. Nothing of it was applied."
  return new AppError('broken_market_log', message, { status: 500, cause })
}
