// The process in which a worker writes an export, into a folder of its own.
import { answering } from '../../core/answering.ts'
import { openDatabase } from '../../core/database.ts'
import { AppError } from '../../core/errors.ts'
import { workspaceAt } from '../../core/workspace.ts'
import { createMarketReader } from '../../market/reader.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { SCHEMAS } from '../../server/schemas.ts'
import { unpack, type ExportReport } from './export.ts'
import { writeExport } from './write-export.ts'

export interface ExportQuestion {
  /** As `pack` gave it. */
  readonly packed: Uint8Array
  /** Root of a workspace whose file holds the markets that are read. */
  readonly workspace: string
  /** Where it is written. */
  readonly path: string
}

export type ExportAnswer = ExportReport | { readonly code: string; readonly message: string }

answering(async ({ packed, workspace, path }: ExportQuestion): Promise<ExportAnswer> => {
  const database = openDatabase(workspaceAt(workspace).database, SCHEMAS.market)
  try {
    return await writeExport(unpack(packed), createMarketReader(openMarketStore(database.sqlite)), path)
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, message: error.message }
    throw error
  } finally {
    await database.close()
  }
})
