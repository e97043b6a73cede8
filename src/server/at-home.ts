// Whether a workspace's annotations, runs and sessions are where they are looked for: in its own file, or in the PostgreSQL that it was served from.
import { AnnotationStore } from '../annotation/annotation-store.ts'
import type { Database, Sqlite } from '../core/database.ts'
import { AppError } from '../core/errors.ts'
import type { Workspace } from '../core/workspace.ts'
import { homeOf } from '../market/log/home.ts'

/** @throws AppError 409 `database_needed` where the file was served from a PostgreSQL: its own tables of the rooms are not the ones that count */
export function requireAtHome(sqlite: Sqlite, { root }: Workspace): void {
  const home = homeOf(sqlite)
  if (home === null) return
  const message = `The annotations, runs and sessions of the workspace ${root} are in the PostgreSQL ${home.name}. Say its address by --database or DATABASE_URL.`
  throw new AppError('database_needed', message, { status: 409, field: 'database' })
}

/**
 * Whoever names a PostgreSQL for a workspace that has been marked in is to find the marks there, too.
 * @throws AppError 409 `not_migrated` where the file has annotations, and the PostgreSQL none
 */
export async function requireMigrated(database: Database, name: string): Promise<void> {
  if (homeOf(database.sqlite) !== null) return
  const here = await new AnnotationStore({ tables: database.local }).count()
  if (here === 0 || (await new AnnotationStore(database).count()) > 0) return
  const message = `This workspace has ${here} annotations in its own file, and the PostgreSQL ${name} has none. Nothing was changed: bring them there by annotate migrate --to, or leave --database and DATABASE_URL away to go on with the file, or choose an empty folder with --workspace.`
  throw new AppError('not_migrated', message, { status: 409, field: 'database' })
}
