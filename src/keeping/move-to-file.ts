// `annotate migrate --to sqlite`: all that a PostgreSQL holds into a new file of the workspace, which takes its place once all was compared. The PostgreSQL keeps its rows.
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { syncFolder } from '../core/files.ts'
import { setDatabaseAside } from '../core/set-aside.ts'
import type { BuiltFile } from './build-file.ts'
import type { BuildOrder } from './build-process.ts'
import { startChild } from './child.ts'
import type { MigrateOptions, MigrateReport } from './migrate.ts'
import { removeDatabase } from './remove-database.ts'

const BUILDER = fileURLToPath(new URL('build-process.ts', import.meta.url))

/**
 * Killed, it is gone on with by the next call; the workspace's file is the old one until the new one is whole. What this machine stored of its
 * markets and the logs lack is appended to them first, and its markets are compared with what came out.
 * @throws AppError 409 `database_not_empty`, `half_moved`; `move_differs`; as `openPostgres`, `CopyingPostgres` and `LoggedFile.catchUp`
 */
export async function moveToFile(options: MigrateOptions): Promise<MigrateReport> {
  const { database } = options.workspace
  const path = `${database}.moving`
  const built = await builtBy(path, options)
  const aside = await swap(path, options)
  return { ...built, to: database, set_aside: aside }
}

/** In a process of its own: nobody has either file open when one takes the other's place. */
async function builtBy(path: string, options: MigrateOptions): Promise<BuiltFile> {
  const { workspace, postgres, schemas, replace, signal, onProgress } = options
  const order: BuildOrder = { root: workspace.root, postgres, schemas, replace }
  const child = startChild(BUILDER, [path], { input: JSON.stringify(order), onProgress })
  const end = (): void => void child.process.kill('SIGKILL')
  signal.addEventListener('abort', end, { once: true })
  try {
    return JSON.parse(await child.output) as BuiltFile
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** Where the old file is now. What is made of a file's changes is made anew: another's are numbered otherwise. */
async function swap(path: string, { workspace, clock }: MigrateOptions): Promise<string | null> {
  const { database, moments } = workspace
  const aside = existsSync(database) ? await setDatabaseAside(database, 'moved', clock.now()) : null
  await removeDatabase(moments)
  await rename(path, database)
  await removeDatabase(path)
  await syncFolder(dirname(database))
  return aside
}
