// `annotate backup`: all that a workspace holds, in one archive, while a server goes on writing to it.
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { caseCopies } from '../annotation/case-copies.ts'
import type { AnnotationRow } from '../annotation/schema.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import { AppError } from '../core/errors.ts'
import { openOwnFile } from '../core/files.ts'
import type { Workspace } from '../core/workspace.ts'
import { CASES, DATABASE, FOLDERS, isKept } from './archive.ts'
import { ArchiveWriter } from './archive-writer.ts'
import { startChild } from './child.ts'
import { removeDatabase } from './remove-database.ts'
import type { RoomsSource } from './snapshot-rooms.ts'

const SNAPSHOT = fileURLToPath(new URL('snapshot-process.ts', import.meta.url))

export interface BackupOptions {
  readonly workspace: Workspace
  readonly database: Database
  /** The PostgreSQL that `database` has the rooms' tables in; none: the workspace's own file. */
  readonly rooms?: RoomsSource
  /** Of the archive; there must be none yet. */
  readonly file: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress: (words: string) => void
}

export interface BackupReport {
  readonly file: string
  readonly bytes: number
  readonly annotations: number
  readonly test_cases: number
  readonly files: number
}

/**
 * Cases come first, each with its annotation as it was at that moment, then the database, whose market may only be newer; files that are replaced
 * meanwhile are copied whole, old or new. Of a PostgreSQL the rooms' rows are as of one moment, those of annotations as their cases were copied.
 * @throws AppError `file_exists`, `no_such_folder`, `disk_full`, `broken_database`, and as `takeRooms`
 */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
  const { workspace, file, clock, signal, onProgress } = options
  requireNew(file)
  const archive = new ArchiveWriter(file, clock.now())
  const snapshot = `${file}.database.tmp`
  try {
    onProgress('annotations and test cases')
    const rows = await addCases(archive, options)
    onProgress('the database')
    await removeDatabase(snapshot)
    await snapshotOf(options, snapshot, rows)
    await addFile(archive, DATABASE, snapshot, signal)
    for (const folder of FOLDERS) {
      onProgress(folder)
      await addFolder(archive, workspace.root, folder, signal)
    }
    const cases = archive.files.filter(({ name }) => name.startsWith(CASES)).length
    const counts = { annotations: rows.length, test_cases: cases, files: archive.files.length }
    return { file, bytes: await archive.end(), ...counts }
  } catch (error) {
    await archive.discard()
    throw error
  } finally {
    await removeDatabase(snapshot)
  }
}

async function addCases(
  archive: ArchiveWriter,
  { database, workspace, signal }: BackupOptions,
): Promise<AnnotationRow[]> {
  const rows: AnnotationRow[] = []
  for await (const { name, row, file } of caseCopies(database, workspace)) {
    signal.throwIfAborted()
    if (row !== null) rows.push(row)
    if (file !== null && isKept(`${CASES}/${name}`)) await archive.add(`${CASES}/${name}`, file)
  }
  return rows
}

async function snapshotOf(
  { workspace: { database }, rooms, signal }: BackupOptions,
  snapshot: string,
  rows: readonly AnnotationRow[],
): Promise<void> {
  const child = startChild(SNAPSHOT, [database, snapshot], {
    input: JSON.stringify({ rows, rooms: rooms ?? null }),
  })
  const end = (): void => void child.process.kill('SIGKILL')
  signal.addEventListener('abort', end, { once: true })
  try {
    await child.output
  } finally {
    signal.removeEventListener('abort', end)
    signal.throwIfAborted()
  }
}

/** In the order of names; hidden ones are writes that are under way. */
async function addFolder(
  archive: ArchiveWriter,
  root: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => [])
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = `${folder}/${entry.name}`
    if (!isKept(name)) continue
    if (entry.isDirectory()) await addFolder(archive, root, name, signal)
    else if (entry.isFile()) await addFile(archive, name, join(root, name), signal)
  }
}

/** A file that has gone meanwhile is left out: what replaced it, or ended it, is newer. */
async function addFile(
  archive: ArchiveWriter,
  name: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const handle = await openOwnFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && name !== DATABASE) return null
    throw error
  })
  if (handle === null) return
  await archive.add(name, handle.createReadStream() as AsyncIterable<Buffer>)
}

function requireNew(file: string): void {
  if (existsSync(file)) {
    const message = `${file} is there already: a backup is never overwritten. Choose another name, such as one with today's date.`
    throw new AppError('file_exists', message, { status: 409, field: 'file' })
  }
  if (existsSync(dirname(file))) return
  const message = `There is no folder ${dirname(file)} to write the backup to: make it first, or choose another.`
  throw new AppError('no_such_folder', message, { status: 404, field: 'file' })
}
