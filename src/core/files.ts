// Files written whole or not at all: temporary file in the same folder, fsync, rename, fsync of the folder. And read as what they are.
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from './errors.ts'
import { makeFolder } from './folder.ts'

/** A pipe does not make the reader wait, and a link is not followed (Windows knows neither flag). */
const AS_IT_IS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Replaces `path` by `content`: a reader, or a crash, sees the old file or the new one, never a part. */
export async function writeFileWhole(path: string, content: string | Uint8Array): Promise<void> {
  const staged = await stageFile(path, content)
  await staged.place()
}

/** A file that is written and synced, and not yet in its place: putting it there needs no space any more. */
export interface StagedFile {
  /** Durable when it resolves; where it fails, what was there before is still there. */
  place(): Promise<void>
  discard(): Promise<void>
}

export async function stageFile(path: string, content: string | Uint8Array): Promise<StagedFile> {
  const folder = dirname(path)
  await makeFolder(folder)
  const temporary = join(folder, `.${randomUUID()}.tmp`)
  const discard = (): Promise<void> => rm(temporary, { force: true })
  const orDiscard = async (error: unknown): Promise<never> => {
    await discard()
    throw error
  }
  await writeSynced(temporary, content).catch(orDiscard)
  return {
    discard,
    async place() {
      await rename(temporary, path).catch(orDiscard)
      await syncFolder(folder)
    },
  }
}

/** Pretty JSON with a final newline, written whole. */
export async function writeJsonWhole(path: string, value: unknown): Promise<void> {
  await writeFileWhole(path, `${JSON.stringify(value, null, 2)}\n`)
}

/** Makes a rename or an unlink inside `folder` durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes and syncs; whoever needs all or nothing renames afterwards. */
export async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'w')
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * A file of the workspace. Links, pipes and devices that someone put in its place are not read.
 * @throws AppError `not_a_file`; what node throws where there is none (`ENOENT`)
 */
export async function readOwnFile(path: string): Promise<Buffer> {
  const handle = await openOwnFile(path)
  try {
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** The same of a small file, where nothing else can go on before it is read. @throws as `readOwnFile` */
export function readOwnFileSync(path: string): Buffer {
  const file = openedSync(path)
  try {
    if (fstatSync(file).isFile()) return readFileSync(file)
    throw notAFile(path)
  } finally {
    closeSync(file)
  }
}

/** For whoever opens files by their name. Nothing there is as good as a file. @throws AppError `not_a_file` */
export function requireOwnFileSync(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) throw notAFile(path)
}

/** Replaces what is at `path`, a link or a pipe as well; not durable. For one process at a time. */
export function replaceFileSync(path: string, content: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.tmp`)
  rmSync(temporary, { force: true })
  writeFileSync(temporary, content, { flag: 'wx' })
  renameSync(temporary, path)
}

/** Copies a file of the workspace to a place outside it, if it is one. @throws as `readOwnFile` */
export async function copyOwnFile(from: string, to: string): Promise<void> {
  await writeFileWhole(to, await readOwnFile(from))
}

/** As `readOwnFile`, to be read piece by piece; whoever opened it closes it. @throws as `readOwnFile` */
export async function openOwnFile(path: string): Promise<FileHandle> {
  const handle = await open(path, AS_IT_IS).catch((error: unknown) => {
    throw openFault(path, error)
  })
  try {
    if ((await handle.stat()).isFile()) return handle
    throw notAFile(path)
  } catch (error) {
    await handle.close()
    throw error
  }
}

function openedSync(path: string): number {
  try {
    return openSync(path, AS_IT_IS)
  } catch (error) {
    throw openFault(path, error)
  }
}

/** A link is told as what it is. */
function openFault(path: string, error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code === 'ELOOP' ? notAFile(path) : error
}

function notAFile(path: string): AppError {
  const message = `${path} is a link, a folder, a pipe or a device: ANNOTATE reads plain files of its workspace alone. Put the file itself there.`
  return new AppError('not_a_file', message, { status: 422, details: { file: path } })
}
