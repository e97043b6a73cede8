// Values of PostgreSQL as our code knows them: whole numbers exact or refused, bytes and texts as they are.
import { types } from 'pg'
import { AppError } from '../errors.ts'

type Parser = (text: string) => unknown

/** A whole number of 64 bits, and a sum of such. */
const INT8 = 20
const NUMERIC = 1700

/** For the driver: how the text of a column of type `oid` is read. */
export const VALUES = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): Parser =>
    oid === INT8 || oid === NUMERIC ? exactly : (types.getTypeParser(oid, format) as Parser),
}

/** @throws AppError `inexact_number` where a number of JavaScript would be another */
export function exactly(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) || String(value) === text) return value
  const message = `The database holds ${text}, which is beyond the whole numbers that are told apart (2^53). Nothing of ours writes such a one: look for what else writes into these tables.`
  throw new AppError('inexact_number', message, { status: 500 })
}
