// A damaged database is put aside, and what can still be read of it goes on in a new one.
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { syncFolder } from '../core/files.ts'
import type { Salvaged } from '../core/salvage.ts'
import { setDatabaseAside } from '../core/set-aside.ts'
import type { EpochMs } from '../core/time.ts'
import { startChild } from './child.ts'

const SAVER = fileURLToPath(new URL('save-process.ts', import.meta.url))

export interface SavedDatabase extends Salvaged {
  /** Where the damaged one is now. */
  readonly aside: string
}

/**
 * Nobody has it open, this process neither: what is still open goes by the file's name and would take the new one's log for its own.
 * `create` makes an empty database with the schema of all rooms at a path.
 */
export async function saveDatabase(
  path: string,
  create: (path: string) => void | Promise<void>,
  now: EpochMs,
): Promise<SavedDatabase> {
  const [empty, rebuilt] = [`${path}.rebuilding`, `${path}.rebuilt`]
  const clear = async (): Promise<void> => {
    for (const end of ['', '-wal', '-shm']) await rm(empty + end, { force: true })
  }
  await clear()
  await rm(rebuilt, { force: true })
  await create(empty)
  const saved = await startChild(SAVER, [path, empty, rebuilt, String(now)]).output
  await clear()
  await sync(rebuilt)
  const aside = await setDatabaseAside(path, 'damaged', now)
  await rename(rebuilt, path)
  await syncFolder(dirname(path))
  return { ...(JSON.parse(saved) as Salvaged), aside }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
