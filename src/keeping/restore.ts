// `annotate restore`: an archive becomes a workspace again, all of it or nothing; what was there before is set aside, never removed.
import { randomUUID } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Clock } from '../core/clock.ts'
import { AppError } from '../core/errors.ts'
import { syncFolder } from '../core/files.ts'
import { makeFolder } from '../core/folder.ts'
import { freeName } from '../core/set-aside.ts'
import type { Workspace } from '../core/workspace.ts'
import { CASES } from './archive.ts'
import { ArchiveReader } from './archive-reader.ts'

/** What a workspace is made of; the database last, since without it nothing is believed to be there. */
const PARTS = ['ANNOTATE', 'models', 'annotate.db-wal', 'annotate.db-shm', 'annotate.db']

export interface RestoreOptions {
  readonly workspace: Workspace
  readonly file: string
  /** What is in the workspace is moved into a folder inside it; else a workspace with anything in it is refused. */
  readonly setAside: boolean
  /** Called before the first byte is written: nobody else has the workspace open until it is released. */
  readonly lock: () => { release(): void }
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress: (words: string, share: number) => void
}

export interface RestoreReport {
  readonly workspace: string
  readonly created_at: string
  readonly test_cases: number
  readonly files: number
  /** Where what was there before is now; null where nothing was. */
  readonly set_aside: string | null
}

/**
 * The archive is read to its end before anything is written.
 * @throws AppError `damaged_backup`, `file_not_found`, `workspace_not_empty`, `disk_full`
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const { workspace, file, signal, onProgress } = options
  requireEmpty(options)
  const archive = await ArchiveReader.open(file)
  try {
    await archive.verify((share) => {
      signal.throwIfAborted()
      onProgress('checking', share)
    })
    const { created_at, files } = archive.manifest
    const cases = files.filter(({ name }) => name.startsWith(CASES)).length
    const aside = await write(archive, options)
    return { workspace: workspace.root, created_at, test_cases: cases, files: files.length, set_aside: aside }
  } finally {
    archive.close()
  }
}

/** Where what was there before is now. */
async function write(archive: ArchiveReader, options: RestoreOptions): Promise<string | null> {
  const { workspace } = options
  const staged = join(workspace.root, `.restoring-${randomUUID()}.tmp`)
  const lock = options.lock()
  try {
    requireEmpty(options)
    await extract(archive, staged, options)
    const aside = await moveAside(options)
    await moveIn(workspace, staged)
    return aside
  } finally {
    await rm(staged, { recursive: true, force: true })
    lock.release()
  }
}

function present({ root }: Workspace): string[] {
  return PARTS.filter((part) => existsSync(join(root, part)))
}

function requireEmpty({ workspace, setAside }: RestoreOptions): void {
  if (setAside || present(workspace).length === 0) return
  throw new AppError(
    'workspace_not_empty',
    `${workspace.root} holds a workspace already. Choose another with --workspace, or say --set-aside: what is there is then moved into a folder beside what is restored.`,
    { status: 409, field: 'workspace' },
  )
}

async function extract(
  archive: ArchiveReader,
  staged: string,
  { signal, onProgress }: RestoreOptions,
): Promise<void> {
  const { files } = archive.manifest
  const folders = new Set([staged])
  for (const [done, file] of files.entries()) {
    signal.throwIfAborted()
    onProgress('writing', done / files.length)
    const path = join(staged, ...file.name.split('/'))
    await makeFolder(dirname(path))
    await pipeline(archive.read(file), createWriteStream(path, { flags: 'wx', flush: true }))
    folders.add(dirname(path))
  }
  for (const folder of folders) await syncFolder(folder)
}

/** The database first: what is left, should this be cut off, is seen to be without one. */
async function moveAside({ workspace, clock }: RestoreOptions): Promise<string | null> {
  const parts = present(workspace)
  if (parts.length === 0) return null
  const aside = freeName(join(workspace.root, 'workspace'), 'set-aside', clock.now())
  await mkdir(aside)
  for (const part of parts.toReversed()) await rename(join(workspace.root, part), join(aside, part))
  await syncFolder(aside)
  await syncFolder(workspace.root)
  return aside
}

async function moveIn({ root }: Workspace, staged: string): Promise<void> {
  const names = new Set(await readdir(staged))
  for (const part of PARTS) if (names.has(part)) await rename(join(staged, part), join(root, part))
  await syncFolder(root)
}
