// What becomes of a file's market that has rows which its log will never have: made anew of the log, and the user is told; refused where imports would be lost.
import { AppError } from '../../core/errors.ts'
import type { Market } from '../types.ts'
import type { LoggedFile } from './logged-file.ts'
import { IMPORT_ROW } from './tables.ts'

/**
 * Does `work`; where it says that the file differs from the log (`market_differs`), starts the market anew and does it once more. `said`: what a user should
 * know of that, in words.
 * @throws AppError 409 `market_differs` where imports of this file would be lost; as `work` and `LoggedFile.startAnew`
 */
export async function orAnew<T>(
  file: LoggedFile,
  market: Market,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly said: string[] }> {
  try {
    return { value: await work(), said: [] }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'market_differs') throw error
    const rows = strangeRows(file, market, error)
    await file.startAnew(market)
    return { value: await work(), said: [droppedWords(market, rows)] }
  }
}

/** How many rows of the market the log will never have. @throws AppError `error` where imports are among them */
function strangeRows({ store }: LoggedFile, market: Market, error: AppError): number {
  const id = store.find(market) ?? 0
  const { sqlite } = store
  // What a stream or a download brought is brought again by whoever owns the market: it is no file that only somebody here has.
  const imports = sqlite.prepare(
    `SELECT 1 FROM market_outbox WHERE market = ? AND code = ${IMPORT_ROW.code}
     AND NOT (put = 1 AND ${cellOf('path')} IS NULL AND (${cellOf('file')} LIKE 'exchange %' OR ${cellOf('file')} LIKE 'stream %')) LIMIT 1`,
  )
  if (imports.get([id]) !== undefined) throw withImports(market, error)
  const rows = sqlite.prepare('SELECT count(*) FROM market_outbox WHERE market = ?').raw()
  return (rows.get([id]) as [number])[0]
}

/** The outbox's column of one of an import's. */
function cellOf(column: string): string {
  return `c${IMPORT_ROW.columns.indexOf(column)}`
}

function droppedWords({ venue, symbol }: Market, rows: number): string {
  return `market_started_anew: Another server wrote ${symbol} on ${venue} since this one did, which had stored ${rows} rows of it that its log does not have. They were dropped, and the market was made anew of the log.`
}

function withImports({ venue, symbol }: Market, cause: AppError): AppError {
  const message = `Imports of ${symbol} on ${venue} were made here while another server wrote that market: its log does not have them, and they cannot be added behind its back. Choose an empty folder with --workspace, which is filled from the database, and import the files there again.`
  return new AppError('market_differs', message, { status: 409, cause })
}
